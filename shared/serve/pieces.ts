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
