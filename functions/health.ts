/** `GET /api/health`: up, and which version; more to whoever has a role. */
import { getHealth } from '../shared/http/health.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.health, getHealth);
