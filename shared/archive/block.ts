/**
 * Blocks: up to 1,000 records deflated on their own, the unit that segments are made of.
 *
 * A block begins with an empty window and ends byte-aligned in a full flush, so blocks of any origin join to a valid
 * stream and each inflates alone. A block knows the CRC, length, leaf hashes and time span of what it holds; the records
 * themselves can then be forgotten, which keeps the memory of a pull flat. Out-of-order records are refused.
 */
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, inflateRawSync } from 'node:zlib';
import { release } from './memory.ts';
import { HASH_BYTES } from './merkle.ts';
import type { Instant } from './time.ts';

export interface BlockRecord {
  /** The record's own bytes, without a newline. Not kept. */
  readonly line: Uint8Array;
  readonly time: Instant;
  /** `leafHash(line)`. */
  readonly leaf: Uint8Array;
}

export interface Block {
  /** Raw deflate; ends in `00 00 FF FF`, has no final block. */
  readonly data: Buffer;
  /** Length of `data`. */
  readonly bytes: number;
  readonly records: number;
  /** Bytes of the lines, newlines included. */
  readonly rawBytes: number;
  /** CRC-32 of the lines, newlines included. */
  readonly crc: number;
  readonly minTime: Instant;
  readonly maxTime: Instant;
  /** Leaf hashes of the lines in order, 32 bytes each. */
  readonly leaves: Buffer;
}

/** Most records a block may hold: the reader of one record inflates no more than this. */
const MAX_BLOCK_RECORDS = 1000;
/**
 * Records that blocks are made of: answers re-encode whole blocks where late or changed records touch them, so small ones
 * are worth their price. Blocks of 200 sign-ins take 2.4 % more bytes than those of 1,000.
 */
export const BLOCK_RECORDS = 200;

const LF = 0x0a;
const deflate = promisify<Buffer, object, Buffer>(deflateRaw);

/**
 * Makes one block of 1 to 1,000 records that are already in time order. Deflates off the main thread.
 * @throws RangeError when there are none or too many, when they are not in time order, when a line holds a newline, or
 * when a leaf is not 32 bytes.
 */
export async function makeBlock(records: readonly BlockRecord[]): Promise<Block> {
  const span = timeSpan(records);
  const raw = joinLines(records);
  const deflated = await deflate(raw, {
    level: 6,
    finishFlush: constants.Z_FULL_FLUSH,
    // Sign-ins deflate to an eighth or less, so nearly every block comes out in one piece.
    chunkSize: Math.max(1024, Math.ceil(raw.length / 8)),
  });
  const block: Block = {
    // A copy of the exact size: the chunk behind `deflated` is larger, and a window keeps all its blocks.
    data: Buffer.from(deflated),
    bytes: deflated.length,
    records: records.length,
    rawBytes: raw.length,
    crc: crc32(raw),
    ...span,
    leaves: packLeaves(records),
  };
  release(deflated);
  release(raw);
  return block;
}

/**
 * The lines of a block, without newlines, in the order of its leaves: views into one inflated buffer.
 * For merging blocks that overlap in time.
 * @throws Error when the content is not what the block says of itself.
 */
export function readBlockLines(block: Block): Buffer[] {
  const raw = inflateRawSync(block.data, {
    finishFlush: constants.Z_SYNC_FLUSH,
    chunkSize: Math.max(64, block.rawBytes),
    maxOutputLength: block.rawBytes,
  });
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = raw.indexOf(LF); end !== -1; end = raw.indexOf(LF, start)) {
    lines.push(raw.subarray(start, end));
    start = end + 1;
  }
  if (crc32(raw) !== block.crc || raw.length !== block.rawBytes || lines.length !== block.records) {
    throw new Error(
      `A block of ${block.records} records and ${block.rawBytes} bytes inflates to ${lines.length} records and ` +
        `${raw.length} bytes, or its CRC-32 differs: memory is damaged, or the block was not made by makeBlock.`,
    );
  }
  return lines;
}

function timeSpan(records: readonly BlockRecord[]): { minTime: Instant; maxTime: Instant } {
  const [first, last] = [records[0], records.at(-1)];
  if (!first || !last || records.length > MAX_BLOCK_RECORDS) {
    throw new RangeError(`a block holds 1 to ${MAX_BLOCK_RECORDS} records, not ${records.length}`);
  }
  // Indexed loops here and below: this is the hot path, and an iterator's pairs are garbage.
  for (let index = 1; index < records.length; index += 1) {
    const { time } = records[index] as BlockRecord;
    if (time < (records[index - 1] as BlockRecord).time)
      throw new RangeError(`record ${index} of a block is older than the one before it`);
  }
  return { minTime: first.time, maxTime: last.time };
}

function joinLines(records: readonly BlockRecord[]): Buffer {
  let total = 0;
  for (let index = 0; index < records.length; index += 1) total += (records[index] as BlockRecord).line.length + 1;
  const raw = Buffer.allocUnsafe(total);
  let at = 0;
  for (let index = 0; index < records.length; index += 1) {
    const { line } = records[index] as BlockRecord;
    // A newline inside a line would shift every record behind it.
    if (line.includes(LF)) throw new RangeError(`record ${index} of a block holds a newline`);
    raw.set(line, at);
    at += line.length;
    raw[at] = LF;
    at += 1;
  }
  return raw;
}

function packLeaves(records: readonly BlockRecord[]): Buffer {
  const leaves = Buffer.allocUnsafeSlow(records.length * HASH_BYTES);
  for (let index = 0; index < records.length; index += 1) {
    const { leaf } = records[index] as BlockRecord;
    if (leaf.length !== HASH_BYTES) throw new RangeError(`the leaf of record ${index} has ${leaf.length} bytes`);
    leaves.set(leaf, index * HASH_BYTES);
  }
  return leaves;
}
