/** From a read to entries: the cuts, the second look after a lost race, the segments, the counts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextEntry } from '../../shared/append.ts';
import { BLOCK_RECORDS, type Block, makeBlock, readBlockLines } from '../../shared/archive/block.ts';
import { encodeEntry, type ReadEntry } from '../../shared/archive/entry.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { hourOf, parseInstant } from '../../shared/archive/time.ts';
import { Versions } from '../../shared/archive/versions.ts';
import { applyLedger } from '../../shared/ledger.ts';
import type { LogType } from '../../shared/logTypes.ts';
import {
  cutIntoEntries,
  cutIntoParts,
  dropHeld,
  isEmpty,
  type Part,
  readBody,
  UNJUDGED,
  writeSegments,
} from '../../shared/parts.ts';
import type { WindowRead } from '../../shared/readWindow.ts';
import type { HourRead } from '../../shared/takeRecords.ts';
import type { FakeRow } from '../support/fakeGraph.ts';
import { row, rows, seconds, TENANT_ID, worldOf } from '../support/flowHarness.ts';

const AUDITS = 'directoryAudits';
const FROM = seconds('2026-11-10T10:30:00Z');
const TO = seconds('2026-11-20T10:30:00Z');

const readOf = (hours: Iterable<readonly [string, HourRead]>): WindowRead => ({
  window: { from: FROM, to: TO },
  pages: 3,
  hours: new Map(hours),
  graphTime: Date.parse('2026-11-20T12:00:00.750Z'),
  requestIds: ['first', 'last'],
  lacksPolicies: undefined,
  close: () => undefined,
});

/** `2026-11-10T10` and the hours after it. */
const hourAt = (n: number) => new Date((FROM - 1800 + n * 3600) * 1000).toISOString().slice(0, 13);

/** An hour that takes `segments` segments: blocks as large as they come, of which only the size is looked at. */
const LARGE = Buffer.alloc(15 * 1024 * 1024);
function hourOfSize(hour: string, segments: number): readonly [string, HourRead] {
  const same = { data: LARGE, bytes: LARGE.length, records: 1, rawBytes: 1, crc: 0, leaves: Buffer.alloc(32) };
  const blocks = Array.from({ length: segments }, (_unused, n): Block => {
    const time = `${hour}:${String(30 + Math.floor(n / 3)).padStart(2, '0')}:0${n % 3}.0000000Z`;
    return { ...same, minTime: time, maxTime: time };
  });
  return [hour, { blocks, new: segments, changed: 0, duplicate: 0, gone: 0, vanished: 0 }];
}

async function blockOf(type: LogType, list: readonly FakeRow[]): Promise<Block> {
  return makeBlock(
    list.map(({ line }) => {
      const bytes = Buffer.from(line);
      return { line: bytes, time: parseInstant(JSON.parse(line)[type.timeField]) ?? '', leaf: leafHash(bytes) };
    }),
  );
}

/** What becomes an entry each. */
const entriesOf = async (type: LogType, read: WindowRead) =>
  (await cutIntoParts(type, read, UNJUDGED)).flatMap(cutIntoEntries);

const linesIn = (part: Part) =>
  part.hours.map(({ blocks }) => blocks.flatMap((block) => readBlockLines(block).map(String)));

