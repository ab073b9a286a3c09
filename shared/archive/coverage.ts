/**
 * What the ledger says we hold: the coverage state of every second of a range.
 *
 * Computed from what the ledger's entries were folded to, the schedule in force and the time, and from nothing else. Where
 * nothing was read, and the newest read lies later, is a gap whether an entry admits it or not: a removed entry cannot
 * hide. Pure. Times are seconds since 1970.
 */
import { type Deletion, type Gone, Marks } from './coverageMarks.ts';
import type { HourCounts } from './entryTypes.ts';
import { ceilHour, floorHour, HOUR } from './hours.ts';
import { type Piece, type SpanRead, unread } from './pieces.ts';
import { forgottenAt, nextDue, type Schedule } from './schedule.ts';
import { formatSeconds, secondsOf, startOfHour } from './time.ts';
import { UNDATED_HOUR } from './undated.ts';
import type { Window } from './window.ts';

export type CoverageState = 'settled' | 'closed' | 'provisional' | 'pending' | 'gap' | 'deleted' | 'unavailable';

/** From the worst to the best. */
const WORST_FIRST: readonly CoverageState[] = [
  'gap',
  'unavailable',
  'pending',
  'provisional',
  'closed',
  'deleted',
  'settled',
];

/** What a `gap` entry says. */
export interface KnownGap {
  readonly seq: number;
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly cause: string;
  /** `undefined`: the source keeps without limit. */
  readonly recoverableUntil: number | undefined;
  /** The log type could not be had at all. */
  readonly unavailable: boolean;
}

/** Everything that coverage is computed from; of pieces, gaps and wide reads at least those that touch the range. */
export interface Known {
  readonly pieces: readonly Piece[];
  readonly gaps: readonly KnownGap[];
  /** Reads too wide to be kept as pieces, by entry. */
  readonly wide: readonly SpanRead[];
  readonly schedule: Schedule;
  /** Where the first read or gap began, and the latest second that any read or gap reaches; `undefined` before the first. */
  readonly reach: { readonly from: number; readonly to: number } | undefined;
  /** Why the log type cannot be had now. */
  readonly unavailable: string | undefined;
  /** What `delete` entries say. */
  readonly deletions?: readonly Deletion[];
  /** The legal holds that are open. */
  readonly holds?: readonly Window[];
}

/** A span of one state, and what was read of it. */
export interface CoverageSpan {
  readonly from: number;
  readonly to: number;
  readonly state: CoverageState;
  readonly cause?: string;
  /** When what is not held is lost for good; absent where the source keeps without limit, or nothing is missing. */
  readonly recoverableUntil?: number;
  /** What was read; absent where nothing was. */
  readonly piece?: Piece;
  /** What was deleted of its hours, ascending; of the state `deleted` only. */
  readonly gone?: readonly Gone[];
  /** A legal hold concerns it. */
  readonly held?: true;
}

/** What was to be read longer ago than this beyond the settling time, and is not there, is late: several runs have passed. */
export const LATE_SECONDS: number = 2 * HOUR;
/** Nothing is owed there, so nothing is missing. */
export const BEFORE_ARCHIVE = 'before the archive began';
const NOTHING = { new: 0, changed: 0, vanished: 0 };
const CAUSES = {
  before: BEFORE_ARCHIVE,
  hole: 'no entry of the ledger reads it',
  late: 'not read yet: the pull is behind',
} as const;

/**
 * The spans of `[from, to)` in ascending order, without a hole.
 * @param overdue seconds after which what was not read yet should have been.
 */
export function coverage(known: Known, from: number, to: number, now: number, overdue: number): CoverageSpan[] {
  const marks = new Marks(known.deletions, known.holds, { from, to });
  const edges = marks.edges();
  const pieces = allPieces(known, from, to, edges);
  const read = pieces.map((piece): CoverageSpan => {
    const span = { from: Math.max(piece.from, from), to: Math.min(piece.to, to) };
    // Whatever a span was before: of what is deleted nothing more is owed, and nothing less is said.
    const gone = marks.goneFrom(span);
    return gone
      ? { ...span, state: 'deleted', piece, gone }
      : { ...span, state: stateOf(piece, known.schedule, now), piece };
  });
  const missing = unread(pieces, from, to)
    .flatMap((span) => cutAt(span, edges))
    .flatMap((span) => undatedGone(marks, span) ?? explain(known, span.from, span.to, now, overdue));
  return [...read, ...missing]
    .map((span) => (marks.isHeld(span) ? { ...span, held: true as const } : span))
    .sort((a, b) => a.from - b.from);
}

/** Undated records are stored under an hour that nobody read: what was deleted of it is said all the same. */
function undatedGone(marks: Marks, span: Window): CoverageSpan | undefined {
  const gone = span.from < UNDATED_HOUR.to ? marks.goneFrom(span) : undefined;
  return gone && { ...span, state: 'deleted', gone };
}

