/**
 * Which windows are due for a re-read, and how wide. Pure; times are seconds since 1970.
 *
 * Whole UTC hours are read again, the oldest first because it is forgotten first. An hour that is due may wait a little
 * for its neighbours, so that quiet log types cost a few wide sweeps a day and not one for each hour and age. Where a
 * sweep had to be narrowed, the next one goes on where it ended, in the middle of an hour if need be.
 */
import type { KnownGap } from './coverage.ts';
import { type Piece, unread } from './pieces.ts';
import { DAY, type Due, dueAfterFailure, floorHour, forgottenAt, HOUR, nextDue, type Schedule } from './schedule.ts';
import type { Window } from './window.ts';

/** The widest sweep. */
const WIDEST = 2 * DAY;
/** What is forgotten within this long waits for nothing. */
const URGENT: number = 2 * DAY;

interface DueHour {
  readonly from: number;
  /** Where in the hour to begin: behind what owes nothing now, because it was read again or just failed. */
  readonly start: number;
  /** When it no longer waits for its neighbours. */
  readonly ripeAt: number;
  readonly rows: number;
}

/**
 * The next sweep; `undefined` when nothing is ripe.
 * @param pieces ascending, of all hours that may be due.
 * @param gaps what could not be read.
 * @param aimedRows rows that a window should hold; a single hour may hold more.
 */
export function planSweep(
  pieces: readonly Piece[],
  gaps: readonly KnownGap[],
  schedule: Schedule,
  now: number,
  aimedRows: number,
): Window | undefined {
  const hours = dueHours(pieces, gaps, schedule, now);
  for (const group of grouped(hours, aimedRows)) {
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last) continue;
    const full = group.length * HOUR >= WIDEST || 2 * group.reduce((sum, { rows }) => sum + rows, 0) >= aimedRows;
    const ripe = group.some(({ ripeAt }) => ripeAt <= now) || isUrgent(first.from, schedule, now);
    if (full || ripe) return { from: first.start, to: last.from + HOUR };
  }
  return undefined;
}

/** Whether what happened at `second` is forgotten within two days. */
export function isUrgent(second: number, schedule: Pick<Schedule, 'sourceDays'>, now: number): boolean {
  return forgottenAt(second, schedule) - now < URGENT;
}

/** Versions first found in a piece, by whatever read. */
export function heldIn(piece: Piece): number {
  return piece.records + piece.rereads.reduce((sum, reread) => sum + reread.new + reread.changed, 0);
}

interface Owed {
  readonly from: number;
  readonly to: number;
  readonly due: Due | undefined;
  readonly rows: number;
}

function dueHours(pieces: readonly Piece[], gaps: readonly KnownGap[], schedule: Schedule, now: number): DueHour[] {
  const hours = new Map<number, DueHour>();
  const read = pieces.map((piece): Owed => ({ ...piece, due: nextDue(piece, schedule), rows: heldIn(piece) }));
  const failed = gaps.flatMap((gap) => owedByGap(pieces, gap, schedule, now));
  for (const { from, to, due, rows } of [...read, ...failed].sort((a, b) => a.from - b.from)) {
    const hour = floorHour(from);
    const before = hours.get(hour) ?? { start: hour, ripeAt: Number.POSITIVE_INFINITY, rows: 0 };
    const isDue = due !== undefined && due.at <= now;
    hours.set(hour, {
      from: hour,
      start: isDue || from > before.start ? before.start : Math.max(before.start, to),
      ripeAt: isDue ? Math.min(due.at + due.slack, before.ripeAt) : before.ripeAt,
      rows: rows + before.rows,
    });
  }
  return [...hours.values()]
    .filter(({ from, ripeAt }) => ripeAt !== Number.POSITIVE_INFINITY && forgottenAt(from, schedule) > now + HOUR)
    .sort((a, b) => a.from - b.from);
}

/** What a span that could not be read is owed, hour by hour. */
function owedByGap(pieces: readonly Piece[], gap: KnownGap, schedule: Schedule, now: number): Owed[] {
  if (gap.unavailable || forgottenAt(gap.to, schedule) <= now) return [];
  const owed: Owed[] = [];
  for (const span of unread(pieces, gap.from, gap.to)) {
    for (let hour = floorHour(span.from); hour < span.to; hour += HOUR) {
      const [from, to] = [Math.max(span.from, hour), Math.min(span.to, hour + HOUR)];
      owed.push({ from, to, due: dueAfterFailure(hour + HOUR, gap.at, schedule), rows: 0 });
    }
  }
  return owed;
}

/** Neighbouring hours in groups as wide as a sweep may be. */
function grouped(hours: readonly DueHour[], aimedRows: number): DueHour[][] {
  const groups: DueHour[][] = [];
  let rows = 0;
  for (const hour of hours) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    rows += hour.rows;
    const joins = last?.from === hour.from - HOUR && hour.start === hour.from;
    const fits = group && joins && rows <= aimedRows && (group.length + 1) * HOUR <= WIDEST;
    if (fits) group.push(hour);
    else {
      groups.push([hour]);
      rows = hour.rows;
    }
  }
  return groups;
}
