/**
 * Windows: half-open spans of event time, in whole seconds, and the arithmetic on them.
 *
 * A window is what is read from Graph in one go. All times here are seconds since 1970, UTC.
 */

/** `[from, to)` in seconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

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
  const wholeHour = Math.floor(to / HOUR) * HOUR;
  return { from, to: to < until && wholeHour > from ? wholeHour : to };
}

/** The first second that is safe to ask for: the hour after the edge of what a source keeps for `days` days. */
export function retentionEdge(nowSeconds: number, days: number): number {
  return Math.floor((nowSeconds - days * DAY) / HOUR) * HOUR + HOUR;
}

/** The hour a second lies in, as its first second. */
export function hourStart(second: number): number {
  return Math.floor(second / HOUR) * HOUR;
}
