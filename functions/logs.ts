/** `GET /api/logs`: the log types. `GET,HEAD /api/logs/{logType}?from&to…`: the records of a range. */
import { app } from '@azure/functions';
import { getLogs } from '../shared/http/exports.ts';
import { respond } from '../shared/http/respond.ts';
import { deps, ready } from './app.ts';

app.http('logs', {
  methods: ['GET', 'HEAD'],
  route: 'api/logs/{logType?}',
  handler: respond(deps, (call) => getLogs(call, ready)),
});
