/** `GET /api/subjects?user=…`: everything that is held of one user or address. */

import { ROUTES } from '../shared/http/routes.ts';
import { getSubject } from '../shared/http/subjects.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.subjects, getSubject);
