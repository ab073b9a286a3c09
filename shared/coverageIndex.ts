/**
 * The coverage rows of the table: what was read when, so that coverage and sweeps need not read the whole ledger.
 *
 *     day|<YYYY-MM-DD>   the pieces of one UTC day
 *     wide|<seq>         a read of more than three days: the first of a state type, and its daily full re-reads
 *     gap|<seq>          what a `gap` entry says
 *
 * They are written only by `applyLedger`, in the transaction that moves the watermark, and hold nothing that the ledger
 * does not say.
 */

import type { KnownGap } from './archive/coverage.ts';
import { daysOf, knownGap, MOST_DAYS, spanRead } from './archive/coverageFold.ts';
import type { Entry, GapEntry } from './archive/entry.ts';
import { DAY } from './archive/hours.ts';
import { numberKey } from './archive/names.ts';
import { foldFailure, foldRead, type Piece, type SpanRead } from './archive/pieces.ts';
import { formatSeconds } from './archive/time.ts';
import { chunks, joinChunks } from './chunks.ts';
import type { TableDeps } from './deps.ts';
import { partitionOf } from './segmentIndex.ts';
import { listPrefix, type RowChange, type RowValues } from './storage/port.ts';

const PREFIX = { day: 'day|', wide: 'wide|', gap: 'gap|' } as const;

/** The changes that reflect one entry. Reads the days it touches: call it with the watermark it will be committed on. */
export async function coverageChanges(deps: TableDeps, logType: string, entry: Entry): Promise<RowChange[]> {
  if (entry.kind === 'gap') return [gapChange(entry), ...(await failedDays(deps, logType, entry))];
  if (entry.kind !== 'read') return [];
  const read = spanRead(entry);
  const days = daysOf(read.from, read.to);
  if (days.length > MOST_DAYS)
    return [{ kind: 'upsert', key: `${PREFIX.wide}${numberKey(read.seq)}`, values: wideValues(read) }];
  return changedDays(deps, logType, read.seq, days, (pieces, day) => foldRead(pieces, read, day, day + DAY));
}

/** The pieces that touch `[from, to)`, in ascending order. */
export async function piecesBetween(deps: TableDeps, logType: string, from: number, to: number): Promise<Piece[]> {
  return (await pinnedPieces(deps, logType, from, to)).pieces;
}

/** As `piecesBetween`, with the newest entry that any of the rows reflects; -1 where there is no row. */
export async function pinnedPieces(
  deps: TableDeps,
  logType: string,
  from: number,
  to: number,
): Promise<{ readonly pieces: Piece[]; readonly newest: number }> {
  const pieces: Piece[] = [];
  let newest = -1;
  for await (const { values } of listDays(deps, logType, from, to)) {
    pieces.push(...decodePieces(values));
    newest = Math.max(newest, Number(values.seq));
  }
  return { pieces: pieces.filter((piece) => piece.to > from && piece.from < to), newest };
}

/** Every gap that the ledger tells of, by entry. */
export async function knownGaps(deps: TableDeps, logType: string): Promise<KnownGap[]> {
  const gaps: KnownGap[] = [];
  for await (const { values } of listPrefix(deps.state, partitionOf(deps, logType), PREFIX.gap))
    gaps.push(gapOf(values));
  return gaps;
}

/** The pieces of the days from `from` on, in ascending order, and every gap, in one listing: their rows are neighbours. */
export async function piecesAndGaps(
  deps: TableDeps,
  logType: string,
  from: number,
): Promise<{ pieces: Piece[]; gaps: KnownGap[] }> {
  const [pieces, gaps]: [Piece[], KnownGap[]] = [[], []];
  for await (const { key, values } of deps.state.list(partitionOf(deps, logType), dayKey(from), `${PREFIX.gap}~`)) {
    if (key.startsWith(PREFIX.gap)) gaps.push(gapOf(values));
    else if (key.startsWith(PREFIX.day)) pieces.push(...decodePieces(values));
  }
  return { pieces, gaps };
}

