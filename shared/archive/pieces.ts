/**
 * What was read when: the pieces of the past, folded from the ledger's entries.
 *
 * A piece is a span within one UTC hour whose every second was read by the same reads. Folding an entry adds pieces where
 * nothing had been read, and notes a re-read where something had. Neighbours with the same history become one piece
 * again, so that an hour comes to rest as a single one. Pure, and a function of the entries alone. Times are seconds
 * since 1970.
 */
import { floorHour, HOUR } from './hours.ts';
import { formatSeconds } from './time.ts';

/** One more read of a piece that had been read before; its counts are those of the piece's whole hour. */
export interface Reread {
  /** The entry that says so. */
  readonly seq: number;
  /** `readAt` of that entry. */
  readonly at: number;
  readonly new: number;
  readonly changed: number;
  readonly vanished: number;
}

export interface Piece {
  readonly from: number;
  readonly to: number;
  /** `readAt` of the entry that read it first; of the latest one, where pieces have become one. */
  readonly firstAt: number;
  /** Versions stored by the first read. */
  readonly records: number;
  /** `time` of the newest entry that says a re-read of it failed; 0 when none did. */
  readonly failedAt: number;
  readonly rereads: readonly Reread[];
}

/** What a `read` entry says, as far as pieces are concerned. */
export interface SpanRead {
  readonly seq: number;
  /** `readAt` of its entry. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly hours: Readonly<
    Record<string, { readonly new: number; readonly changed: number; readonly vanished: number }>
  >;
}

/** A read takes a quarter of an hour at most; a process that needed longer to commit it had stood still. */
const LONGEST_READ = 1200;
/** Pieces first read within this long of their hour's end owe the same re-reads, whichever of them came first. */
const SAME_FIRST_READ = HOUR;
const NOTHING = { new: 0, changed: 0, vanished: 0 };

/**
 * When a read was made: when it was committed, or when Graph answered it if that is long before. Only what Graph had then
 * was seen.
 * @param graphDate Graph's own clock, when it answered the first page.
 */
export function readAt(time: number, graphDate: number): number {
  return time - graphDate > LONGEST_READ ? graphDate : time;
}

/** Folds a read into the pieces of the span `[start, end)`, both whole hours. Pieces are in ascending order. */
export function foldRead(pieces: readonly Piece[], read: SpanRead, start: number, end: number): Piece[] {
  const folded: Piece[] = [];
  const [from, to] = [Math.max(read.from, start), Math.min(read.to, end)];
  if (from >= to) return [...pieces];
  folded.push(...pieces.filter((piece) => piece.to <= from));
  const touched = pieces.filter((piece) => piece.to > from && piece.from < to).flatMap((piece) => cut(piece, from, to));
  folded.push(...touched.filter((piece) => piece.to <= from));
  for (let hour = floorHour(from); hour < to; hour += HOUR) {
    folded.push(...foldHour(touched, read, Math.max(from, hour), Math.min(to, hour + HOUR)));
  }
  folded.push(...touched.filter((piece) => piece.from >= to));
  folded.push(...pieces.filter((piece) => piece.from >= to));
  return joined(folded);
}

/** Notes that a re-read of `[from, to)` failed at `at`. What had never been read stays unread. */
export function foldFailure(pieces: readonly Piece[], at: number, from: number, to: number): Piece[] {
  const noted = pieces
    .flatMap((piece) => cut(piece, from, to))
    .map((piece) => (piece.from >= from && piece.to <= to ? { ...piece, failedAt: at } : piece));
  return joined(noted);
}

/** The spans of `[from, to)` that lie in no piece. */
export function unread(
  pieces: readonly Pick<Piece, 'from' | 'to'>[],
  from: number,
  to: number,
): Pick<Piece, 'from' | 'to'>[] {
  const spans: { from: number; to: number }[] = [];
  let reached = from;
  for (const piece of pieces) {
    if (piece.to <= from || piece.from >= to) continue;
    if (piece.from > reached) spans.push({ from: reached, to: piece.from });
    reached = Math.max(reached, piece.to);
  }
  if (reached < to) spans.push({ from: reached, to });
  return spans;
}

/** The part `[from, to)` of one hour after the read. `touched` are the pieces within the read's span. */
function foldHour(touched: readonly Piece[], read: SpanRead, from: number, to: number): Piece[] {
  const counts = read.hours[formatSeconds(from).slice(0, 13)] ?? NOTHING;
  const known = touched.filter((piece) => piece.from >= from && piece.to <= to);
  const reread: Reread = {
    seq: read.seq,
    at: read.at,
    new: counts.new,
    changed: counts.changed,
    vanished: counts.vanished,
  };
  // Where a part of the hour had been read before, what is found cannot be told apart: it counts as found by a re-read.
  const records = known.length === 0 ? counts.new + counts.changed : 0;
  const fresh = unread(known, from, to).map((span) => ({
    ...span,
    firstAt: read.at,
    records,
    failedAt: 0,
    rereads: [],
  }));
  return [...known.map((piece) => ({ ...piece, rereads: [...piece.rereads, reread] })), ...fresh].sort(
    (a, b) => a.from - b.from,
  );
}

/** A piece in up to three: before, within and after `[from, to)`. What it holds is counted with the first. */
function cut(piece: Piece, from: number, to: number): Piece[] {
  const edges = [piece.from, from, to, piece.to]
    .filter((edge) => edge >= piece.from && edge <= piece.to)
    .sort((a, b) => a - b);
  const parts: Piece[] = [];
  for (let n = 1; n < edges.length; n += 1) {
    const [start = 0, end = 0] = [edges[n - 1], edges[n]];
    if (start < end) parts.push({ ...piece, from: start, to: end, records: parts.length === 0 ? piece.records : 0 });
  }
  return parts;
}

/** Joins neighbours of one hour that owe the same and were read again by the same entries. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const before = result.at(-1);
    if (before && canJoin(before, piece)) {
      const firstAt = Math.max(before.firstAt, piece.firstAt);
      result[result.length - 1] = { ...before, to: piece.to, firstAt, records: before.records + piece.records };
    } else result.push(piece);
  }
  return result;
}

function canJoin(a: Piece, b: Piece): boolean {
  const hourEnd = floorHour(a.from) + HOUR;
  if (a.to !== b.from || b.to > hourEnd || a.failedAt !== b.failedAt) return false;
  const soon = hourEnd + SAME_FIRST_READ;
  if (a.firstAt !== b.firstAt && (a.firstAt > soon || b.firstAt > soon)) return false;
  return a.rereads.length === b.rereads.length && a.rereads.every(({ seq }, n) => seq === b.rereads[n]?.seq);
}
