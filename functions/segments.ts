/** `GET /api/segments/{logType}?from&to`: the segments that hold a range, as the ledger names them. */

import { ROUTES } from '../shared/http/routes.ts';
import { getSegments } from '../shared/http/segments.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.segments, getSegments);
