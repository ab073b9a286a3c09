/**
 * What a run says of each log type when it ends: one structured line, which alert rules query.
 */
import { formatSeconds } from './archive/time.ts';
import type { Deps } from './deps.ts';
import { messageOf } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { LogFields, LogLevel } from './logFields.ts';
import type { LogType } from './logTypes.ts';
import { readStatusRow } from './statusRow.ts';
import { type Vitals, vitalsOf } from './vitals.ts';

/** The message of the line. */
export const AFTER_RUN = 'log type after a run';

/** Says how each log type of a run is doing. Never throws: what cannot be told of one is said, and the others follow. */
export async function reportRun(
  deps: Deps,
  turns: readonly { readonly logType: LogType; readonly ledger: Ledger | undefined }[],
): Promise<void> {
  for (const { logType, ledger } of turns) {
    try {
      const row = await readStatusRow(deps, logType.name);
      const state = row.state ?? 'healthy';
      const vitals = await vitalsOf(deps, logType, ledger, state, row);
      deps.log(levelOf(vitals), AFTER_RUN, { logType: logType.name, state, ...fieldsOf(vitals), ...volumeOf(ledger) });
    } catch (error) {
      deps.log('error', `how ${logType.name} is doing cannot be told: ${messageOf(error)}`, { logType: logType.name });
    }
  }
}

function levelOf({ alarms: [worst] }: Vitals): LogLevel {
  if (!worst) return 'info';
  return worst.level === 'critical' ? 'error' : 'warn';
}

function fieldsOf({ lagSeconds, oldestGap, countdownSeconds, volume, alarms }: Vitals): LogFields {
  return {
    lagSeconds,
    oldestGapFrom: oldestGap?.from ?? null,
    oldestGapTo: oldestGap?.to ?? null,
    oldestGapCause: oldestGap?.cause ?? null,
    countdownSeconds,
    hoursSinceLastRecord: volume.hoursSinceLastRecord,
    longestQuietBefore: volume.longestQuietBefore,
    alarms,
  };
}

/** Of a ledger that could not be read nothing is said: zeros would look like loss. */
function volumeOf(ledger: Ledger | undefined): LogFields {
  if (!ledger) return {};
  return {
    watermark: ledger.head ? formatSeconds(ledger.head.to) : null,
    storedRecords: ledger.records,
    storedBytes: ledger.bytes,
    storedRawBytes: ledger.rawBytes,
  };
}
