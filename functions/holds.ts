/** `POST /api/holds`, `GET /api/holds`, `DELETE /api/holds/{id}`: legal holds, which keep spans from being deleted. */
import { refuseUnknown } from '../shared/http/call.ts';
import { deleteHold, getHolds, postHold } from '../shared/http/holds.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute, ready } from './app.ts';

httpRoute(ROUTES.holds, async (call) => {
  refuseUnknown(call.url.searchParams, {});
  await ready();
  return call.request.method === 'POST' ? postHold(call) : getHolds(call);
});

httpRoute(ROUTES.holdsRelease, async (call) => {
  refuseUnknown(call.url.searchParams, {});
  await ready();
  return deleteHold(call);
});
