/** `GET /api/openapi.json`: every route that is served, described. */
import { refuseUnknown } from '../shared/http/call.ts';
import { openApiOf } from '../shared/http/openApi.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute, served } from './app.ts';

// By the first request all triggers are loaded.
const describe = openApiOf(served);

httpRoute(ROUTES.openapi, async ({ url }) => {
  refuseUnknown(url.searchParams, {});
  return describe();
});
