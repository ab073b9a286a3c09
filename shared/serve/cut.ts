/**
 * Leaving out the first records of a row of pieces, and all after some.
 */
import { inflatedPiece } from './encode.ts';
import { joinLines, linesOf } from './lines.ts';
import type { Piece } from './pieces.ts';

/** The pieces without the first `start.skip` records, which is counted down. What is left out whole is not inflated. */
export async function* skipping(pieces: AsyncIterable<Piece>, start: { skip: number }): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    if (start.skip > 0 && piece.records <= start.skip) {
      start.skip -= piece.records;
      continue;
    }
    yield start.skip === 0 ? piece : await part(piece, start.skip, piece.records);
    start.skip = 0;
  }
}

/** The records of a piece from number `from` up to, not including, `to`. */
export async function part(piece: Piece, from: number, to: number): Promise<Piece> {
  const raw = piece.kind === 'lines' ? piece.raw : Buffer.concat(await Array.fromAsync(inflatedPiece(piece)));
  const lines = linesOf(raw).slice(from, to);
  return { kind: 'lines', raw: joinLines(lines), records: lines.length };
}
