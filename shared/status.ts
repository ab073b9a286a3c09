/**
 * How each log type is doing: what its ledger says, what the last attempts said, and what needs attention.
 */
import { formatSeconds } from './archive/time.ts';
import type { Deps } from './deps.ts';
import { applyLedger, type Ledger, LedgerTorn } from './ledger.ts';
import type { LogTypeState } from './logTypeState.ts';
import type { LogType } from './logTypes.ts';
import { readStatusRow, stateAfter } from './statusRow.ts';
import { ContainerMissing } from './storage/port.ts';
import { type Vitals, vitalsOf } from './vitals.ts';

export interface LogTypeStatus extends Vitals {
  readonly logType: string;
  readonly state: LogTypeState;
  /** How far the head has been read; `null` before the first read. */
  readonly watermark: string | null;
  /** Where the walk began. */
  readonly from: string | null;
  readonly entries: number;
  readonly segments: number;
  readonly records: number;
  /** Stored, compressed. */
  readonly bytes: number;
  /** Before compression. */
  readonly rawBytes: number;
  /** Of those the ones that were deleted with proof after their retention. */
  readonly deleted: { readonly segments: number; readonly records: number };
  /** Legal holds that are open. */
  readonly holds: number;
  readonly lastEntry: string | null;
  readonly lastSuccess: string | null;
  readonly lastError: { readonly time: string; readonly message: string } | null;
}

/** The status of every log type that is switched on. A ledger that is torn is a state, not an error. */
export async function readStatus(deps: Deps, mostEntries: number): Promise<LogTypeStatus[]> {
  return Promise.all(deps.config.logTypes.map((logType) => statusOf(deps, logType, mostEntries)));
}

async function statusOf(deps: Deps, logType: LogType, mostEntries: number): Promise<LogTypeStatus> {
  const row = await readStatusRow(deps, logType.name);
  let ledger: Ledger | undefined;
  let state = row.state ?? 'healthy';
  try {
    ledger = await applyLedger(deps, logType.name, mostEntries);
  } catch (error) {
    if (!(error instanceof LedgerTorn || error instanceof ContainerMissing)) throw error;
    state = stateAfter(error);
  }
  const head = ledger?.head;
  return {
    logType: logType.name,
    state,
    watermark: head ? formatSeconds(head.to) : null,
    from: head ? formatSeconds(head.from) : null,
    ...(await vitalsOf(deps, logType, ledger, state, row)),
    entries: (ledger?.seq ?? -1) + 1,
    segments: ledger?.segments ?? 0,
    records: ledger?.records ?? 0,
    bytes: ledger?.bytes ?? 0,
    rawBytes: ledger?.rawBytes ?? 0,
    deleted: { segments: ledger?.deletedSegments ?? 0, records: ledger?.deletedRecords ?? 0 },
    holds: ledger?.openHolds ?? 0,
    lastEntry: ledger?.time ?? null,
    lastSuccess: row.successAt ?? null,
    lastError: row.lastError ?? null,
  };
}
