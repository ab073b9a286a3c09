/** `GET /api/logs`: the log types. `GET /api/logs/{logType}?from&to&format=ndjson`: the records of a range, streamed. */
import { app } from '@azure/functions';
import { instantFromMilliseconds } from '../shared/archive/time.ts';
import { exportRange } from '../shared/export.ts';
import { exportHeaders, listLogTypes, readFormat, readLogType } from '../shared/http/logs.ts';
import { json, refuseUnknown, respond } from '../shared/http/respond.ts';
import { RANGE_PARAMETERS, readRange } from '../shared/query/range.ts';
import { deps, ready } from './app.ts';

app.http('logs', {
  methods: ['GET', 'HEAD'],
  route: 'api/logs/{logType?}',
  handler: respond(deps, async ({ request, url, path }) => {
    const name = path[1];
    refuseUnknown(url.searchParams, name === undefined ? {} : { ...RANGE_PARAMETERS, format: 'ndjson' });
    if (name === undefined) return json(listLogTypes(deps.config));
    const logType = readLogType(deps.config, name);
    readFormat(url.searchParams);
    const range = readRange(url.searchParams, instantFromMilliseconds(deps.clock.now()));
    await ready();
    const answer = await exportRange(deps, logType, range);
    const headers = exportHeaders(logType, range, answer);
    return request.method === 'HEAD' ? { headers } : { headers, body: answer.body };
  }),
});
