/** `GET /api/health`: up, and which version. Public, and says nothing else. */
import { app } from '@azure/functions';
import { json, respond } from '../shared/http/respond.ts';
import { APP_VERSION } from '../shared/version.ts';
import { deps } from './app.ts';

app.http('health', {
  methods: ['GET'],
  route: 'api/health',
  handler: respond(deps, async () => json({ status: 'up', version: APP_VERSION }), { open: true }),
});
