/**
 * Answers that a log type cannot be had at all: without a licence, without a right, or not in this cloud.
 *
 * Graph gives them now and then to those who have it. What the ledger says for good therefore takes the same answer in two
 * runs, and nothing read in between. The first is kept as a row: losing it costs a run more and nothing else.
 */
import type { Unavailability } from './archive/entry.ts';
import type { Deps } from './deps.ts';
import { GraphFailure } from './graph/failure.ts';
import type { LogType } from './logTypes.ts';
import { partitionOf } from './segmentIndex.ts';

const ROW = 'unavailable';

/** What an error says of that; `undefined` of any other. */
export function unavailability(error: unknown): Unavailability | undefined {
  if (!(error instanceof GraphFailure)) return undefined;
  const { kind } = error;
  return kind === 'unlicensed' || kind === 'forbidden' || kind === 'absent' ? kind : undefined;
}

/** The last such answer; `undefined` where something was read since, or nothing is known. */
export async function knownUnavailable(deps: Deps, logType: LogType): Promise<Unavailability | undefined> {
  const row = await deps.state.get(partitionOf(deps, logType.name), ROW);
  return (row?.values.why || undefined) as Unavailability | undefined;
}

/** Keeps it; `undefined` says that something was read. */
export async function noteUnavailable(deps: Deps, logType: LogType, why: Unavailability | undefined): Promise<void> {
  const values = { why: why ?? '' };
  await deps.state.commit(partitionOf(deps, logType.name), [{ kind: 'upsert', key: ROW, values }]);
}
