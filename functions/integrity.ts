/** `GET /api/integrity/…`: keys, checkpoints and proofs. */
import { getIntegrity } from '../shared/http/integrity.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute, ready } from './app.ts';

httpRoute(ROUTES.integrity, async (call) => {
  await ready();
  return getIntegrity(call);
});