describe('a read', () => {
  const type = worldOf(AUDITS).type;

  it('that found nothing is one part with the whole window', async () => {
    const [part, ...more] = await cutIntoParts(type, readOf([]), UNJUDGED);
    expect(more).toEqual([]);
    expect(part).toMatchObject({ window: { from: FROM, to: TO }, hours: [] });
    expect(part && isEmpty(part)).toBe(true);
  });

  it('that found only what was held is one part, and empty', async () => {
    const hour: HourRead = { blocks: [], new: 0, changed: 0, duplicate: 9, gone: 0, vanished: 0 };
    const parts = await cutIntoParts(type, readOf([[hourAt(1), hour]]), UNJUDGED);
    expect(parts).toHaveLength(1);
    expect(parts.every(isEmpty)).toBe(true);
  });

  const cuts: readonly (readonly [segments: readonly number[], parts: readonly (readonly number[])[]])[] = [
    [[12], [[12]]],
    [[6, 6], [[6, 6]]],
    [
      [6, 7],
      [[6], [7]],
    ],
    [
      [1, 12],
      [[1], [12]],
    ],
    // About equal pieces: the width of the next window goes by that of the last one.
    [
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      [
        [1, 1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1],
      ],
    ],
    [
      [7, 4, 1, 0, 1, 11, 1],
      [[7, 4, 1, 0], [1, 11], [1]],
    ],
    // An hour is never cut. What reads it sees to it that it is not as large as this.
    [
      [1, 64, 1],
      [[1], [64], [1]],
    ],
  ];
  it.each(cuts)('whose hours take %j segments becomes the entries %j', async (segments, expected) => {
    const read = readOf(segments.map((count, n) => hourOfSize(hourAt(n), count)));
    const parts = await entriesOf(type, read);
    expect(parts.map(({ hours }) => hours.map(({ blocks }) => blocks.length))).toEqual(expected);
  });

  it('is cut into windows that join, each with at most 12 segments and with whole hours of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 40 }), async (sizes) => {
        const parts = await entriesOf(type, readOf(sizes.map((count, n) => hourOfSize(hourAt(n), count))));
        expect(parts.flatMap(({ hours }) => hours.map(({ hour }) => hour))).toEqual(sizes.map((_size, n) => hourAt(n)));
        expect([parts[0]?.window.from, parts.at(-1)?.window.to]).toEqual([FROM, TO]);
        for (const [n, { window, hours }] of parts.entries()) {
          expect(window.to).toBe(parts[n + 1]?.window.from ?? TO);
          expect(window.to).toBeGreaterThan(window.from);
          expect(hours.reduce((sum, { blocks }) => sum + blocks.length, 0)).toBeLessThanOrEqual(12);
          for (const { hour } of hours)
            expect(seconds(`${hour}:59:59Z`)).toBeLessThanOrEqual(Math.max(window.to, FROM + 1800));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has its undated rows in the first part, and each hour in order', async () => {
    const list = rows(type, 30, '2026-11-10T11:00:00Z', 60);
    const [odd, even] = [1, 0].map((rest) => list.filter((_row, n) => n % 2 === rest));
    const hour: HourRead = {
      blocks: [await blockOf(type, odd ?? []), await blockOf(type, even ?? [])],
      new: 30,
      changed: 0,
      duplicate: 0,
      gone: 0,
      vanished: 0,
    };
    const [undated] = [hourOfSize('1970-01-01T00', 1)];
    const parts = await entriesOf(type, readOf([[hourAt(1), hour], hourOfSize(hourAt(2), 11), undated]));
    expect(parts.map(({ hours }) => hours.map((each) => each.hour))).toEqual([
      ['1970-01-01T00', hourAt(1)],
      [hourAt(2)],
    ]);
    expect(parts[0]?.window).toEqual({ from: FROM, to: seconds(`${hourAt(2)}:00:00Z`) });
    expect(parts[0]?.hours[1]?.blocks.flatMap((block) => readBlockLines(block).map(String))).toEqual(
      list.map(({ line }) => line),
    );
  });
});

/** A part of two hours with 1,500 and 3 rows. */
async function twoHours() {
  const { world, type } = worldOf(AUDITS);
  const full = rows(type, 1500, '2026-11-20T08:00:00Z', 2, 'full');
  const few = rows(type, 3, '2026-11-20T09:00:00Z', 60, 'few');
  const hours: [string, HourRead][] = [
    [
      '2026-11-20T08',
      {
        blocks: [await blockOf(type, full.slice(0, 1000)), await blockOf(type, full.slice(1000))],
        new: 1500,
        changed: 0,
        duplicate: 4,
        gone: 0,
        vanished: 0,
      },
    ],
    ['2026-11-20T09', { blocks: [await blockOf(type, few)], new: 2, changed: 1, duplicate: 0, gone: 0, vanished: 0 }],
  ];
  const [part] = await cutIntoParts(type, readOf(hours), UNJUDGED);
  if (!part) throw new Error('a read has a part');
  return { world, type, full, few, part };
}

const hold = (versions: Versions, list: readonly FakeRow[]) => {
  for (const { line } of list) versions.add(JSON.parse(line).id, leafHash(Buffer.from(line)));
  return versions;
};

