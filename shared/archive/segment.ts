/**
 * Segments: the immutable blobs of records of one log type and one UTC hour.
 *
 * A segment is one gzip member whose body is a row of blocks (`block.ts`), so it is at once an ordinary `.gz` file and
 * something whose body can be spliced. Writing refuses blocks that are out of order, of two hours or too large. Reading
 * refuses bytes whose SHA-256 is not the one expected before it inflates any of them, and never inflates much more than
 * was promised. The format: docs/FORMAT.md.
 */
import { hash } from 'node:crypto';
import { crc32, createInflateRaw } from 'node:zlib';
import type { Block } from './block.ts';
import { rootOf } from './merkle.ts';
import { crc32Combine, FINAL_BLOCK, GZIP_HEADER, gzipTrailer, hasSegmentFrame, TRAILER_BYTES } from './splice.ts';
import { hourOf, type Instant } from './time.ts';

export interface Segment {
  readonly bytes: Buffer;
  /** SHA-256 of `bytes`, lower-case hex. */
  readonly sha256: string;
  /** Bytes of the lines, newlines included. */
  readonly rawBytes: number;
  readonly records: number;
  /** RFC 6962 root over the lines without newline, lower-case hex. */
  readonly recordsRoot: string;
  readonly minTime: Instant;
  readonly maxTime: Instant;
}

/** What a ledger entry says of a segment's content. */
export interface ExpectedSegment {
  readonly sha256: string;
  readonly rawBytes: number;
  readonly records: number;
}

/** Largest segment, in stored bytes. */
export const MAX_SEGMENT_BYTES = 16 * 1024 * 1024;

