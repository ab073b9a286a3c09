/**
 * What a record looks like in an answer: as it lies (NDJSON), or written anew line by line (fewer fields, CSV, one JSON
 * array).
 */
import type { Format } from '../query/formats.ts';
import { inflatedPiece, wholeLines } from './encode.ts';
import { linesOf } from './lines.ts';
import type { Piece, Pieces } from './pieces.ts';

/** The pieces of an answer in a format. Stored pieces stay as they are where lines do. */
export async function* formatted(pieces: Pieces, format: Format): AsyncGenerator<Piece> {
  if (isPlain(format)) {
    yield* pieces;
    return;
  }
  if (format.open !== '') yield text(format.open, 0);
  let between = '';
  for await (const piece of pieces) {
    for await (const lines of linesIn(piece)) {
      if (lines.length === 0) continue;
      yield written(lines, format, between);
      between = format.between;
    }
  }
  if (format.close !== '') yield text(format.close, 0);
}

/** Whether records go out as they are stored, one a line. */
export function isPlain({ open, close, write }: Format): boolean {
  return open === '' && close === '' && write === undefined;
}

function written(lines: readonly Buffer[], { write, between }: Format, first: string): Piece {
  const parts: (Buffer | string)[] = [first];
  for (const [n, line] of lines.entries()) {
    if (n > 0) parts.push(between);
    parts.push(write ? write(line) : line);
  }
  const raw = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return { kind: 'lines', raw, records: lines.length };
}

/** The lines of a piece, some at a time. */
async function* linesIn(piece: Piece): AsyncGenerator<Buffer[]> {
  if (piece.kind === 'lines') {
    yield linesOf(piece.raw);
    return;
  }
  for await (const chunk of wholeLines(inflatedPiece(piece))) yield linesOf(chunk);
}

function text(value: string, records: number): Piece {
  return { kind: 'lines', raw: Buffer.from(value), records };
}
