/**
 * One run of the timer `pull-access`: collects the access log until it is up to date or the time is used, and says how it
 * is doing as the pull timers do of theirs.
 */
import { collectAccess } from './collectAccess.ts';
import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import { ACCESS_LOG_TYPE } from './logTypes.ts';
import { reportRun } from './runReport.ts';
import { recordFailure, recordSuccess } from './statusRow.ts';

export interface AccessSummary {
  /** Records that were archived. */
  readonly records: number;
  readonly failed: readonly string[];
}

/** @param stopping aborted when the host shuts down; every step before is durable. */
export async function pullAccess(deps: Deps, stopping: AbortSignal): Promise<AccessSummary> {
  const deadline = deps.clock.elapsed() + deps.config.runBudgetSeconds * 1000;
  const failed: string[] = [];
  let ledger: Ledger | undefined;
  let records = 0;
  try {
    for (let more = true; more && !stopping.aborted && deps.clock.elapsed() < deadline; ) {
      const collected = await collectAccess(deps);
      ({ ledger, more } = collected);
      records += collected.records;
    }
    await recordSuccess(deps, ACCESS_LOG_TYPE);
  } catch (error) {
    failed.push(ACCESS_LOG_TYPE.name);
    await recordFailure(deps, ACCESS_LOG_TYPE, ledger, error);
  }
  if (!stopping.aborted) await reportRun(deps, [{ logType: ACCESS_LOG_TYPE, ledger }]);
  return { records, failed };
}
