/** `POST /api/sweeps`: asks for a span to be read again. `GET /api/sweeps/{id}`: how far that has come, what it found. */
import { refuseUnknown } from '../shared/http/call.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { getSweep, postSweep } from '../shared/http/sweeps.ts';
import { httpRoute, ready } from './app.ts';

httpRoute(ROUTES.sweeps, async (call) => {
  refuseUnknown(call.url.searchParams, {});
  await ready();
  return postSweep(call);
});

httpRoute(ROUTES.sweepsProgress, async (call) => {
  refuseUnknown(call.url.searchParams, {});
  await ready();
  return getSweep(call);
});
