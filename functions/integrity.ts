/** `GET /api/integrity/…`: keys, checkpoints and proofs. */
import { app } from '@azure/functions';
import { getIntegrity } from '../shared/http/integrity.ts';
import { respond } from '../shared/http/respond.ts';
import { deps, ready } from './app.ts';

app.http('integrity', {
  methods: ['GET'],
  route: 'api/integrity/{*path}',
  handler: respond(deps, async (call) => {
    await ready();
    return getIntegrity(call);
  }),
});
