/**
 * One page of an answer: so many records, and where the next page begins.
 */
import { part } from './cut.ts';
import type { HourPiece } from './pieceStream.ts';
import type { Piece } from './pieces.ts';

export interface Page {
  readonly pieces: readonly Piece[];
  readonly records: number;
  /** The hour of the first record that is not given, and how many of that hour were; `undefined` on the last page. */
  readonly next: { readonly hour: string; readonly given: number } | undefined;
}

/**
 * @param pieces of a range whose first hour is counted from its beginning.
 * @param skip records to leave out first.
 */
export async function takePage(pieces: AsyncIterable<HourPiece>, skip: number, limit: number): Promise<Page> {
  const taken: Piece[] = [];
  let [records, left, hour, given] = [0, skip, '', 0];
  for await (const piece of pieces) {
    if (piece.records === 0) continue;
    if (piece.hour !== hour) [hour, given] = [piece.hour, 0];
    const from = Math.min(left, piece.records);
    const to = Math.min(piece.records, from + limit - records);
    if (to > from) taken.push(from === 0 && to === piece.records ? piece : await part(piece, from, to));
    [records, left, given] = [records + to - from, left - from, given + to];
    if (to < piece.records) return { pieces: taken, records, next: { hour, given } };
  }
  return { pieces: taken, records, next: undefined };
}
