/** The pieces of a log type as days of a calendar: the worst state of each day, and what was stored of it. UTC. */
import { BEFORE_ARCHIVE } from '../../../shared/archive/coverage.ts';
import type { CoverageState, GapReport, PieceReport } from '../../api/answers.ts';
import { STATES } from '../../parts/states.ts';
import { isoSeconds } from '../../parts/times.ts';
import type { Span } from '../../state/ranges.ts';
import { lostOf } from './gaps.ts';

export interface Day {
  /** ISO 8601, its first second and that of the next day. */
  readonly from: string;
  readonly to: string;
  /** `undefined` where the answer says nothing of the day, or all of it lies before the archive. */
  readonly state: CoverageState | undefined;
  /** Part of it lies before the archive began, which is no damage. */
  readonly isBefore: boolean;
  /** Versions that first reads stored. */
  readonly records: number;
  /** A legal hold concerns part of it. */
  readonly isHeld: boolean;
  /** Part of it is missing and Microsoft has forgotten it. */
  readonly isLost: boolean;
}

type Draft = { -readonly [Key in keyof Day]: Day[Key] };

export const DAY_MS = 86_400_000;
/** As many as the archive tells in detail at once. */
const CALENDAR_DAYS = 31;
const WORST_FIRST = Object.keys(STATES) as CoverageState[];

/** The days up to the one of `now`, which is the last. Milliseconds since 1970. */
export function calendarSpan(now: number): { readonly from: number; readonly to: number } {
  const to = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  return { from: to - CALENDAR_DAYS * DAY_MS, to };
}

/** @param shown from the begin of the first day to behind the last. @param now in milliseconds since 1970, as they are. */
export function daysOf(pieces: readonly PieceReport[], gaps: readonly GapReport[], shown: Span, now: number): Day[] {
  const { from, to } = shown;
  const days: Draft[] = [];
  for (let at = from; at < to; at += DAY_MS) {
    const day = { from: isoSeconds(at), to: isoSeconds(at + DAY_MS) };
    days.push({ ...day, state: undefined, isBefore: false, records: 0, isHeld: false, isLost: false });
  }
  for (const piece of pieces) {
    const span = { from: Date.parse(piece.from), to: Date.parse(piece.to) };
    for (const day of touched(days, from, span)) {
      if (piece.cause === BEFORE_ARCHIVE) day.isBefore = true;
      else day.state = worse(day.state, piece.state);
      day.isHeld ||= piece.held === true;
    }
    // What was read at once over midnight counts for the day that it begins in.
    const first = days[Math.floor((span.from - from) / DAY_MS)];
    if (first) first.records += piece.records ?? 0;
  }
  for (const gap of gaps) {
    const lost = lostOf(gap, now);
    if (lost) for (const day of touched(days, from, lost)) day.isLost = true;
  }
  return days;
}

/** The days that a span has a part of. @param begin of the first of all. */
function touched(days: readonly Draft[], begin: number, { from, to }: Span): Draft[] {
  const first = Math.max(0, Math.floor((from - begin) / DAY_MS));
  return days.slice(first, Math.max(first, Math.ceil((to - begin) / DAY_MS)));
}

function worse(a: CoverageState | undefined, b: CoverageState): CoverageState {
  return a !== undefined && WORST_FIRST.indexOf(a) < WORST_FIRST.indexOf(b) ? a : b;
}

/** How strong the colour of a day is, 0 to 1: by its share of the busiest day. Little is still told from nothing. */
export function intensityOf(records: number, most: number): number {
  return records === 0 || most === 0 ? 0 : 0.15 + (0.85 * records) / most;
}
