/** The pieces of a log type as days of a calendar: the worst state of each day, and what was stored of it. UTC. */
import type { CoverageState, PieceReport } from '../../api/answers.ts';
import { STATES } from '../../parts/states.ts';
import { isoSeconds } from '../../parts/times.ts';

export interface Day {
  /** ISO 8601, its first second and that of the next day. */
  readonly from: string;
  readonly to: string;
  /** `undefined` where the answer says nothing of the day. */
  readonly state: CoverageState | undefined;
  /** Versions that first reads stored. */
  readonly records: number;
}

export const DAY_MS = 86_400_000;
/** As many as the archive tells in detail at once. */
export const CALENDAR_DAYS = 31;
const WORST_FIRST = Object.keys(STATES) as CoverageState[];

/** The days up to the one of `now`, which is the last. Milliseconds since 1970. */
export function calendarSpan(now: number): { readonly from: number; readonly to: number } {
  const to = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  return { from: to - CALENDAR_DAYS * DAY_MS, to };
}

/** @param from of the first day, @param to behind the last, in milliseconds since 1970. */
export function daysOf(pieces: readonly PieceReport[], from: number, to: number): Day[] {
  const days: { -readonly [Key in keyof Day]: Day[Key] }[] = [];
  for (let at = from; at < to; at += DAY_MS) {
    days.push({ from: isoSeconds(at), to: isoSeconds(at + DAY_MS), state: undefined, records: 0 });
  }
  for (const piece of pieces) {
    const [first, end] = [Date.parse(piece.from), Date.parse(piece.to)];
    for (let n = Math.max(0, Math.floor((first - from) / DAY_MS)); from + n * DAY_MS < end; n += 1) {
      const day = days[n];
      if (!day) break;
      day.state = worse(day.state, piece.state);
      // What was read at once over midnight counts for the day that it begins in.
      if (Math.floor((first - from) / DAY_MS) === n) day.records += piece.records ?? 0;
    }
  }
  return days;
}

function worse(a: CoverageState | undefined, b: CoverageState): CoverageState {
  return a !== undefined && WORST_FIRST.indexOf(a) < WORST_FIRST.indexOf(b) ? a : b;
}

/** How strong the colour of a day is, 0 to 1: by its share of the busiest day. Little is still told from nothing. */
export function intensityOf(records: number, most: number): number {
  return records === 0 || most === 0 ? 0 : 0.25 + (0.75 * records) / most;
}
