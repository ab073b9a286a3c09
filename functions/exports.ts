/** `GET /api/exports/{sha256}`: which request delivered a file. */
import { getDeliveries } from '../shared/http/exports.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.exports, getDeliveries);
