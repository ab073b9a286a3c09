/**
 * What an answer is made of, in order: pieces of stored deflate data that are passed on as they lie, and lines that had
 * to be looked at.
 */
export type Piece = StoredPiece | LinesPiece;

/** Whole blocks of a segment, untouched. */
export interface StoredPiece {
  readonly kind: 'stored';
  /** Raw deflate, byte-aligned, without a final block. */
  readonly data: Buffer;
  /** CRC-32 and length of what it inflates to. */
  readonly crc: number;
  readonly rawBytes: number;
  readonly records: number;
}

/** Lines, each with its newline. */
export interface LinesPiece {
  readonly kind: 'lines';
  readonly raw: Buffer;
  readonly records: number;
}

/** Pieces that are all there, or that come one after another. */
export type Pieces = Iterable<Piece> | AsyncIterable<Piece>;

/** Passes pieces on, and adds up how many records that were: each piece says it of itself. */
export async function* counted(pieces: Pieces, sum: { records: number }): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    sum.records += piece.records;
    yield piece;
  }
}
