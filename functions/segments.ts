/** `GET /api/segments/{logType}?from&to`: the segments that hold a range, as the ledger names them. */
import { instantFromMilliseconds } from '../shared/archive/time.ts';
import { listSegments } from '../shared/export.ts';
import { json, refuseUnknown } from '../shared/http/call.ts';
import { readLogType } from '../shared/http/logs.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { RANGE_PARAMETERS, readRange } from '../shared/query/range.ts';
import { deps, httpRoute, ready } from './app.ts';

httpRoute(ROUTES.segments, async ({ url, path }) => {
  refuseUnknown(url.searchParams, RANGE_PARAMETERS);
  const logType = readLogType(deps.config, path[1] ?? '');
  const range = readRange(url.searchParams, instantFromMilliseconds(deps.clock.now()));
  await ready();
  return json(await listSegments(deps, logType, range));
});
