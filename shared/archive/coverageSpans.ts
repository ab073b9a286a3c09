/**
 * Coverage as people read it: neighbours of one state and cause as one span, with what their reads found.
 *
 * Pure; times are seconds since 1970.
 */
import { type CoverageSpan, type CoverageState, coverage, type Known } from './coverage.ts';
import type { Gone } from './coverageMarks.ts';
import { DAY, floorHour } from './hours.ts';
import type { Piece } from './pieces.ts';

interface Least {
  least: number;
  most: number;
}

/** Neighbours of one state and cause, all of them held or none. */
export interface MergedSpan {
  readonly from: number;
  readonly to: number;
  readonly state: CoverageState;
  readonly cause?: string;
  /** When the first of what is not held is lost for good. */
  readonly recoverableUntil?: number;
  /** A legal hold concerns it. */
  readonly held?: true;
  /** What was read; absent where nothing was. */
  readonly reads?: SpanReads;
  /** Segments that were deleted with proof, and the records in them; of the state `deleted` only. */
  readonly deleted?: { readonly segments: number; readonly records: number };
}

export interface SpanReads {
  /** When its parts were first read, and last read. */
  readonly first: Readonly<Least>;
  readonly last: Readonly<Least>;
  /** Re-reads of each part. */
  readonly rereads: Readonly<Least>;
  /** Versions that the first reads stored. */
  readonly records: number;
  /** Versions that re-reads stored, and those held that a re-read was not shown. */
  readonly new: number;
  readonly changed: number;
  readonly vanished: number;
}

/** Of so many days the pieces are looked at together: re-reads of a state type stand on each of them. */
const STEP = 31 * DAY;

/** `coverage` span by span. Takes little memory however long the range is. */
export function* eachSpan(
  known: Known,
  from: number,
  to: number,
  now: number,
  overdue: number,
): Generator<CoverageSpan> {
  // Cut at whole hours only, so that no piece is cut; and only where there are pieces.
  const [first, last] = [known.pieces[0], known.pieces.at(-1)];
  let start = from;
  for (let edge = floorHour(first?.from ?? to); start < to; edge += STEP) {
    const end = edge > (last?.to ?? to) ? to : Math.min(edge, to);
    if (end <= start) continue;
    yield* coverage(known, start, end, now, overdue);
    start = end;
  }
}

/** Joins spans that are added in ascending order. A re-read's counts are those of an hour: they are added up once. */
export class SpanMerger {
  readonly #spans: Open[] = [];
  #hour = Number.NaN;
  readonly #counted = new Set<number>();
  /** Of the hours up to this one what was deleted is counted: an hour may come in several spans. */
  #goneUpTo = Number.NEGATIVE_INFINITY;

  add(span: CoverageSpan): void {
    const before = this.#spans.at(-1);
    const { piece, gone, ...rest } = span;
    let open: Open;
    if (before && before.to === span.from && isAlike(before, span)) {
      before.to = span.to;
      open = before;
    } else {
      open = { ...rest };
      this.#spans.push(open);
    }
    if (piece) this.#count(open, piece);
    if (gone) this.#countGone(open, gone);
  }

  spans(): readonly MergedSpan[] {
    return this.#spans;
  }

  #countGone(span: Open, gone: readonly Gone[]): void {
    span.deleted ??= { segments: 0, records: 0 };
    for (const { hour, segments, records } of gone) {
      if (hour <= this.#goneUpTo) continue;
      this.#goneUpTo = hour;
      span.deleted.segments += segments;
      span.deleted.records += records;
    }
  }

  #count(span: Open, piece: Piece): void {
    const hour = floorHour(piece.from);
    if (hour !== this.#hour) this.#counted.clear();
    this.#hour = hour;
    span.reads ??= { first: none(), last: none(), rereads: none(), records: 0, new: 0, changed: 0, vanished: 0 };
    const { reads } = span;
    widen(reads.first, piece.firstAt);
    widen(reads.last, piece.rereads.at(-1)?.at ?? piece.firstAt);
    widen(reads.rereads, piece.rereads.length);
    reads.records += piece.records;
    for (const reread of piece.rereads) {
      if (this.#counted.has(reread.seq)) continue;
      this.#counted.add(reread.seq);
      reads.new += reread.new;
      reads.changed += reread.changed;
      reads.vanished += reread.vanished;
    }
  }
}

/** The end of the unbroken run of spans that were read, from `from` on; `from` where its first second was not. */
export function coveredTo(spans: readonly Pick<MergedSpan, 'from' | 'to' | 'reads'>[], from: number): number {
  let reached = from;
  for (const span of spans) {
    if (span.from !== reached || !span.reads) break;
    reached = span.to;
  }
  return reached;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type Open = Mutable<Omit<MergedSpan, 'reads' | 'deleted'>> & {
  deleted?: Mutable<NonNullable<MergedSpan['deleted']>>;
  reads?: Mutable<Omit<SpanReads, 'first' | 'last' | 'rereads'>> & { first: Least; last: Least; rereads: Least };
};

function isAlike(a: Open, b: CoverageSpan): boolean {
  return a.state === b.state && a.cause === b.cause && a.held === b.held;
}

function none(): Least {
  return { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY };
}

function widen(range: Least, value: number): void {
  range.least = Math.min(range.least, value);
  range.most = Math.max(range.most, value);
}