/** The worst state among spans; `settled` among none. */
export function worstState(spans: readonly Pick<CoverageSpan, 'state'>[]): CoverageState {
  const states = new Set(spans.map(({ state }) => state));
  return WORST_FIRST.find((state) => states.has(state)) ?? 'settled';
}

/** The state of a span that was read. */
export function stateOf(piece: Piece, schedule: Schedule, now: number): CoverageState {
  if (!nextDue(piece, schedule)) return 'settled';
  return forgottenAt(piece.from, schedule) <= now ? 'closed' : 'provisional';
}

/**
 * The pieces that touch a range, wide reads counted in: where they were first, and where they read again.
 * @param cuts whole hours at which the spans of wide reads are cut.
 */
export function allPieces(
  { pieces, wide }: Pick<Known, 'pieces' | 'wide'>,
  from: number,
  to: number,
  cuts: readonly number[] = [],
): Piece[] {
  const touching = pieces.filter((piece) => piece.to > from && piece.from < to);
  if (wide.length === 0) return touching;
  const edges = [from, to, ...wide.flatMap((read) => [read.from, read.to]), ...cuts];
  const first = unread(touching, from, to)
    .flatMap((span) => cutAt(span, edges))
    .flatMap((span) => firstWide(wide, span));
  return [...touching, ...first].map((piece) => withWide(piece, wide)).sort((a, b) => a.from - b.from);
}

/** A span that a wide read was the first to read: its broken hours, and the whole ones between as one. */
function firstWide(wide: readonly SpanRead[], span: { from: number; to: number }): Piece[] {
  const read = wide.find((each) => each.from <= span.from && each.to >= span.to);
  if (!read) return [];
  return cutAt(span, [ceilHour(span.from), floorHour(span.to)]).map(({ from, to }) => {
    const counts = countsIn(read, from, to);
    return { from, to, firstAt: read.at, records: counts.new + counts.changed, failedAt: 0, rereads: [] };
  });
}

function withWide(piece: Piece, wide: readonly SpanRead[]): Piece {
  const again = wide
    .filter((read) => read.from <= piece.from && read.to >= piece.to && read.at > piece.firstAt)
    .map((read) => ({ seq: read.seq, at: read.at, ...countsIn(read, piece.from, piece.to) }));
  if (again.length === 0) return piece;
  return { ...piece, rereads: [...piece.rereads, ...again].sort((a, b) => a.seq - b.seq) };
}

/** What a read found in the hour that a span lies in; in all of its hours where it is wider. */
function countsIn({ hours }: SpanRead, from: number, to: number): HourCounts {
  if (to - from <= HOUR) return { ...NOTHING, ...hours[formatSeconds(floorHour(from)).slice(0, 13)] };
  const sum = { ...NOTHING };
  for (const [hour, counts] of Object.entries(hours)) {
    const second = secondsOf(startOfHour(hour));
    if (second < from || second >= to) continue;
    sum.new += counts.new;
    sum.changed += counts.changed;
    sum.vanished += counts.vanished;
  }
  return sum;
}

/** Says of an unread span why, part by part. */
function explain(known: Known, from: number, to: number, now: number, overdue: number): CoverageSpan[] {
  const { gaps, reach, unavailable } = known;
  const began = reach?.from ?? Math.min(...gaps.map((gap) => gap.from), now - overdue);
  const reached = reach?.to ?? began;
  const edges = [began, reached, now - overdue, now, ...gaps.flatMap((gap) => [gap.from, gap.to])];
  return cutAt({ from, to }, edges).map((span): CoverageSpan => {
    const gap = gaps.findLast((each) => each.from <= span.from && each.to >= span.to);
    if (gap) return withCountdown({ ...span, state: gap.unavailable ? 'unavailable' : 'gap', cause: gap.cause }, known);
    if (span.to <= began) return { ...span, state: 'unavailable', cause: CAUSES.before };
    if (span.to <= reached) return withCountdown({ ...span, state: 'gap', cause: CAUSES.hole }, known);
    if (span.from >= now) return { ...span, state: 'pending' };
    if (unavailable !== undefined) return withCountdown({ ...span, state: 'unavailable', cause: unavailable }, known);
    if (span.to > now - overdue) return { ...span, state: 'pending' };
    return withCountdown({ ...span, state: 'gap', cause: CAUSES.late }, known);
  });
}

function withCountdown(span: CoverageSpan, { schedule }: Known): CoverageSpan {
  const until = forgottenAt(span.from, schedule);
  return until === Number.POSITIVE_INFINITY ? span : { ...span, recoverableUntil: until };
}

/** A span cut wherever one of the edges lies inside it. */
function cutAt(span: { from: number; to: number }, edges: readonly number[]): { from: number; to: number }[] {
  const inside = [...new Set(edges)].filter((edge) => edge > span.from && edge < span.to).sort((a, b) => a - b);
  return [span.from, ...inside].map((from, n) => ({ from, to: inside[n] ?? span.to }));
}
