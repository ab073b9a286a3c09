/** `POST /api/holds`, `GET /api/holds`, `DELETE /api/holds/{id}`: legal holds, which keep spans from being deleted. */
import { deleteHold, getHolds, postHold } from '../shared/http/holds.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.holds, (call) => (call.request.method === 'POST' ? postHold(call) : getHolds(call)));
httpRoute(ROUTES.holdsRelease, deleteHold);
