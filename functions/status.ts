/** `GET /api/status`: how each log type is doing. */
import { ROUTES } from '../shared/http/routes.ts';
import { getStatus } from '../shared/http/status.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.status, getStatus);
