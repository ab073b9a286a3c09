/** `GET /api/subjects?user=…`: everything that is held of one user or address. */
import { ROUTES } from '../shared/http/routes.ts';
import { getSubject } from '../shared/http/subjects.ts';
import { httpRoute, ready } from './app.ts';

httpRoute(ROUTES.subjects, (call) => getSubject(call, ready));
