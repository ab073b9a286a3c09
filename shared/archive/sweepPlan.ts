/**
 * Which windows are due for a re-read, and how wide. Pure; times are seconds since 1970.
 *
 * Whole UTC hours are read again, the oldest first because it is forgotten first. An hour that is due may wait a little
 * for its neighbours, so that quiet log types cost a few wide sweeps a day and not one for each hour and age.
 */
import type { KnownGap } from './coverage.ts';
import { DAY, floorHour, HOUR } from './hours.ts';
import { type Piece, unread } from './pieces.ts';
import { type Due, dueAfterFailure, forgottenAt, nextDue, type Schedule } from './schedule.ts';
import type { Window } from './window.ts';

/** The widest sweep. */
const WIDEST_SECONDS = 2 * DAY;
/** What is forgotten within this long waits for nothing: neither for its neighbours nor for another step of a run. */
const URGENT_SECONDS = 2 * DAY;

interface DueHour {
  readonly from: number;
  /** The first second of the hour that is due. */
  readonly dueFrom: number;
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
    const full =
      group.length * HOUR >= WIDEST_SECONDS || 2 * group.reduce((sum, { rows }) => sum + rows, 0) >= aimedRows;
    const ripe = group.some(({ ripeAt }) => ripeAt <= now) || isUrgent(forgottenAt(first.from, schedule), now);
    // Not from the whole hour on: where a sweep could read only its beginning, the next one goes on behind that.
    if (full || ripe) return { from: first.dueFrom, to: last.from + HOUR };
  }
  return undefined;
}

/** Whether what is forgotten at second `expires` waits for nothing. */
export function isUrgent(expires: number, now: number): boolean {
  return expires - now < URGENT_SECONDS;
}

/** Versions first found in a piece, by whatever read. */
export function heldIn(piece: Piece): number {
  return piece.records + piece.rereads.reduce((sum, reread) => sum + reread.new + reread.changed, 0);
}

function dueHours(pieces: readonly Piece[], gaps: readonly KnownGap[], schedule: Schedule, now: number): DueHour[] {
  const hours = new Map<number, DueHour>();
  const note = (from: number, due: Due | undefined, rows: number) => {
    const hour = floorHour(from);
    const isDue = due !== undefined && due.at <= now;
    const before = hours.get(hour);
    hours.set(hour, {
      from: hour,
      dueFrom: Math.min(isDue ? from : Number.POSITIVE_INFINITY, before?.dueFrom ?? Number.POSITIVE_INFINITY),
      ripeAt: Math.min(
        isDue ? due.at + due.slack : Number.POSITIVE_INFINITY,
        before?.ripeAt ?? Number.POSITIVE_INFINITY,
      ),
      rows: rows + (before?.rows ?? 0),
    });
  };
  for (const piece of pieces) note(piece.from, nextDue(piece, schedule), heldIn(piece));
  for (const gap of gaps) {
    if (gap.unavailable || forgottenAt(gap.to, schedule) <= now) continue;
    for (const span of unread(pieces, gap.from, gap.to)) {
      for (let hour = floorHour(span.from); hour < span.to; hour += HOUR) {
        note(Math.max(hour, span.from), dueAfterFailure(hour + HOUR, gap.at, schedule), 0);
      }
    }
  }
  return [...hours.values()]
    .filter(({ from, ripeAt }) => ripeAt !== Number.POSITIVE_INFINITY && forgottenAt(from, schedule) > now + HOUR)
    .sort((a, b) => a.from - b.from);
}

/** Neighbouring hours in groups as wide as a sweep may be. */
function grouped(hours: readonly DueHour[], aimedRows: number): DueHour[][] {
  const groups: DueHour[][] = [];
  let rows = 0;
  for (const hour of hours) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    rows += hour.rows;
    const fits =
      group && last?.from === hour.from - HOUR && rows <= aimedRows && (group.length + 1) * HOUR <= WIDEST_SECONDS;
    if (fits) group.push(hour);
    else {
      groups.push([hour]);
      rows = hour.rows;
    }
  }
  return groups;
}
