/**
 * What the cursor rules of other collectors lose, over rows of which it is known when they happened and when Graph first
 * showed them. The rules, not the programs: each asks every minute and never fails.
 */
import type { Arrival } from '../../graphSimulator/lateness.ts';

export interface Rule {
  readonly name: string;
  /** How many of the rows it never gets. */
  readonly lost: (rows: readonly Arrival[]) => number;
}

const MINUTE_MS = 60_000;

/** The rules that docs/PERFORMANCE.md names. */
export const RULES: readonly Rule[] = [
  { name: 'newest-seen cursor, every 60 s', lost: (rows) => lostByCursor(rows, 0) },
  { name: 'newest-seen cursor, 420 s back-off', lost: (rows) => lostByCursor(rows, 420_000) },
  { name: 'fixed lag of 15 min', lost: (rows) => lostByLag(rows, 15 * MINUTE_MS) },
  { name: 'fixed lag of 60 min', lost: (rows) => lostByLag(rows, 60 * MINUTE_MS) },
];

/**
 * Asks for what is newer than the newest row it has seen, up to so long ago. A row is judged once: at the first poll that
 * could show it, for the cursor only ever rises.
 */
function lostByCursor(rows: readonly Arrival[], backOffMs: number): number {
  const polls = Map.groupBy(rows, ({ at, visible }) => Math.ceil(Math.max(visible, at + backOffMs) / MINUTE_MS));
  let cursor = Number.NEGATIVE_INFINITY;
  let lost = 0;
  for (const poll of [...polls.keys()].sort((a, b) => a - b)) {
    const shown = polls.get(poll) ?? [];
    const got = shown.filter(({ at }) => at > cursor);
    lost += shown.length - got.length;
    for (const { at } of got) cursor = Math.max(cursor, at);
  }
  return lost;
}

/** Reads every minute of events once, so long after it has ended. */
function lostByLag(rows: readonly Arrival[], lagMs: number): number {
  const readAt = (at: number) => (Math.floor((at + lagMs) / MINUTE_MS) + 1) * MINUTE_MS;
  return rows.filter(({ at, visible }) => visible > readAt(at)).length;
}
