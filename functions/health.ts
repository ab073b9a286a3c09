/** `GET /api/health`: up, and which version. Public, and says nothing else. */
import { json } from '../shared/http/call.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { APP_VERSION } from '../shared/version.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.health, async () => json({ status: 'up', version: APP_VERSION }));
