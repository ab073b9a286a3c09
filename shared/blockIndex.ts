/**
 * The index of blocks: where each block of a segment begins, what it inflates to and which times it holds.
 *
 * It lies in the container `work`, one small blob a segment, made by whoever needs it first, and can be made again from
 * the segment at any time. What does not add up to the segment, block by block, is no index of it, and
 * what a block inflates to is checked against its CRC-32.
 */
import { hash } from 'node:crypto';
import { type BlockSpan, findBlocks } from './archive/blocks.ts';
import { splitName, WORK_CONTAINER } from './archive/names.ts';
import { readRecord } from './archive/page.ts';
import { crc32Combine, gzipTrailer, spliceBody, TRAILER_BYTES } from './archive/splice.ts';
import type { Instant } from './archive/time.ts';
import { storedTime } from './archive/undated.ts';
import type { Deps } from './deps.ts';
import type { LogType } from './logTypes.ts';
import type { IndexedSegment } from './segmentIndex.ts';
import { ContainerMissing } from './storage/port.ts';

/** Below this a segment is one block or two: looking is faster than asking. */
const LEAST_RECORDS = 2000;

/**
 * The blocks of a segment.
 * @param bytes the whole segment, its hash checked.
 */
export async function blocksOf(
  deps: Deps,
  logType: LogType,
  segment: IndexedSegment,
  bytes: Buffer,
): Promise<readonly BlockSpan[]> {
  if (segment.records < LEAST_RECORDS) return look(logType, segment, bytes);
  const name = blockIndexName(segment.name);
  const stored = await whereThereIs(() => deps.blobs.get(WORK_CONTAINER, name));
  const known = stored && decode(stored, segment, bytes);
  if (known) return known;
  const found = look(logType, segment, bytes);
  // What is there already says the same, or is damaged and stays so: then this segment is looked at each time.
  await whereThereIs(() => deps.blobs.putIfAbsent(WORK_CONTAINER, name, encode(found)));
  return found;
}

/** Answers need no index: where its container was never made they only take longer. */
async function whereThereIs<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ContainerMissing) return undefined;
    throw error;
  }
}

function look(logType: LogType, segment: IndexedSegment, bytes: Buffer): BlockSpan[] {
  const timeOf = (line: Buffer): Instant => storedTime(readRecord(line, { timeField: logType.timeField }).time);
  return findBlocks(bytes, segment, (first, last) => [timeOf(first), timeOf(last)]);
}

/** Where the index of a segment lies in the container `work`. @param segment its full name. */
export function blockIndexName(segment: string): string {
  const [, name] = splitName(segment);
  return `blocks/${name}.json`;
}

type Encoded = [
  offset: number,
  length: number,
  crc: number,
  rawLength: number,
  records: number,
  min: string,
  max: string,
];

/** Two lines: the SHA-256 of the second, and the second. */
function encode(spans: readonly BlockSpan[]): Buffer {
  const rows = spans.map(
    (span): Encoded => [span.offset, span.length, span.crc, span.rawLength, span.records, span.minTime, span.maxTime],
  );
  const text = JSON.stringify(rows);
  return Buffer.from(`${hash('sha256', text)}\n${text}\n`);
}

/** `undefined` when the blob is damaged or tells of another segment: its blocks are then looked for anew. */
function decode(stored: Buffer, segment: IndexedSegment, bytes: Buffer): readonly BlockSpan[] | undefined {
  const [sum = '', text = ''] = stored.toString('utf8').split('\n');
  if (hash('sha256', text) !== sum) return undefined;
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows) || !rows.every(isEncoded)) return undefined;
  const spans = rows.map(([offset, length, crc, rawLength, records, minTime, maxTime]) => ({
    offset,
    length,
    crc,
    rawLength,
    records,
    minTime,
    maxTime,
  }));
  return isWhole(spans, segment, bytes) ? spans : undefined;
}

function isEncoded(row: unknown): row is Encoded {
  if (!Array.isArray(row) || row.length !== 7) return false;
  return row.every((value, n) => (n < 5 ? Number.isSafeInteger(value) && value >= 0 : typeof value === 'string'));
}

/** Whether blocks follow one another through all of a segment, and together are what it and the ledger say. */
function isWhole(spans: readonly BlockSpan[], segment: IndexedSegment, bytes: Buffer): boolean {
  let [offset, crc, rawBytes, records, time] = [0, 0, 0, 0, segment.minTime];
  for (const span of spans) {
    if (span.offset !== offset || span.minTime < time || span.maxTime < span.minTime) return false;
    crc = crc32Combine(crc, span.crc, span.rawLength);
    [offset, rawBytes, records, time] = [
      offset + span.length,
      rawBytes + span.rawLength,
      records + span.records,
      span.maxTime,
    ];
  }
  return (
    offset === spliceBody(bytes).length &&
    records === segment.records &&
    rawBytes === segment.rawBytes &&
    spans[0]?.minTime === segment.minTime &&
    time === segment.maxTime &&
    gzipTrailer(crc, rawBytes).equals(bytes.subarray(-TRAILER_BYTES))
  );
}
