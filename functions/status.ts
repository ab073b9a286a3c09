/** `GET /api/status`: how each log type is doing. */
import { json, refuseUnknown } from '../shared/http/call.ts';
import { ROUTES } from '../shared/http/routes.ts';
import { MOST_ENTRIES_BEHIND } from '../shared/ledger.ts';
import { readStatus } from '../shared/status.ts';
import { deps, httpRoute, ready } from './app.ts';

httpRoute(ROUTES.status, async ({ url }) => {
  refuseUnknown(url.searchParams, {});
  await ready();
  return json({
    now: new Date(deps.clock.now()).toISOString(),
    tenantId: deps.config.tenantId,
    settleMinutes: deps.config.settleMinutes,
    logTypes: await readStatus(deps, MOST_ENTRIES_BEHIND),
  });
});
