/**
 * Windows: half-open spans of event time, in whole seconds, and the arithmetic on them.
 *
 * A window is what is read from Graph in one go. All times here are seconds since 1970, UTC.
 */
import { DAY, floorHour, HOUR } from './hours.ts';

/** `[from, to)` in seconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface WidthHints {
  /** Rows and seconds of the read before: the density to expect. Absent at the first read. */
  readonly last: { readonly rows: number; readonly seconds: number } | undefined;
  /** Rows that a window should hold at most. */
  readonly aimedRows: number;
  /** Failures in a row: each halves the width. */
  readonly failures: number;
}

/**
 * The next window after `from`, as wide as quiet allows: up to a day, about `aimedRows` rows, and half as wide for each
 * failure in a row. It ends at `until`, or at a whole hour where that costs nothing. `undefined` when nothing is due.
 */
export function nextWindow(from: number, until: number, hints: WidthHints): Window | undefined {
  if (from >= until) return undefined;
  const { last, aimedRows, failures } = hints;
  const byRows = last && last.rows > 0 ? (aimedRows * last.seconds) / last.rows : DAY;
  // Quiet is believed slowly: the width at most doubles, since the hour ahead may be the Monday morning.
  const grown = last ? Math.min(byRows, Math.max(2 * last.seconds, HOUR)) : byRows;
  const width = Math.max(1, Math.floor(Math.min(grown, DAY) / 2 ** failures));
  const to = Math.min(until, from + width);
  const wholeHour = floorHour(to);
  return { from, to: to < until && wholeHour > from ? wholeHour : to };
}

/** The first second that is safe to ask for: the hour after the edge of what a source keeps for `days` days. */
export function retentionEdge(nowSeconds: number, days: number): number {
  return floorHour(nowSeconds - days * DAY) + HOUR;
}

/**
 * The part of a window to read first when somewhere in it lies what cannot be read: all before it, or else half of it, so
 * that a single second is left in the end.
 * @param unreadable the narrowest span known to hold it.
 */
export function beforeUnreadable(window: Window, unreadable: Window | undefined): Window {
  if (!unreadable || unreadable.to <= window.from || unreadable.from >= window.to) return window;
  if (unreadable.from > window.from) return { from: window.from, to: unreadable.from };
  const width = Math.min(unreadable.to, window.to) - window.from;
  // A span is known wider than the window that failed, by what was asked beyond it: the last seconds go one by one.
  const half = width <= 4 ? 1 : Math.floor(width / 2);
  // Whole hours as long as there are several: entries of whole hours can be read again as such.
  return { from: window.from, to: window.from + (half > 2 * HOUR ? half - (half % HOUR) : half) };
}

/** What is known of the unreadable after a window that begins with it, or before it, could be read. */
export function unreadableAfter(unreadable: Window | undefined, read: Window): Window | undefined {
  if (!unreadable || read.to <= unreadable.from) return unreadable;
  return read.to < unreadable.to ? { from: read.to, to: unreadable.to } : undefined;
}