describe('a part judged anew', () => {
  it('loses what others stored meanwhile, counted as duplicates, and keeps the rest in order', async () => {
    const { type, full, few, part } = await twoHours();
    const left = await dropHeld(
      type,
      part,
      hold(new Versions(), [...full.filter((_row, n) => n % 5 !== 0), ...few.slice(1)]),
      7,
    );
    expect(linesIn(left)).toEqual([full.filter((_row, n) => n % 5 === 0).map(({ line }) => line), [few[0]?.line]]);
    expect(left.hours.map(({ blocks, ...counts }) => counts)).toEqual([
      { hour: '2026-11-20T08', new: 300, changed: 0, duplicate: 1204, gone: 0, vanished: 0 },
      { hour: '2026-11-20T09', new: 1, changed: 0, duplicate: 2, gone: 0, vanished: 0 },
    ]);
    expect({ window: left.window, judgedTo: left.judgedTo }).toEqual({ window: part.window, judgedTo: 7 });
  });

  it('calls changed what others stored with other bytes', async () => {
    const { type, few, part } = await twoHours();
    const left = await dropHeld(type, part, hold(new Versions(), [row(type, 'few-1', '2026-11-20T09:30:00Z')]), 7);
    expect(left.hours[1]).toMatchObject({ new: 2, changed: 1, duplicate: 0 });
    expect(linesIn(left)[1]).toEqual(few.map(({ line }) => line));
  });

  it('is empty when all of it is held, and the same when none is', async () => {
    const { type, full, few, part } = await twoHours();
    const none = await dropHeld(type, part, hold(new Versions(), [...full, ...few]), 7);
    expect(isEmpty(none)).toBe(true);
    expect(none.hours.map(({ duplicate }) => duplicate)).toEqual([1504, 3]);
    const all = await dropHeld(type, part, new Versions(), 7);
    expect(linesIn(all)).toEqual(linesIn(part));
    expect(all.hours.flatMap(({ blocks }) => blocks.map(({ records }) => records))).toEqual([
      ...Array.from({ length: 7 }, () => BLOCK_RECORDS),
      100,
      3,
    ]);
  });
});

describe('segments', () => {
  it('are named after hour, number and content: stored again they are the same, and stored once', async () => {
    const { world, type, part } = await twoHours();
    const first = await writeSegments(world.instance(), type, part, 7);
    const again = await writeSegments(world.instance(), type, part, 7);
    expect(again).toEqual(first);
    expect(first.map(({ name }) => name)).toEqual(
      [...(world.stores.containers.get('archive-2555d')?.keys() ?? [])].map((name) => `archive-2555d/${name}`),
    );
    expect(first.map(({ minTime, records }) => [hourOf(minTime), records])).toEqual([
      ['2026-11-20T08', 1500],
      ['2026-11-20T09', 3],
    ]);
    for (const { name, sha256, retainUntil } of first) {
      expect(name).toContain(`tenant=${TENANT_ID}/log=${AUDITS}/`);
      expect(name).toContain(`/000000000007-${sha256.slice(0, 16)}.`);
      expect(retainUntil).toBe('2033-11-18T12:20:00Z');
    }
  });

  it('lie in the container of their retention class', async () => {
    const { world, type } = worldOf(AUDITS, { settings: { [`RETENTION_DAYS__${AUDITS}`]: '400' } });
    const { part } = await twoHours();
    const [first] = await writeSegments(world.instance(), type, part, 0);
    expect(first?.name.startsWith('archive-400d/')).toBe(true);
    expect(first?.retainUntil).toBe('2027-12-25T12:20:00Z');
  });

  it('are refused where the name holds other bytes: that is no race but a store that was tampered with', async () => {
    const { world, type, part } = await twoHours();
    const [first] = await writeSegments(world.instance(), type, part, 0);
    world.stores.containers
      .get('archive-2555d')
      ?.set(first?.name.split('/').slice(1).join('/') ?? '', Buffer.from('other'));
    await expect(writeSegments(world.instance(), type, part, 0)).rejects.toThrow('tampered with');
  });
});

describe('the entry of a part', () => {
  it('says what was read, in the words of the format, and can be encoded', async () => {
    const { world, type, part } = await twoHours();
    const deps = world.instance();
    const ledger = await applyLedger(deps, AUDITS);
    const segments = await writeSegments(deps, type, part, 0);
    const entry = nextEntry(deps, type, ledger, readBody(type, part, 'head', segments)) as ReadEntry;
    expect(entry).toMatchObject({
      v: 1,
      log: `${TENANT_ID}/${AUDITS}`,
      seq: 0,
      prev: '0'.repeat(64),
      kind: 'read',
      time: '2026-11-20T12:20:00Z',
    });
    expect(entry.read).toEqual({
      why: 'head',
      from: '2026-11-10T10:30:00Z',
      to: '2026-11-20T10:30:00Z',
      api: 'v1.0',
      pages: 3,
      fetched: 1507,
      new: 1502,
      changed: 1,
      duplicate: 4,
      vanished: 0,
      hours: {
        '2026-11-20T08': { new: 1500, changed: 0, vanished: 0 },
        '2026-11-20T09': { new: 2, changed: 1, vanished: 0 },
      },
      graphDate: '2026-11-20T12:00:00Z',
      requestIds: ['first', 'last'],
      lacksPolicies: undefined,
    });
    expect(encodeEntry(entry).length).toBeLessThan(60_000);
  });
});
