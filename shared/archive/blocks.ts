/**
 * Finding the blocks of a stored segment again, so that those which an answer leaves as they are need not be deflated
 * anew. Where blocks begin is not stored: it follows from the bytes.
 */
import { promisify } from 'node:util';
import { constants, crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { countNewlines, DamagedSegment, type ExpectedSegment, isBrokenStream, MAX_SEGMENT_BYTES } from './segment.ts';
import { crc32Combine, FINAL_BLOCK, gzipTrailer, spliceBody, TRAILER_BYTES } from './splice.ts';
import type { Instant } from './time.ts';

/** One block of a segment, as the index of blocks keeps it. */
export interface BlockSpan {
  /** Of its first byte in the segment's body, and its length there. */
  readonly offset: number;
  readonly length: number;
  /** CRC-32 and length of what it inflates to, and the number of lines in it. */
  readonly crc: number;
  readonly rawLength: number;
  readonly records: number;
  readonly minTime: Instant;
  readonly maxTime: Instant;
}

const inflate = promisify<Buffer, object, Buffer>(inflateRaw);

const LF = 0x0a;
/**
 * Bytes that are inflated in vain before a segment is given up: 64 times the largest one. What deflate makes of records
 * holds a false marker once in many gigabytes; a segment that is made of them would be tried without end.
 */
const MOST_TRIED = 64 * MAX_SEGMENT_BYTES;
/** How every block ends; it may also occur inside one. */
const FLUSH = Buffer.from('0000ffff', 'hex');
/** zlib sometimes ends a block twice: this then follows, and belongs to it. */
const EMPTY_BLOCK = Buffer.from('000000ffff', 'hex');

/**
 * The blocks of a segment whose hash has been checked.
 * @param timesOf the stored times of a block's first and last line.
 * @throws DamagedSegment when the content is not what the ledger says.
 */
export function findBlocks(
  bytes: Buffer,
  expected: ExpectedSegment,
  timesOf: (first: Buffer, last: Buffer) => readonly [Instant, Instant],
): BlockSpan[] {
  const body = spliceBody(bytes);
  const found: BlockSpan[] = [];
  let [offset, left, crc, tried] = [0, expected.rawBytes, 0, 0];
  let end = 0;
  // The empty blocks behind a marker have markers too, and all of them lead to the same end: none is looked at twice.
  for (let at = body.indexOf(FLUSH); at !== -1; at = body.indexOf(FLUSH, end)) {
    end = afterEmptyBlocks(body, at + FLUSH.length);
    const raw = inflateWhole(body.subarray(offset, end), left);
    // A marker inside a block: the block ends at a later one.
    if (!raw || raw.at(-1) !== LF) {
      tried += end - offset;
      if (tried > MOST_TRIED) throw new DamagedSegment('row of blocks', 'found', 'hidden among markers');
      continue;
    }
    const span = { offset, length: end - offset, crc: crc32(raw), rawLength: raw.length };
    const lastLine = raw.lastIndexOf(LF, -2) + 1;
    const [minTime, maxTime] = timesOf(raw.subarray(0, raw.indexOf(LF)), raw.subarray(lastLine, -1));
    found.push({ ...span, records: countNewlines(raw), minTime, maxTime });
    crc = crc32Combine(crc, span.crc, raw.length);
    left -= raw.length;
    offset = end;
  }
  checkWhole(bytes, body, expected, found, { offset, left, crc });
  return found;
}

function afterEmptyBlocks(body: Buffer, at: number): number {
  let end = at;
  while (body.subarray(end, end + EMPTY_BLOCK.length).equals(EMPTY_BLOCK)) end += EMPTY_BLOCK.length;
  return end;
}

/**
 * The lines of one block, newlines included. Inflates off the main thread.
 * @throws DamagedSegment when they are not what its span says.
 */
export async function inflateBlock(bytes: Buffer, span: BlockSpan): Promise<Buffer> {
  const data = spliceBody(bytes).subarray(span.offset, span.offset + span.length);
  const whole = Buffer.concat([data, FINAL_BLOCK]);
  // One byte more than is expected, so that zlib sees the end without a second piece of output.
  const options = { chunkSize: Math.max(64, span.rawLength + 1), maxOutputLength: Math.max(1, span.rawLength) };
  const raw = await inflate(whole, options).catch(undefinedIfBroken);
  if (raw?.length !== span.rawLength || crc32(raw) !== span.crc) {
    throw new DamagedSegment('block', `${span.rawLength} bytes with CRC-32 ${span.crc}`, 'another');
  }
  return raw;
}

/**
 * What a piece of the body inflates to, when it is a row of whole blocks: followed by an empty final block it is then a
 * complete stream. `undefined` when it is not, or when it inflates to more than `most` bytes.
 */
function inflateWhole(piece: Buffer, most: number): Buffer | undefined {
  try {
    return inflateRawSync(Buffer.concat([piece, FINAL_BLOCK]), {
      finishFlush: constants.Z_FINISH,
      chunkSize: Math.max(1024, Math.min(most, 8 * piece.length)),
      maxOutputLength: Math.max(1, most),
    });
  } catch (error) {
    return undefinedIfBroken(error);
  }
}

function undefinedIfBroken(error: unknown): undefined {
  if (isBrokenStream(error)) return undefined;
  throw error;
}

function checkWhole(
  bytes: Buffer,
  body: Buffer,
  expected: ExpectedSegment,
  found: readonly BlockSpan[],
  { offset, left, crc }: { offset: number; left: number; crc: number },
): void {
  const records = found.reduce((sum, span) => sum + span.records, 0);
  const trailer = gzipTrailer(crc, expected.rawBytes - left).toString('hex');
  const said = bytes.subarray(-TRAILER_BYTES).toString('hex');
  if (offset !== body.length) throw new DamagedSegment('row of blocks', `${body.length} bytes`, offset);
  if (left !== 0) throw new DamagedSegment('inflated length in bytes', expected.rawBytes, expected.rawBytes - left);
  if (trailer !== said) throw new DamagedSegment('trailer', trailer, said);
  if (records !== expected.records) throw new DamagedSegment('number of records', expected.records, records);
}
