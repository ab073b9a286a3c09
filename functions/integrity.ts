/** `GET /api/integrity/…`: keys, checkpoints and proofs. */
import { getIntegrity } from '../shared/http/integrity.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.integrity, getIntegrity);
