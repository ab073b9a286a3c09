/** `/api/{*path}`: what no other function takes. The host matches in alphabetical order of names, so this one comes late. */
import { ROUTES } from '../shared/http/routes.ts';
import { refuseUnrouted } from '../shared/http/unrouted.ts';
import { httpRoute } from './app.ts';

const routes = Object.values(ROUTES);

httpRoute(ROUTES.unrouted, (call) => refuseUnrouted(call, routes));
