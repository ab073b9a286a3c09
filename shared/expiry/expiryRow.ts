/**
 * What the last run said of a log type's deletions: one row of the table, a hint for people and alarms.
 */
import type { ExpiryFacts } from '../alarms.ts';
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import { partitionOf } from '../segmentIndex.ts';
import type { RowValues } from '../storage/port.ts';
import { definedValues } from '../storage/rows.ts';

/** What the row says. */
export type ExpiryNotes = ExpiryFacts;

type TableDeps = Pick<Deps, 'config' | 'state'>;

const ROW = 'expiring';

/** Reads the row; `undefined` where no run has written it. */
export async function readExpiry(deps: TableDeps, logType: string): Promise<ExpiryNotes | undefined> {
  const values = (await deps.state.get(partitionOf(deps, logType), ROW))?.values;
  if (!values) return undefined;
  const text = (name: string) => (values[name] === undefined ? undefined : String(values[name]));
  return { refused: Number(values.refused), cause: text('cause'), error: text('error') };
}

/** Writes the row. */
export async function noteExpiry(deps: TableDeps, { name }: LogType, notes: ExpiryNotes): Promise<void> {
  await write(deps, name, definedValues({ ...notes }));
}

/** Notes why a run did not get to its end, and logs it. Never throws: what cannot be noted is logged too. */
export async function noteFailure(deps: Deps, logType: LogType, error: unknown): Promise<void> {
  const cause = messageOf(error).slice(0, 2000);
  const next = 'Nothing was deleted that should not be; the next run tries again.';
  deps.log('warn', `deleting what is due of ${logType.name} failed: ${cause}. ${next}`, { logType: logType.name });
  try {
    const { refused = 0, cause: refusal } = (await readExpiry(deps, logType.name)) ?? {};
    await noteExpiry(deps, logType, { refused, cause: refusal, error: cause });
  } catch (unwritten) {
    const why = messageOf(unwritten);
    deps.log('error', `what keeps ${logType.name} from being deleted could not be noted: ${why}`, {
      logType: logType.name,
    });
  }
}

/**
 * The second up to which a retention must have ended: now by our clock or by the table's own, whichever is earlier. What is
 * deleted too early cannot be had again, so no clock is believed alone.
 */
export async function dueSecond(deps: Deps, { name }: LogType): Promise<number> {
  const ours = Math.floor(deps.clock.now() / 1000);
  // Time that is simulated has nothing to do with the table's.
  if (deps.config.simulatedTime) return ours;
  const partition = partitionOf(deps, name);
  await write(deps, name, (await deps.state.get(partition, ROW))?.values ?? { refused: 0 });
  const row = await deps.state.get(partition, ROW);
  return row ? Math.min(ours, Math.floor(row.writtenAt / 1000)) : 0;
}

async function write(deps: TableDeps, logType: string, values: RowValues): Promise<void> {
  await deps.state.commit(partitionOf(deps, logType), [{ kind: 'upsert', key: ROW, values }]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
