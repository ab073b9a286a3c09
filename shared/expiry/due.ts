/** What is due, in portions that fit an entry, and looked at again right before the entry. */
import { hourInName, termsWindow } from '../archive/deletions.ts';
import { type DoomedSegment, MAX_SEGMENTS_PER_ENTRY } from '../archive/entry.ts';
import { holdsHour } from '../archive/holds.ts';
import { hourOfName, splitName } from '../archive/names.ts';
import { nowSeconds } from '../clock.ts';
import { isOpenAt, knownHolds, openDeletions } from '../deletionIndex.ts';
import type { Deps } from '../deps.ts';
import type { Ledger } from '../ledger.ts';
import type { LogType } from '../logTypes.ts';
import { rowsOfHour } from '../segmentIndex.ts';
import type { ExpireDeps } from './deps.ts';
import { touchExpiry } from './expiryRow.ts';

/**
 * The second up to which a retention must have ended: now by our clock or by the table's own, whichever is earlier. What is
 * deleted too early cannot be had again, so no clock is believed alone.
 */
export async function dueSecond(deps: Deps, logType: LogType): Promise<number> {
  const ours = nowSeconds(deps);
  // Time that is simulated has nothing to do with the table's.
  if (deps.config.simulatedTime) return ours;
  const theirs = await touchExpiry(deps, logType);
  return theirs === undefined ? 0 : Math.min(ours, Math.floor(theirs / 1000));
}

/** As many as one entry names. */
export function* inBatches(due: readonly DoomedSegment[]): Generator<readonly DoomedSegment[]> {
  for (let at = 0; at < due.length; at += MAX_SEGMENTS_PER_ENTRY) yield due.slice(at, at + MAX_SEGMENTS_PER_ENTRY);
}

/**
 * Those of a batch that may be deleted by the entry after the ledger's last: under no hold that is open there, deleted by
 * no entry yet, named, or not, as they were when they were found, and still there.
 */
export async function stillDue(
  deps: ExpireDeps,
  { name: logType }: LogType,
  batch: readonly DoomedSegment[],
  ledger: Ledger,
): Promise<DoomedSegment[]> {
  const holds = (await knownHolds(deps, logType)).filter((hold) => isOpenAt(hold, ledger.seq)).map(termsWindow);
  const meant = new Set(
    (await openDeletions(deps, logType)).flatMap(({ segments }) => segments.map(({ name }) => name)),
  );
  const named = new Map<string, boolean>();
  for (const hour of new Set(batch.map(({ name }) => hourOfName(name)))) {
    for await (const { values } of rowsOfHour(deps, logType, hour)) {
      named.set(String(values.name), values.deleteSeq === undefined);
    }
  }
  const due: DoomedSegment[] = [];
  for (const segment of batch) {
    const { name, orphan } = segment;
    const hour = hourInName(name);
    if (meant.has(name) || holds.some((hold) => holdsHour(hold, hour))) continue;
    if (orphan ? named.has(name) : named.get(name) !== true) continue;
    // Of what no entry names only the store tells that another instance has deleted it; and what is missing, whoever took it,
    // is not ours to delete.
    if (await deps.deleter.exists(...splitName(name))) due.push(segment);
  }
  return due;
}
