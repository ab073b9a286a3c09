/**
 * How late the source shows records, measured: what the re-reads of each age found.
 *
 * A re-read measures an age where it is the first of its hour that reached it: what it found became visible between the
 * read before and that age. All other re-reads (somebody asked, a span first read when it was old, daily ones until one
 * is quiet) are counted apart. Pure; times are seconds since 1970.
 */

import { ceilHour, floorHour } from './hours.ts';
import type { Piece, Reread } from './pieces.ts';

export interface LatenessRow {
  /** Age of the schedule, in seconds; `undefined` for the re-reads that measure none. */
  readonly age: number | undefined;
  /** Hours read again. */
  readonly hours: number;
  readonly new: number;
  readonly changed: number;
  readonly vanished: number;
  /** Versions held in those hours before they were read again. */
  readonly records: number;
}

type Counts = { -readonly [Key in Exclude<keyof LatenessRow, 'age'>]: number };

/** Takes pieces in ascending order, and counts what a re-read found once for each hour. */
export class Lateness {
  readonly #ages: readonly number[];
  /** One for each age, and one for the rest. */
  readonly #counts: Counts[];
  #hour: Piece[] = [];

  /** @param ages of the schedule, ascending. */
  constructor(ages: readonly number[]) {
    this.#ages = ages;
    this.#counts = [...ages, undefined].map(() => ({ hours: 0, new: 0, changed: 0, vanished: 0, records: 0 }));
  }

  add(piece: Piece): void {
    const [first] = this.#hour;
    if (first && floorHour(first.from) !== floorHour(piece.from)) this.#close();
    this.#hour.push(piece);
  }

  /** One row for each age, in their order, and one without an age. */
  rows(): LatenessRow[] {
    this.#close();
    return this.#counts.map((counts, n) => ({ age: this.#ages[n], ...counts }));
  }

  #close(): void {
    const pieces = this.#hour;
    this.#hour = [];
    const end = ceilHour(pieces.at(-1)?.to ?? 0);
    let held = pieces.reduce((sum, { records }) => sum + records, 0);
    let reached = this.#reached(Math.min(...pieces.map(({ firstAt }) => firstAt)) - end);
    for (const reread of distinct(pieces)) {
      const age = this.#reached(reread.at - end);
      const counts = this.#counts[age > reached ? age : this.#ages.length];
      if (counts) {
        counts.hours += 1;
        counts.new += reread.new;
        counts.changed += reread.changed;
        counts.vanished += reread.vanished;
        counts.records += held;
      }
      held += reread.new + reread.changed;
      reached = Math.max(reached, age);
    }
  }

  /** The largest age that so many seconds reach, as its place in the schedule; -1 before the first. */
  #reached(seconds: number): number {
    return this.#ages.findLastIndex((age) => age <= seconds);
  }
}

/** The re-reads of an hour, each once, by entry. */
function distinct(pieces: readonly Piece[]): Reread[] {
  const bySeq = new Map(pieces.flatMap(({ rereads }) => rereads.map((reread) => [reread.seq, reread])));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
