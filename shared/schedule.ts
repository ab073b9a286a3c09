/**
 * The schedule in force of a log type: what the newest `config` entry of its ledger says.
 *
 * The settings say what is wanted; from the moment the ledger says so too it is in force, so that what an archive claims
 * can be judged from its ledger alone.
 */
import { appendWhileNeeded } from './append.ts';
import type { ConfigEntry } from './archive/entry.ts';
import { configText } from './archive/ledgerState.ts';
import { formatDuration, type Schedule, scheduleInForce, servableAges } from './archive/schedule.ts';
import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import { isGraphs, type LogType } from './logTypes.ts';

/** The schedule in force. */
export function scheduleOf(ledger: Ledger, logType: LogType): Schedule {
  return scheduleInForce(ledger.config, logType.sourceRetentionDays);
}

/** Brings the ledger's `config` up to the settings: an entry when they differ, nothing otherwise. */
export async function commitConfig(deps: Deps, logType: LogType, ledger: Ledger): Promise<Ledger> {
  const wanted = wantedConfig(deps, logType);
  return appendWhileNeeded(deps, logType, ledger, ({ config }) =>
    config === configText(wanted) ? undefined : { kind: 'config', config: wanted },
  );
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
