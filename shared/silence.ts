/**
 * Silence: whether a log type has brought no records for longer than it ever does.
 *
 * A source that breaks without an error shows empty pages, and every read of them succeeds. What is normal differs
 * between log types by orders of magnitude, so each is judged by its own last four weeks. Pure; times are seconds
 * since 1970.
 */

import { DAY, floorHour, HOUR } from './archive/hours.ts';
import type { Piece } from './archive/pieces.ts';
import { heldIn } from './archive/sweepPlan.ts';

export interface Volume {
  /** Hours that were read since the last one with a record; `null` when none that is known has one. */
  readonly hoursSinceLastRecord: number | null;
  /** The longest run of hours without a record in the four weeks up to that one. */
  readonly longestQuietBefore: number | null;
}

/** What a silence is judged by: hours up to the last one with a record. */
const HISTORY_SECONDS = 28 * DAY;
/** Pieces from this long before the watermark tell of a silence as long as the history it is judged by. */
export const LOOKED_BACK_SECONDS: number = 2 * HISTORY_SECONDS;
/** Less history than this many hours says too little: a week has a weekend. */
const LEAST_HISTORY_HOURS = 7 * 24;
const LEAST_QUIET_HOURS = 3;
/** How many times as long as ever before. */
const FACTOR = 2;

/** What pieces, in ascending order, say of how much a log type brings. Hours that were not read say nothing. */
export function volumeOf(pieces: readonly Piece[]): Volume & { readonly historyHours: number } {
  const hours = hoursOf(pieces);
  const last = hours.findLastIndex(({ records }) => records > 0);
  const lastHour = hours[last];
  if (!lastHour) return { hoursSinceLastRecord: null, longestQuietBefore: null, historyHours: 0 };
  const history = hours.slice(0, last + 1).filter(({ from }) => from > lastHour.from - HISTORY_SECONDS);
  let [longest, run] = [0, 0];
  for (const { records } of history) {
    run = records > 0 ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return {
    hoursSinceLastRecord: hours.length - 1 - last,
    longestQuietBefore: longest,
    historyHours: history.length,
  };
}

/** Whether a log type is silent for longer than it ever is. One that never brought a record is not. */
export function isSilent({
  hoursSinceLastRecord,
  longestQuietBefore,
  historyHours,
}: ReturnType<typeof volumeOf>): boolean {
  if (hoursSinceLastRecord === null || longestQuietBefore === null || historyHours < LEAST_HISTORY_HOURS) return false;
  return hoursSinceLastRecord >= LEAST_QUIET_HOURS && hoursSinceLastRecord > FACTOR * longestQuietBefore;
}

/** The hours that were read whole, and those that were not but hold records all the same. */
function hoursOf(pieces: readonly Piece[]): { from: number; records: number }[] {
  const hours = new Map<number, { from: number; records: number; seconds: number }>();
  for (const piece of pieces) {
    const from = floorHour(piece.from);
    const { records = 0, seconds = 0 } = hours.get(from) ?? {};
    hours.set(from, { from, records: records + heldIn(piece), seconds: seconds + piece.to - piece.from });
  }
  return [...hours.values()].filter(({ records, seconds }) => records > 0 || seconds === HOUR);
}
