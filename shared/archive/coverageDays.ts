/** What is held by the day, for ranges too long to be told hour by hour. Pure; times are seconds since 1970. */
import type { CoverageSpan } from './coverage.ts';
import { DAY, floorHour } from './hours.ts';
import { formatSeconds } from './time.ts';

export interface DayReport {
  /** `2026-11-20`, in UTC. */
  readonly date: string;
  /** Versions stored of it, by first reads and by re-reads. */
  readonly records: number;
}

/** Characters of an instant that name its day. */
const DATE = 10;

/** Adds spans up by days, in ascending order. A re-read's counts are those of an hour: they are added up once. */
export class DayCounter {
  readonly #days = new Map<number, number>();
  #hour = Number.NaN;
  readonly #counted = new Set<number>();

  add({ piece }: CoverageSpan): void {
    if (!piece) return;
    const hour = floorHour(piece.from);
    if (hour !== this.#hour) this.#counted.clear();
    this.#hour = hour;
    let { records } = piece;
    for (const { seq, new: late, changed } of piece.rereads) {
      if (this.#counted.has(seq)) continue;
      this.#counted.add(seq);
      records += late + changed;
    }
    const day = Math.floor(piece.from / DAY);
    if (records > 0) this.#days.set(day, (this.#days.get(day) ?? 0) + records);
  }

  /** Those of which something is stored, the oldest first. */
  days(): DayReport[] {
    return [...this.#days].map(([day, records]) => ({ date: formatSeconds(day * DAY).slice(0, DATE), records }));
  }
}