const FRAME_BYTES = GZIP_HEADER.length + FINAL_BLOCK.length + TRAILER_BYTES;
/** Inflated bytes handed out at a time, and the most that is inflated beyond what was promised. */
const CHUNK_BYTES = 128 * 1024;
const LF = 0x0a;
/** zlib's words for a stream that is not complete, not valid, or longer than allowed. */
const BROKEN_STREAM = new Set(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT', 'ERR_BUFFER_TOO_LARGE']);

/** The bytes are not the segment that the ledger entry describes. No retry helps. */
export class DamagedSegment extends Error {
  override readonly name = 'DamagedSegment';
  /** What was checked, in words. */
  readonly check: string;
  readonly expected: string;
  readonly actual: string;

  constructor(check: string, expected: string | number, actual: string | number, options?: ErrorOptions) {
    super(
      `A segment is damaged: its ${check} should be ${expected} and is ${actual}. Keep the blob as evidence, check it ` +
        "by hand (docs/FORMAT.md, 'Check a segment') and restore it from a copy.",
      options,
    );
    this.check = check;
    this.expected = String(expected);
    this.actual = String(actual);
  }
}

/**
 * Decides which blocks of one hour go together: in order, as many as fit in `maxBytes` of segment.
 * @throws RangeError when one block alone does not fit; make blocks of fewer records.
 */
export function packSegments(blocks: readonly Block[], maxBytes: number = MAX_SEGMENT_BYTES): Block[][] {
  const packs: Block[][] = [];
  let room = 0;
  for (const block of blocks) {
    const { bytes } = block;
    if (FRAME_BYTES + bytes > maxBytes) {
      throw new RangeError(
        `a block of ${block.records} records takes ${bytes} bytes, too many for a segment of ${maxBytes}: make blocks of fewer records`,
      );
    }
    if (bytes > room) {
      packs.push([]);
      room = maxBytes - FRAME_BYTES;
    }
    packs.at(-1)?.push(block);
    room -= bytes;
  }
  return packs;
}

/**
 * Makes one segment of one hour's blocks.
 * @throws RangeError when there are no blocks, when one begins before its predecessor ends, when they are of several
 * hours, or when they are larger than a segment may be.
 */
export function makeSegment(blocks: readonly Block[]): Segment {
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (!first || !last) throw new RangeError('a segment holds at least one block');
  requireOrder(blocks);
  const [crc, rawBytes] = blocks.reduce(
    ([sum, length], block) => [crc32Combine(sum, block.crc, block.rawBytes), length + block.rawBytes],
    [0, 0],
  );
  const data = blocks.map((block) => block.data);
  const bytes = Buffer.concat([GZIP_HEADER, ...data, FINAL_BLOCK, gzipTrailer(crc, rawBytes)]);
  if (bytes.length > MAX_SEGMENT_BYTES) {
    throw new RangeError(`a segment holds at most ${MAX_SEGMENT_BYTES} bytes, not ${bytes.length}`);
  }
  return {
    bytes,
    sha256: hash('sha256', bytes),
    rawBytes,
    records: blocks.reduce((sum, block) => sum + block.records, 0),
    recordsRoot: rootOf(Buffer.concat(blocks.map((block) => block.leaves))).toString('hex'),
    minTime: first.minTime,
    maxTime: last.maxTime,
  };
}

function requireOrder(blocks: readonly Block[]): void {
  let before = blocks[0]?.minTime ?? '';
  const hour = hourOf(before);
  for (const [index, { minTime, maxTime }] of blocks.entries()) {
    if (minTime < before) throw new RangeError(`block ${index} of a segment begins before the last one ends`);
    if (hourOf(minTime) !== hour || hourOf(maxTime) !== hour) {
      throw new RangeError(`block ${index} of a segment is not wholly of the hour ${hour}`);
    }
    before = maxTime;
  }
}

/**
 * Reads a segment: the inflated bytes, in chunks that may end anywhere.
 *
 * The SHA-256 and the frame are checked before the first chunk; length, CRC-32 and record count after the last one. So
 * a complete iteration means that all is as expected, and no byte of a blob with another hash is ever handed out.
 * @throws DamagedSegment while iterating.
 */
export async function* openSegment(bytes: Buffer, expected: ExpectedSegment): AsyncGenerator<Buffer, void, void> {
  checkStored(bytes, expected);
  const found = { rawBytes: 0, records: 0, crc: 0, last: LF };
  for await (const chunk of inflate(bytes)) {
    found.rawBytes += chunk.length;
    // maxOutputLength is not enforced on streams, so this is what stops a bomb.
    if (found.rawBytes > expected.rawBytes) {
      throw new DamagedSegment('inflated length in bytes', expected.rawBytes, 'more');
    }
    found.crc = crc32(chunk, found.crc);
    found.records += countNewlines(chunk);
    found.last = chunk.at(-1) ?? found.last;
    yield chunk;
  }
  requireEqual('inflated length in bytes', expected.rawBytes, found.rawBytes);
  requireEqual('trailer', gzipTrailer(found.crc, found.rawBytes).toString('hex'), trailerOf(bytes));
  requireEqual('number of records', expected.records, found.records);
  requireEqual('last byte', LF, found.last);
}

/**
 * Checks stored bytes before anything in them is used: their SHA-256, and the frame.
 * @throws DamagedSegment.
 */
export function checkStored(bytes: Buffer, { sha256: wanted }: Pick<ExpectedSegment, 'sha256'>): void {
  const sha256 = hash('sha256', bytes);
  if (sha256 !== wanted) throw new DamagedSegment('SHA-256', wanted, sha256);
  if (!hasSegmentFrame(bytes)) throw new DamagedSegment('frame', 'that of a segment', 'another');
}

/** Inflates the blocks of a segment; whatever follows the first final block is damage too. */
async function* inflate(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  const body = bytes.subarray(GZIP_HEADER.length, -TRAILER_BYTES);
  const stream = createInflateRaw({ chunkSize: CHUNK_BYTES });
  stream.end(body);
  try {
    yield* stream;
  } catch (cause) {
    if (!isBrokenStream(cause)) throw cause;
    throw new DamagedSegment('deflate stream', 'valid', 'broken', { cause });
  }
  requireEqual('length of the deflate stream in bytes', body.length, stream.bytesWritten);
}

/**
 * Splits inflated chunks into lines, without their newlines. A line may be a view into a chunk: copy it to keep it long.
 * @throws DamagedSegment when the last line has no newline.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      const rest = chunk.subarray(start, end);
      yield begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
      begun = [];
      start = end + 1;
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
  }
  if (begun.length > 0) throw new DamagedSegment('last line', 'ended by a newline', 'cut off');
}

/** Whether zlib says of the bytes that they are broken; anything else it throws says nothing about them. */
export function isBrokenStream(error: unknown): boolean {
  return error instanceof Error && 'code' in error && BROKEN_STREAM.has(String(error.code));
}

/** How many lines end in a chunk. */
export function countNewlines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) count += 1;
  return count;
}

function trailerOf(bytes: Buffer): string {
  return bytes.subarray(-TRAILER_BYTES).toString('hex');
}

function requireEqual(check: string, expected: string | number, actual: string | number): void {
  if (expected !== actual) throw new DamagedSegment(check, expected, actual);
}
