/** `GET /api/coverage[/{logType}]?from&to`: what the ledger says is held of a range, with gaps and re-reads. */
import { instantFromMilliseconds } from '../shared/archive/time.ts';
import { readCoverage, summariseCoverage } from '../shared/coverage.ts';
import { json, refuseUnknown } from '../shared/http/call.ts';
import { readDetail } from '../shared/http/coverage.ts';
import { readLogType } from '../shared/http/logs.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { RANGE_PARAMETERS, readOptionalRange } from '../shared/query/range.ts';
import { deps, httpRoute, ready } from './app.ts';

httpRoute(ROUTES.coverage, async ({ url, path }) => {
  const name = path[1];
  refuseUnknown(url.searchParams, name === undefined ? RANGE_PARAMETERS : { ...RANGE_PARAMETERS, detail: 'hours' });
  const range = readOptionalRange(url.searchParams, instantFromMilliseconds(deps.clock.now()));
  const logType = name === undefined ? undefined : readLogType(deps.config, name);
  const detail = readDetail(url.searchParams, range);
  await ready();
  return json(logType ? await readCoverage(deps, logType, range, detail) : await summariseCoverage(deps, range));
});