/** The reads that are too wide for pieces, by entry. */
export async function wideReads(deps: TableDeps, logType: string): Promise<SpanRead[]> {
  const reads: SpanRead[] = [];
  for await (const { values } of listPrefix(deps.state, partitionOf(deps, logType), PREFIX.wide)) {
    const { seq, at, from, to } = values;
    const hours = JSON.parse(joinChunks(values)) as SpanRead['hours'];
    reads.push({ seq: Number(seq), at: Number(at), from: Number(from), to: Number(to), hours });
  }
  return reads;
}

function listDays(deps: TableDeps, logType: string, from: number, to: number) {
  return deps.state.list(partitionOf(deps, logType), dayKey(from), `${dayKey(to)}~`);
}

/** Folds an entry into the rows of some days. A row that knows the entry already stays: its watermark had been lost. */
async function changedDays(
  deps: TableDeps,
  logType: string,
  seq: number,
  days: readonly number[],
  fold: (pieces: readonly Piece[], day: number) => Piece[],
): Promise<RowChange[]> {
  const changes: RowChange[] = [];
  const known = new Map<number, RowValues>();
  for await (const { values } of listDays(deps, logType, days[0] ?? 0, days.at(-1) ?? 0)) {
    known.set(Number(values.day), values);
  }
  for (const day of days) {
    const values = known.get(day);
    if (values && Number(values.seq) >= seq) continue;
    const pieces = fold(values ? decodePieces(values) : [], day);
    const text = JSON.stringify(pieces.map((piece) => encodePiece(piece, day)));
    changes.push({ kind: 'upsert', key: dayKey(day), values: { seq, day, ...chunks(text) } });
  }
  return changes;
}

/** A gap over what had been read says that a re-read failed. Lost spans of many days concern nothing that was read. */
async function failedDays(deps: TableDeps, logType: string, entry: GapEntry): Promise<RowChange[]> {
  const { seq, at, from, to } = knownGap(entry);
  const days = daysOf(from, to);
  if (days.length > MOST_DAYS) return [];
  return changedDays(deps, logType, seq, days, (pieces) => foldFailure(pieces, at, from, to));
}

function gapOf({ seq, at, from, to, cause, recoverableUntil, unavailable }: RowValues): KnownGap {
  return {
    seq: Number(seq),
    at: Number(at),
    from: Number(from),
    to: Number(to),
    cause: String(cause),
    recoverableUntil: recoverableUntil === undefined ? undefined : Number(recoverableUntil),
    unavailable: unavailable === true,
  };
}

function gapChange(entry: GapEntry): RowChange {
  const { recoverableUntil, ...said } = knownGap(entry);
  const values = { ...said, ...(recoverableUntil !== undefined && { recoverableUntil }) };
  return { kind: 'upsert', key: `${PREFIX.gap}${numberKey(entry.seq)}`, values };
}

function wideValues({ seq, at, from, to, hours }: SpanRead): RowValues {
  return { seq, at, from, to, ...chunks(JSON.stringify(hours)) };
}

type EncodedPiece = [
  from: number,
  length: number,
  firstAt: number,
  records: number,
  failedAt: number,
  rereads: number[][],
];

function encodePiece(piece: Piece, day: number): EncodedPiece {
  const rereads = piece.rereads.map((each) => [each.seq, each.at, each.new, each.changed, each.vanished]);
  return [piece.from - day, piece.to - piece.from, piece.firstAt, piece.records, piece.failedAt, rereads];
}

function decodePieces(values: RowValues): Piece[] {
  const day = Number(values.day);
  return (JSON.parse(joinChunks(values)) as EncodedPiece[]).map(
    ([from, length, firstAt, records, failedAt, rereads]) => ({
      from: day + from,
      to: day + from + length,
      firstAt,
      records,
      failedAt,
      rereads: rereads.map(([seq = 0, at = 0, added = 0, changed = 0, vanished = 0]) => ({
        seq,
        at,
        new: added,
        changed,
        vanished,
      })),
    }),
  );
}

function dayKey(second: number): string {
  return `${PREFIX.day}${formatSeconds(Math.max(0, second)).slice(0, 10)}`;
}
