/**
 * The index of blocks: where each block of a segment begins, what it inflates to and which times it holds.
 *
 * It lies in the container `work`, one small blob a segment, made by whoever needs it first, and can be made again from
 * the segment at any time. It is never believed: what it leads to is checked against its CRC-32 and the ledger.
 */
import { hash } from 'node:crypto';
import { type BlockSpan, findBlocks } from './archive/blocks.ts';
import { splitName, WORK_CONTAINER } from './archive/names.ts';
import { readRecord } from './archive/page.ts';
import type { Instant } from './archive/time.ts';
import { storedTime } from './archive/undated.ts';
import type { Deps } from './deps.ts';
import type { LogType } from './logTypes.ts';
import type { IndexedSegment } from './segmentIndex.ts';

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
  const name = indexName(segment);
  const stored = await deps.blobs.get(WORK_CONTAINER, name);
  const known = stored && decode(stored, segment);
  if (known) return known;
  const found = look(logType, segment, bytes);
  // Somebody else may have been faster; both say the same.
  await deps.blobs.putIfAbsent(WORK_CONTAINER, name, encode(found));
  return found;
}

function look(logType: LogType, segment: IndexedSegment, bytes: Buffer): BlockSpan[] {
  const timeOf = (line: Buffer): Instant => storedTime(readRecord(line, { timeField: logType.timeField }).time);
  return findBlocks(bytes, segment, (first, last) => [timeOf(first), timeOf(last)]);
}

function indexName(segment: IndexedSegment): string {
  const [, name] = splitName(segment.name);
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

/** `undefined` when the blob is damaged or tells of another segment: it is then looked for anew. */
function decode(stored: Buffer, segment: IndexedSegment): readonly BlockSpan[] | undefined {
  const [sum = '', text = ''] = stored.toString('utf8').split('\n');
  if (hash('sha256', text) !== sum) return undefined;
  const spans = (JSON.parse(text) as Encoded[]).map(([offset, length, crc, rawLength, records, minTime, maxTime]) => ({
    offset,
    length,
    crc,
    rawLength,
    records,
    minTime,
    maxTime,
  }));
  const total = (pick: (span: BlockSpan) => number) => spans.reduce((sum2, span) => sum2 + pick(span), 0);
  const fits =
    total((span) => span.rawLength) === segment.rawBytes && total((span) => span.records) === segment.records;
  return fits ? spans : undefined;
}
