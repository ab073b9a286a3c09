/** The days that the calendar shows: the last ones, or a month that the URL names. Milliseconds since 1970, UTC. */
import { isoSeconds } from '../../parts/times.ts';
import type { Span } from '../../state/ranges.ts';
import { calendarSpan, DAY_MS } from './days.ts';

/** Characters of an instant that name its month: `2026-11`. */
const MONTH = 7;

/** What is shown, and the months before and after it. */
export interface Shown extends Span {
  /** `2026-11`; empty for the last days. */
  readonly month: string;
  /** The month before; `undefined` where the archive had not begun. */
  readonly earlier: string | undefined;
  /** The month after, empty for the last days; `undefined` where these are shown. */
  readonly later: string | undefined;
}

/**
 * @param asked as the URL has it; what is no month up to that of now is as none.
 * @param begin of the archive.
 */
export function shownDays(asked: string, begin: number, now: number): Shown {
  const last = calendarSpan(now);
  const from = beginOf(asked);
  const isAsked = from !== undefined && from <= now;
  const shown = isAsked ? { from, to: Math.min(monthsOn(from, 1), last.to) } : last;
  const before = shown.from - DAY_MS;
  return {
    ...shown,
    month: isAsked ? asked : '',
    earlier: before + DAY_MS > begin ? monthOf(before) : undefined,
    later: isAsked ? (monthsOn(shown.from, 1) >= beginOfMonth(now) ? '' : monthOf(monthsOn(shown.from, 1))) : undefined,
  };
}

/** All months from the begin of the archive to now, the newest first. */
export function monthsSince(begin: number, now: number): string[] {
  const months: string[] = [];
  for (let at = beginOfMonth(now); months.length === 0 || monthsOn(at, 1) > begin; at = monthsOn(at, -1)) {
    months.push(monthOf(at));
  }
  return months;
}

/** The month of an instant: `2026-11`. */
export function monthOf(at: number): string {
  return isoSeconds(at).slice(0, MONTH);
}

function beginOf(month: string): number | undefined {
  const at = /^\d{4}-\d\d$/.test(month) ? Date.parse(`${month}-01T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function beginOfMonth(at: number): number {
  return monthsOn(at, 0);
}

/** The begin of the month that lies so many after that of an instant. */
function monthsOn(at: number, months: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months);
}
