/**
 * From pieces to the bytes of an answer.
 *
 * As gzip, stored pieces join with the lines that were looked at into ONE member: several would be cut off after the
 * first by browsers. Without it, stored pieces are inflated.
 */
import { promisify } from 'node:util';
import { constants, crc32, createInflateRaw, deflateRaw } from 'node:zlib';
import { release } from '../archive/memory.ts';
import { crc32Combine, FINAL_BLOCK, GZIP_HEADER, gzipTrailer } from '../archive/splice.ts';
import type { Piece, Pieces, StoredPiece } from './pieces.ts';

const deflate = promisify<Buffer, object, Buffer>(deflateRaw);

/** Touched lines are deflated quickly rather than well: half the time of level 6, for a third more bytes of them. */
const LEVEL = 1;
/** Lines are deflated together up to this many bytes: small pieces compress badly. */
const GATHERED_BYTES = 512 * 1024;
/** Stored data is handed out in chunks of at most this many bytes. */
const CHUNK_BYTES = 256 * 1024;
/** And inflated in chunks of at most this many. */
const INFLATED_BYTES = 1024 * 1024;

const LF = 0x0a;

/** An empty stored block: keeps a silent stream of gzip alive without adding to it. */
export const GZIP_FILLER: Buffer = Buffer.from('000000ffff', 'hex');

/** One gzip member of all pieces. */
export async function* gzipped(pieces: AsyncIterable<Piece>): AsyncGenerator<Buffer> {
  yield* afterHeader(gzipBody(pieces));
}

/** A gzip body with the header before its first chunk: what fails at once fails before anything was said. */
export async function* afterHeader(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let header: Buffer | undefined = GZIP_HEADER;
  for await (const chunk of body) {
    yield header ? Buffer.concat([header, chunk]) : chunk;
    header = undefined;
  }
}

/** The member without its header. */
export async function* gzipBody(pieces: AsyncIterable<Piece>): AsyncGenerator<Buffer> {
  const sums: Sums = { crc: 0, rawBytes: 0 };
  yield* deflatedBody(pieces, sums);
  yield Buffer.concat([FINAL_BLOCK, gzipTrailer(sums.crc, sums.rawBytes)]);
}

/** CRC-32 and length of what was deflated so far. */
export interface Sums {
  crc: number;
  rawBytes: number;
}

/** Raw deflate of all pieces without a final block. @param sums counted up; right when all is through. */
export async function* deflatedBody(pieces: AsyncIterable<Piece>, sums: Sums): AsyncGenerator<Buffer> {
  const count = (partCrc: number, partLength: number) => {
    sums.crc = crc32Combine(sums.crc, partCrc, partLength);
    sums.rawBytes += partLength;
  };
  // Deflated while the next piece is made.
  let underWay: Promise<Buffer> | undefined;
  for await (const piece of gathered(pieces)) {
    const before = underWay;
    underWay = undefined;
    if (piece.kind === 'stored') count(piece.crc, piece.rawBytes);
    else {
      count(crc32(piece.raw), piece.raw.length);
      underWay = deflated(piece.raw);
    }
    if (before) yield await before;
    if (piece.kind === 'stored') yield* chunked(piece.data);
  }
  if (underWay) yield await underWay;
}

/** Gives the memory of what it deflates back. */
function deflated(raw: Buffer): Promise<Buffer> {
  const chunkSize = Math.max(1024, raw.length >> 3);
  const result = deflate(raw, { level: LEVEL, finishFlush: constants.Z_FULL_FLUSH, chunkSize });
  // It may fail before it is waited for.
  result.then(
    () => release(raw),
    () => undefined,
  );
  return result;
}

/** The lines of all pieces. */
export async function* inflated(pieces: Pieces): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    if (piece.kind === 'lines') yield piece.raw;
    else yield* wholeLines(inflatedPiece(piece));
  }
}

/** The same bytes in chunks that end where lines do, so that a filler between two chunks is one between two records. */
export async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end > 0) yield rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([rest, chunk.subarray(0, end)]);
    rest = end > 0 ? chunk.subarray(end) : Buffer.concat([rest, chunk]);
  }
  if (rest.length > 0) yield rest;
}

/** What a stored piece inflates to, in chunks. @throws Error when that is not what the piece says of itself. */
export async function* inflatedPiece(piece: StoredPiece): AsyncGenerator<Buffer> {
  const stream = createInflateRaw({ chunkSize: INFLATED_BYTES });
  stream.end(Buffer.concat([piece.data, FINAL_BLOCK]));
  let [length, crc] = [0, 0];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > piece.rawBytes) break;
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (length !== piece.rawBytes || crc !== piece.crc) {
    throw new Error(`a stored piece inflates to ${length} bytes and not to ${piece.rawBytes}, or its CRC-32 differs`);
  }
}

/** Joins neighbouring lines, so that they deflate well. */
async function* gathered(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  let [held, bytes, records]: [Buffer[], number, number] = [[], 0, 0];
  const flush = function* (): Generator<Piece> {
    const [first] = held;
    if (first) yield { kind: 'lines', raw: held.length === 1 ? first : Buffer.concat(held, bytes), records };
    [held, bytes, records] = [[], 0, 0];
  };
  for await (const piece of pieces) {
    if (piece.kind === 'stored') yield* flush();
    else {
      held.push(piece.raw);
      bytes += piece.raw.length;
      records += piece.records;
    }
    if (piece.kind === 'stored') yield piece;
    else if (bytes >= GATHERED_BYTES) yield* flush();
  }
  yield* flush();
}

function* chunked(data: Buffer): Generator<Buffer> {
  for (let at = 0; at < data.length; at += CHUNK_BYTES) yield data.subarray(at, at + CHUNK_BYTES);
}
