/** `GET /api/segments/{logType}?from&to`: the segments that hold a range, as the ledger names them. */
import { app } from '@azure/functions';
import { instantFromMilliseconds } from '../shared/archive/time.ts';
import { listSegments } from '../shared/export.ts';
import { readLogType } from '../shared/http/logs.ts';
import { json, refuseUnknown, respond } from '../shared/http/respond.ts';
import { RANGE_PARAMETERS, readRange } from '../shared/query/range.ts';
import { deps, ready } from './app.ts';

app.http('segments', {
  methods: ['GET'],
  route: 'api/segments/{logType}',
  handler: respond(deps, async ({ url, path }) => {
    refuseUnknown(url.searchParams, RANGE_PARAMETERS);
    const logType = readLogType(deps.config, path[1] ?? '');
    const range = readRange(url.searchParams, instantFromMilliseconds(deps.clock.now()));
    await ready();
    return json(await listSegments(deps, logType, range));
  }),
});
