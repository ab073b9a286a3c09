/**
 * The ledger's entries folded to what coverage is computed from, in memory: by whoever holds the entries and no table.
 *
 * Pieces are folded day by day, a read of more than a few days is kept as it is; the table's rows do the same.
 */
import type { Known, KnownGap } from './coverage.ts';
import type { Deletion } from './coverageMarks.ts';
import { deletionsIn, termsWindow } from './deletions.ts';
import type { Entry, GapEntry, ReadEntry } from './entryTypes.ts';
import { DAY } from './hours.ts';
import { advance, EMPTY, type Ledger, owedSpan } from './ledgerState.ts';
import { foldFailure, foldRead, type Piece, readAt, type SpanRead } from './pieces.ts';
import { scheduleInForce } from './schedule.ts';
import { secondsOf } from './time.ts';
import type { Window } from './window.ts';

/** A read over more days than this is kept as one: the first of a state type, and its daily full re-reads. */
export const MOST_DAYS = 3;

/** What a `read` entry says of its span. */
export function spanRead({ seq, time, read }: ReadEntry): SpanRead {
  const at = readAt(secondsOf(time), secondsOf(read.graphDate));
  return { seq, at, from: secondsOf(read.from), to: secondsOf(read.to), hours: read.hours };
}

/** What a `gap` entry says of its span. */
export function knownGap({ seq, time, gap }: GapEntry): KnownGap {
  return {
    seq,
    at: secondsOf(time),
    from: secondsOf(gap.from),
    to: secondsOf(gap.to),
    cause: gap.cause,
    recoverableUntil: gap.recoverableUntil === null ? undefined : secondsOf(gap.recoverableUntil),
    unavailable: gap.unavailable !== undefined,
  };
}

/** The first seconds of the UTC days that a span touches; of more than `MOST_DAYS` only as many as say so. */
export function daysOf(from: number, to: number): number[] {
  const days: number[] = [];
  for (let day = from - (from % DAY); day < to && days.length <= MOST_DAYS; day += DAY) days.push(day);
  return days;
}

/** Takes the entries of a ledger in order, from the first or from a later one on. */
export class CoverageFold {
  readonly #days = new Map<number, readonly Piece[]>();
  readonly #gaps: KnownGap[] = [];
  readonly #wide: SpanRead[] = [];
  readonly #deletions: Deletion[] = [];
  /** By id, those that are open. */
  readonly #holds = new Map<string, Window>();
  #ledger: Ledger = EMPTY;

  /** What the entries add up to. */
  get ledger(): Ledger {
    return this.#ledger;
  }

  /** @param hash SHA-256 of the entry's bytes. */
  add(entry: Entry, hash: string): void {
    this.#ledger = advance(this.#ledger, entry, hash);
    if (entry.kind === 'read') this.#addRead(spanRead(entry));
    if (entry.kind === 'gap') this.#addGap(knownGap(entry));
    if (entry.kind === 'hold') this.#holds.set(entry.hold.id, termsWindow(entry.hold));
    if (entry.kind === 'release') this.#holds.delete(entry.release.id);
    if (entry.kind === 'delete') this.#deletions.push(...deletionsIn(entry));
  }

  /**
   * Everything that coverage of any range is computed from.
   * @param began where the archive began, at the latest, when entries before the first one added are not at hand.
   * @param sourceDays what the source keeps, for a ledger without a `config` entry.
   */
  known(began?: number, sourceDays?: number): Known {
    const owed = owedSpan(this.#ledger);
    const ascending = [...this.#days].sort(([a], [b]) => a - b);
    return {
      pieces: ascending.flatMap(([, pieces]) => pieces),
      gaps: this.#gaps,
      wide: this.#wide,
      schedule: scheduleInForce(this.#ledger.config, sourceDays),
      reach: owed && { from: Math.min(owed.from, began ?? owed.from), to: owed.to },
      unavailable: this.#ledger.unavailable?.cause,
      deletions: this.#deletions,
      holds: [...this.#holds.values()],
    };
  }

  #addRead(read: SpanRead): void {
    const days = daysOf(read.from, read.to);
    if (days.length > MOST_DAYS) this.#wide.push(read);
    else for (const day of days) this.#days.set(day, foldRead(this.#of(day), read, day, day + DAY));
  }

  #addGap(gap: KnownGap): void {
    this.#gaps.push(gap);
    const days = daysOf(gap.from, gap.to);
    if (days.length > MOST_DAYS) return;
    for (const day of days) this.#days.set(day, foldFailure(this.#of(day), gap.at, gap.from, gap.to));
  }

  #of(day: number): readonly Piece[] {
    return this.#days.get(day) ?? [];
  }
}
