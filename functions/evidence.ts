/** `GET /api/evidence/{logType}?from&to[&ids]`: a zip that proves a range, or single records of it, without us. */
import { readFile } from 'node:fs/promises';
import { getEvidence } from '../shared/http/evidence.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute } from './app.ts';

/** `npm run build` puts it beside the folders of the compiled code. */
const VERIFIER = new URL('../verify.mjs', import.meta.url);

httpRoute(ROUTES.evidence, (call) => getEvidence(call, () => readFile(VERIFIER)));
