/** `GET /api/openapi.json`: every route, as OpenAPI 3.1. */
import { json } from '../shared/http/call.ts';
import { openApi } from '../shared/http/openApi.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { APP_VERSION } from '../shared/version.ts';
import { deps, httpRoute } from './app.ts';

const description = openApi(Object.values(ROUTES), APP_VERSION, deps.config.purposeRequired);

httpRoute(ROUTES.openapi, async () => json(description));
