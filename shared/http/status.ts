/** `GET /api/status`: how each log type is doing. */
import { MOST_ENTRIES_BEHIND } from '../ledger.ts';
import { readStatus } from '../status.ts';
import { type Answer, type Call, json } from './call.ts';

export async function getStatus({ deps }: Call): Promise<Answer> {
  return json({
    now: new Date(deps.clock.now()).toISOString(),
    tenantId: deps.config.tenantId,
    settleMinutes: deps.config.settleMinutes,
    logTypes: await readStatus(deps, MOST_ENTRIES_BEHIND),
  });
}
