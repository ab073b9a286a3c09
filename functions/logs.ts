/** `GET /api/logs`: the log types. `GET,HEAD /api/logs/{logType}?from&to…`: the records of a range. */
import { app } from '@azure/functions';
import { instantFromMilliseconds } from '../shared/archive/time.ts';
import { EXPORT_PARAMETERS, readExport } from '../shared/http/exportQuery.ts';
import { answerExport, answerHead } from '../shared/http/exports.ts';
import { listLogTypes, readLogType } from '../shared/http/logs.ts';
import { json, refuseUnknown, respond } from '../shared/http/respond.ts';
import { deps, ready } from './app.ts';

app.http('logs', {
  methods: ['GET', 'HEAD'],
  route: 'api/logs/{logType?}',
  handler: respond(deps, async ({ request, url, path }) => {
    const name = path[1];
    refuseUnknown(url.searchParams, name === undefined ? {} : EXPORT_PARAMETERS);
    if (name === undefined) return json(listLogTypes(deps.config));
    const logType = readLogType(deps.config, name);
    const now = instantFromMilliseconds(deps.clock.now());
    const asked = readExport(deps.config.tenantId, logType, url.searchParams, request.headers, now);
    await ready();
    return request.method === 'HEAD' ? answerHead(deps, logType, asked) : answerExport(deps, logType, asked, url);
  }),
});
