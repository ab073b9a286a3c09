/**
 * The schedule in force of a log type: what the newest `config` entry of its ledger says.
 *
 * The settings say what is wanted; from the moment the ledger says so too it is in force, so that what an archive claims
 * can be judged from its ledger alone.
 */
import { type ConfigEntry, encodeEntry } from './archive/entry.ts';
import { entryName, LEDGER_CONTAINER } from './archive/names.ts';
import { formatDuration, type Schedule, scheduleInForce, servableAges } from './archive/schedule.ts';
import type { Deps } from './deps.ts';
import { applyLedger, type Ledger } from './ledger.ts';
import { configText } from './ledgerState.ts';
import { isGraphs, type LogType } from './logTypes.ts';
import { entryHead } from './parts.ts';

/** The schedule in force. */
export function scheduleOf(ledger: Ledger, logType: LogType): Schedule {
  return scheduleInForce(ledger.config, logType.sourceRetentionDays);
}

/** Brings the ledger's `config` up to the settings: an entry when they differ, nothing otherwise. */
export async function commitConfig(deps: Deps, logType: LogType, ledger: Ledger): Promise<Ledger> {
  const wanted = wantedConfig(deps, logType);
  if (ledger.config === configText(wanted)) return ledger;
  const entry: ConfigEntry = { ...entryHead(deps, logType, ledger), kind: 'config', config: wanted };
  const name = entryName(deps.config.tenantId, logType.name, entry.seq);
  // If another instance takes the number, the next run looks again.
  await deps.blobs.putIfAbsent(LEDGER_CONTAINER, name, encodeEntry(entry));
  return applyLedger(deps, logType.name);
}

function wantedConfig({ config }: Deps, logType: LogType): ConfigEntry['config'] {
  return {
    retentionDays: config.retentionDays(logType.name),
    // Our own access log shows nothing late: rows that come late are collected whenever they come.
    sweepAges: isGraphs(logType) ? servableAges(config.sweepAges, logType.sourceRetentionDays).map(formatDuration) : [],
    sourceRetentionDays: logType.sourceRetentionDays ?? null,
    api: logType.api,
  };
}
