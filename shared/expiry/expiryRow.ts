/**
 * What the last run said of a log type's deletions: one row of the table, a hint for people and alarms.
 */
import type { ExpiryFacts } from '../alarms.ts';
import type { Deps, TableDeps } from '../deps.ts';
import { messageOf } from '../errors.ts';
import { hintRow, noteOrLog } from '../hintRow.ts';
import type { LogType } from '../logTypes.ts';
import { partitionOf } from '../segmentIndex.ts';

const KEY = 'expiring';

const ROW = hintRow<ExpiryFacts>(KEY, ({ text, number }) => ({
  refused: number('refused') ?? 0,
  cause: text('cause'),
  error: text('error'),
}));

/** Reads the row. */
export function readExpiry(deps: TableDeps, logType: string): Promise<ExpiryFacts> {
  return ROW.read(deps, logType);
}

/** Writes the row. */
export async function noteExpiry(deps: TableDeps, { name }: LogType, notes: ExpiryFacts): Promise<void> {
  await ROW.change(deps, name, () => notes);
}

/** Notes why a run did not get to its end, and logs it. Never throws. */
export async function noteFailure(deps: Deps, { name }: LogType, error: unknown): Promise<void> {
  const cause = messageOf(error).slice(0, 2000);
  const next = 'Nothing was deleted that should not be; the next run tries again.';
  deps.log('warn', `deleting what is due of ${name} failed: ${cause}. ${next}`, { logType: name });
  await noteOrLog(deps, name, `what keeps ${name} from being deleted`, () =>
    ROW.change(deps, name, (before) => ({ ...before, error: cause })),
  );
}

/** Writes the row again as it is. @returns when that was by the table's own clock, in milliseconds since 1970. */
export async function touchExpiry(deps: TableDeps, { name }: LogType): Promise<number | undefined> {
  await ROW.change(deps, name, (same) => same);
  return (await deps.state.get(partitionOf(deps, name), KEY))?.writtenAt;
}
