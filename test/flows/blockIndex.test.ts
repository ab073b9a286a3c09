/** The index of blocks: made once, and whatever lies in its place never changes an answer. */
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../shared/blockIndex.ts';
import { applyLedger } from '../../shared/ledger.ts';
import { segmentsBetween } from '../../shared/segmentIndex.ts';
import { loadSegment } from '../../shared/segments.ts';
import { rows, type World, worldOf } from '../support/flowHarness.ts';
import { recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';

/** One segment of three blocks, and how an instance of the app finds them. */
async function segmentWorld() {
  const { world, type } = worldOf(AUDITS);
  world.graph.add(AUDITS, ...rows(type, 2500, '2026-11-20T08:00:00Z', 1));
  await world.collectAll(AUDITS);
  await applyLedger(world.instance(), AUDITS);
  const [segment, ...more] = await Array.fromAsync(segmentsBetween(world.instance(), AUDITS, '2026', '2027'));
  if (!segment || more.length > 0) throw new Error('these rows are one segment');
  const bytes = await loadSegment(world.instance(), segment);
  const calls: StoreCall[] = [];
  const find = (seen = segment, stored = bytes) => blocksOf(world.instance(recording(calls)), type, seen, stored);
  return { world, type, segment, bytes, calls, find };
}

function workOf(world: World): Map<string, Buffer> {
  const work = world.stores.containers.get('work');
  if (!work) throw new Error('there is a container work');
  return work;
}

/** The only index there is. */
function indexIn(world: World): [name: string, bytes: Buffer] {
  const [index, ...more] = [...workOf(world)];
  if (!index || more.length > 0) throw new Error('there is one index');
  return index;
}

/** Rows as an index has them, with a right checksum. */
const indexOf = (content: unknown) => {
  const text = JSON.stringify(content);
  return Buffer.from(`${hash('sha256', text)}\n${text}\n`);
};

type Row = (number | string)[];
const rowsIn = (index: Buffer) => JSON.parse(index.toString('utf8').split('\n')[1] ?? '') as Row[];
/** An index with other rows, or with another value in one of them. */
const changed = (index: Buffer, change: (rows: Row[]) => unknown) => indexOf(change(rowsIn(index)));
const replaced = (row: number, column: number, value: (old: number | string) => unknown) => (index: Buffer) =>
  changed(index, (list) =>
    list.map((each, n) => (n === row ? each.map((old, m) => (m === column ? value(old) : old)) : each)),
  );
const COLUMNS = { offset: 0, length: 1, crc: 2, raw: 3, records: 4, min: 5, max: 6 } as const;

describe('the index of blocks', () => {
  it('is made by who needs it first, and read by those who follow', async () => {
    const { world, segment, find, calls } = await segmentWorld();
    const found = await find();
    expect(found.map(({ records }) => records)).toEqual([500, 1000, 1000]);
    expect([found[0]?.minTime, found.at(-1)?.maxTime]).toEqual([segment.minTime, segment.maxTime]);
    expect(calls.map(({ op }) => op)).toEqual(['get', 'put']);
    const [name] = indexIn(world);
    expect(name).toBe(`blocks/${segment.name.split('/').slice(1).join('/')}.json`);
    expect(await find()).toEqual(found);
    expect(calls.map(({ op }) => op)).toEqual(['get', 'put', 'get']);
  });

  it('is made again where it was deleted', async () => {
    const { world, find } = await segmentWorld();
    const found = await find();
    const [name, bytes] = indexIn(world);
    workOf(world).delete(name);
    expect(await find()).toEqual(found);
    expect(indexIn(world)).toEqual([name, bytes]);
  });

  it('is not needed: where its container is missing, blocks are found all the same', async () => {
    const { world, find } = await segmentWorld();
    const found = await find();
    world.stores.containers.delete('work');
    expect(await find()).toEqual(found);
  });

  it('is no place to hide an outage in', async () => {
    const { world, type, segment, bytes } = await segmentWorld();
    const broken = world.instance(() => Promise.reject(new Error('the store did not answer')));
    await expect(blocksOf(broken, type, segment, bytes)).rejects.toThrow('did not answer');
  });

  it.each<[string, (index: Buffer) => Buffer]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is cut', (index) => index.subarray(0, -9)],
    ['has another bit', (index) => Buffer.from(index.map((byte, n) => (n === 90 ? byte ^ 1 : byte)))],
    ['is another document', () => indexOf({ rows: [] })],
    ['is null', () => indexOf(null)],
    ['has no rows', () => indexOf([])],
    ['has rows of other things', () => indexOf([[1], null, 'x'])],
    ['lacks a block', (index) => changed(index, (list) => list.slice(1))],
    ['has a block twice in the place of another', (index) => changed(index, (list) => [list[0], list[0], list[2]])],
    ['has blocks in another order', (index) => changed(index, (list) => [list[1], list[0], list[2]])],
    ['has an offset that is a text', replaced(0, COLUMNS.offset, String)],
    ['has a negative length', replaced(0, COLUMNS.length, (length) => -length)],
    ['has another CRC', replaced(1, COLUMNS.crc, (crc) => Number(crc) + 1)],
    ['has another inflated length', replaced(1, COLUMNS.raw, (length) => Number(length) + 1)],
    ['counts a record more', replaced(1, COLUMNS.records, (records) => Number(records) + 1)],
    ['begins at another time', replaced(0, COLUMNS.min, () => '2026-11-20T08:00:01.0000000Z')],
    ['ends at another time', replaced(2, COLUMNS.max, () => '2026-11-20T08:59:59.0000000Z')],
    ['goes back in time', replaced(1, COLUMNS.min, () => '2026-11-20T08:00:00.0000000Z')],
  ])('that %s is not believed', async (_what, damage) => {
    const { world, find } = await segmentWorld();
    const found = await find();
    const [name, bytes] = indexIn(world);
    const damaged = damage(bytes);
    expect(damaged.equals(bytes)).toBe(false);
    workOf(world).set(name, damaged);
    expect(await find()).toEqual(found);
  });

  it('of another segment is not believed', async () => {
    const first = await segmentWorld();
    await first.find();
    const { world, type } = worldOf(AUDITS);
    world.graph.add(AUDITS, ...rows(type, 2500, '2026-11-20T08:00:00Z', 1, 'other'));
    await world.collectAll(AUDITS);
    const [segment] = await Array.fromAsync(segmentsBetween(world.instance(), AUDITS, '2026', '2027'));
    if (!segment) throw new Error('these rows are one segment');
    const bytes = await loadSegment(world.instance(), segment);
    const found = await blocksOf(world.instance(), type, segment, bytes);
    workOf(world).set(indexIn(world)[0], indexIn(first.world)[1]);
    expect(await blocksOf(world.instance(), type, segment, bytes)).toEqual(found);
  });
});
