/**
 * Records on their way into an archive: judged one by one, those that are held already dropped, the others deflated into
 * blocks of their UTC hour.
 */
import { BLOCK_RECORDS, type Block, type BlockRecord, makeBlock } from './archive/block.ts';
import { HASH_BYTES, writeLeafHash } from './archive/merkle.ts';
import type { PageRecord } from './archive/page.ts';
import { hourOf, type Instant } from './archive/time.ts';
import type { Versions } from './archive/versions.ts';
import { GraphFailure } from './graph/failure.ts';

/** What a read found in one UTC hour. */
export interface HourRead {
  /** Rows whose version the archive did not hold, deflated, in the order they came. */
  readonly blocks: Block[];
  new: number;
  changed: number;
  duplicate: number;
  /** Rows of a time of which versions were deleted: they are not stored again. */
  gone: number;
  /** Versions that the archive holds and this read did not show. */
  vanished: number;
}

/** Bytes of the lines of one block. */
const MOST_BLOCK_BYTES = 12 * 1024 * 1024;

/**
 * Judges each record and deflates those that are not held yet, hour by hour.
 * @param accept the stored time of a record that belongs to the window; `undefined` of one that does not.
 * @param held the versions that are not to be stored again; those found are added.
 * @param keep where a block waits until the window has been read whole.
 * @throws GraphFailure for a record that alone would not fit a segment.
 */
export async function takeRecords(
  records: readonly PageRecord[],
  accept: (record: PageRecord) => Instant | undefined,
  held: Versions,
  hours: Map<string, HourRead>,
  keep: (block: Block) => Block,
): Promise<void> {
  const fresh = new Map<string, BlockRecord[]>();
  const leaves = Buffer.allocUnsafeSlow(records.length * HASH_BYTES);
  // Newest first: walking backwards leaves the sort below next to nothing to do.
  for (let at = records.length - 1; at >= 0; at -= 1) {
    const record = records[at];
    const time = record && accept(record);
    if (!record || time === undefined) continue;
    writeLeafHash(record.line, leaves, at * HASH_BYTES);
    const leaf = leaves.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
    const hour = hourOf(time);
    const novelty = held.add(record.id, leaf, hour, time);
    hourIn(hours, hour)[novelty] += 1;
    if (novelty === 'new' || novelty === 'changed')
      entryOf(fresh, hour, emptyList).push({ line: record.line, time, leaf });
  }
  for (const [hour, group] of fresh) {
    group.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    const { blocks } = hourIn(hours, hour);
    for (const together of blockwise(group)) blocks.push(keep(await makeBlock(together)));
  }
}

/**
 * Records in groups that fit a block.
 * @throws GraphFailure for a record that alone would not fit a segment.
 */
function* blockwise(records: readonly BlockRecord[]): Generator<BlockRecord[]> {
  let group: BlockRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const { length } = record.line;
    if (length > MOST_BLOCK_BYTES) throw new GraphFailure('broken', `a record has ${length} bytes, too many to store`);
    if (group.length === BLOCK_RECORDS || bytes + length > MOST_BLOCK_BYTES) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(record);
    bytes += length + 1;
  }
  if (group.length > 0) yield group;
}

/** What was found in an hour, to be added to. */
export function hourIn(hours: Map<string, HourRead>, hour: string): HourRead {
  return entryOf(hours, hour, emptyHour);
}

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

const emptyHour = (): HourRead => ({ blocks: [], new: 0, changed: 0, duplicate: 0, gone: 0, vanished: 0 });
const emptyList = (): BlockRecord[] => [];
