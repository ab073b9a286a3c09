/** `GET /api/logs`: the log types. `GET,HEAD /api/logs/{logType}?from&to…`: the records of a range. */
import { getLogs } from '../shared/http/logs.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { httpRoute } from './app.ts';

httpRoute(ROUTES.logs, getLogs);
