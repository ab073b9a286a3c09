/** `GET /api/evidence/{logType}?from&to[&ids]`: a zip that proves a range, or single records of it, without us. */
import { readFile } from 'node:fs/promises';
import { app } from '@azure/functions';
import { getEvidence } from '../shared/http/evidence.ts';
import { respond } from '../shared/http/respond.ts';
import { deps, ready } from './app.ts';

/** `npm run build` puts it beside the folders of the compiled code. */
const VERIFIER = new URL('../verify.mjs', import.meta.url);

app.http('evidence', {
  methods: ['GET'],
  route: 'api/evidence/{logType}',
  handler: respond(deps, async (call) => {
    await ready();
    return getEvidence(call, () => readFile(VERIFIER));
  }),
});
