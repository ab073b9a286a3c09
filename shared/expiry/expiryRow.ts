/**
 * What the last run said of a log type's deletions: one row of the table, a hint for people and alarms.
 */
import type { ExpiryFacts } from '../alarms.ts';
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import { partitionOf } from '../segmentIndex.ts';
import type { RowValues } from '../storage/port.ts';

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
  const set = Object.entries(notes).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  await write(deps, name, Object.fromEntries(set));
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

/** Writes the row again as it is. @returns when that was by the table's own clock, in milliseconds since 1970. */
export async function touchExpiry(deps: TableDeps, { name }: LogType): Promise<number | undefined> {
  const partition = partitionOf(deps, name);
  await write(deps, name, (await deps.state.get(partition, ROW))?.values ?? { refused: 0 });
  return (await deps.state.get(partition, ROW))?.writtenAt;
}

async function write(deps: TableDeps, logType: string, values: RowValues): Promise<void> {
  await deps.state.commit(partitionOf(deps, logType), [{ kind: 'upsert', key: ROW, values }]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
