/** One window, page by page: what is counted, what is kept, when it is given up. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BLOCK_RECORDS, readBlockLines } from '../../shared/archive/block.ts';
import { leafHash } from '../../shared/archive/merkle.ts';
import { Versions } from '../../shared/archive/versions.ts';
import type { Window } from '../../shared/archive/window.ts';
import { GraphFailure } from '../../shared/graph/failure.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { NarrowWindow, type ReadLimits, readWindow, type WindowRead } from '../../shared/readWindow.ts';
import { linesOf, row, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';

const AUDITS = 'directoryAudits';
const WINDOW: Window = { from: seconds('2026-11-20T08:00:00Z'), to: seconds('2026-11-20T12:00:00Z') };

const read = (
  world: World,
  type: LogType,
  {
    held = new Versions(),
    window = WINDOW,
    ...limits
  }: { held?: Versions; window?: Window } & Partial<ReadLimits> = {},
): Promise<WindowRead> =>
  readWindow(
    world.instance(),
    type,
    window,
    held,
    { aimedRows: 1000, settleSeconds: 900, ...limits },
    new AbortController().signal,
  );

const linesIn = ({ hours }: WindowRead): string[] =>
  [...hours.values()].flatMap(({ blocks }) => blocks.flatMap((block) => readBlockLines(block).map(String)));

const counts = ({ hours }: WindowRead) =>
  Object.fromEntries([...hours].map(([hour, { blocks, ...each }]) => [hour, { ...each, blocks: blocks.length }]));

describe('a window that is read', () => {
  it('says its pages, the requests of the first and the last, and what Graph had for a clock', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.add(AUDITS, ...rows(type, 45, '2026-11-20T08:00:00Z', 300));
    world.graph.pageSize = 10;
    world.graph.dateOffset = 7;
    expect(await read(world, type)).toMatchObject({
      window: WINDOW,
      pages: 5,
      requestIds: ['r1', 'r5'],
      graphTime: Date.parse('2026-11-20T12:20:07Z'),
    });
  });

  it('names one request when it has one page, and takes our clock when Graph tells none', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.script = () => ({ status: 200, headers: {}, body: Buffer.from('{"value":[]}') });
    expect(await read(world, type)).toMatchObject({ pages: 1, requestIds: [''], graphTime: world.clock.now() });
  });

  it('counts by hour what is new, changed and held already', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = [
      row(type, 'known', '2026-11-20T08:10:00Z'),
      row(type, 'known by other bytes', '2026-11-20T08:20:00Z'),
      row(type, 'unknown', '2026-11-20T08:30:00Z'),
      row(type, 'known, alone in its hour', '2026-11-20T11:30:00Z'),
    ];
    const held = new Versions();
    for (const n of [0, 3]) held.add(JSON.parse(list[n]?.line ?? '').id, leafHash(Buffer.from(list[n]?.line ?? '')));
    held.add('known by other bytes', leafHash(Buffer.from('{}')));
    world.graph.add(AUDITS, ...list);
    const result = await read(world, type, { held });
    expect(counts(result)).toEqual({
      '2026-11-20T08': { new: 1, changed: 1, duplicate: 1, gone: 0, vanished: 0, blocks: 1 },
      '2026-11-20T11': { new: 0, changed: 0, duplicate: 1, gone: 0, vanished: 0, blocks: 0 },
    });
    expect(linesIn(result)).toEqual([list[1]?.line, list[2]?.line]);
  });

  it('keeps a row without an id as a version of nothing else', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = ['a', 'b'].map((name) => ({
      line: `{"name":"${name}","activityDateTime":"2026-11-20T08:30:00Z"}`,
      compared: '2026-11-20T08:30:00.0000000Z',
    }));
    world.graph.add(AUDITS, ...list);
    const result = await read(world, type);
    expect(counts(result)).toEqual({
      '2026-11-20T08': { new: 2, changed: 0, duplicate: 0, gone: 0, vanished: 0, blocks: 1 },
    });
    expect(linesIn(result).toSorted()).toEqual(linesOf(list));
  });

  it('deflates each page for itself, in small blocks in time order', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 2500, '2026-11-20T09:00:00Z', 1);
    world.graph.add(AUDITS, ...list);
    const result = await read(world, type, { aimedRows: 100_000 });
    const blocks = result.hours.get('2026-11-20T09')?.blocks ?? [];
    expect(blocks.map(({ records }) => records)).toEqual([...Array.from({ length: 12 }, () => BLOCK_RECORDS), 100]);
    for (const block of blocks) expect(block.minTime <= block.maxTime).toBe(true);
    expect(linesIn(result).toSorted()).toEqual(linesOf(list));
  });

  it('goes over a page without rows that links to another', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 9, '2026-11-20T09:00:00Z', 60);
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 3;
    world.graph.script = ({ page, url }) => {
      if (page !== 2 || url.includes('again')) return undefined;
      return {
        status: 200,
        headers: {},
        body: Buffer.from(JSON.stringify({ '@odata.nextLink': `${url}&again=1`, value: [] })),
      };
    };
    const result = await read(world, type);
    expect(result.pages).toBe(4);
    expect(linesIn(result).toSorted()).toEqual(linesOf(list));
  });

  it('drops CR and LF between tokens, and nothing else', async () => {
    const { world, type } = worldOf(AUDITS);
    const spaced = '{ "id" : "s" ,\r\n\t"activityDateTime":"2026-11-20T09:00:00Z",\n"text":"a\\r\\nb" }';
    world.graph.add(AUDITS, { line: spaced, compared: '2026-11-20T09:00:00.0000000Z' });
    expect(linesIn(await read(world, type))).toEqual([
      '{ "id" : "s" ,\t"activityDateTime":"2026-11-20T09:00:00Z","text":"a\\r\\nb" }',
    ]);
  });
});

describe('a window that is given up', () => {
  it('for being too full says where it should end', async () => {
    const { world, type } = worldOf(AUDITS);
    // 4 rows a minute; a page of 40 covers 10 minutes, so 4 hours hold 960.
    world.graph.add(AUDITS, ...rows(type, 960, '2026-11-20T08:00:00Z', 15));
    world.graph.pageSize = 40;
    const error = await read(world, type, { aimedRows: 240 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NarrowWindow);
    expect((error as NarrowWindow).to - WINDOW.from).toBeGreaterThan(3500);
    expect((error as NarrowWindow).to - WINDOW.from).toBeLessThanOrEqual(3600);
    expect(world.graph.requests).toHaveLength(1);
  });

  it('that could hold an hour which one entry could not name is given up for half of itself', async () => {
    const { world, type } = worldOf(AUDITS);
    // What hardly deflates: each record takes more than half a segment.
    const text = randomBytes(8.6 * 1024 * 1024).toString('base64');
    for (let n = 0; n < 14; n += 1)
      world.graph.add(AUDITS, row(type, `large-${n}`, '2026-11-20T09:00:00Z', undefined, `,"z":"${text}"`));
    world.graph.pageSize = 1;
    const error = await read(world, type).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NarrowWindow);
    expect((error as NarrowWindow).to).toBe(WINDOW.from + 2 * 3600);
    expect((error as NarrowWindow).message).toBe('more than 83886080 bytes in one window');
    expect(world.graph.requests).toHaveLength(11);
  });

  it('is not, while it holds at most twice what is aimed at', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.add(AUDITS, ...rows(type, 240, '2026-11-20T08:00:00Z', 60));
    world.graph.pageSize = 40;
    expect(await read(world, type, { aimedRows: 125 })).toMatchObject({ pages: 6 });
  });

  it('without dependable order is given up by what came, not by what the times seem to say', async () => {
    const { world, type } = worldOf('provisioning');
    world.graph.add('provisioning', ...rows(type, 100, '2026-11-20T08:00:00Z', 60));
    world.graph.pageSize = 10;
    await expect(read(world, type, { aimedRows: 30 })).rejects.toThrow(NarrowWindow);
    expect(world.graph.requests).toHaveLength(7);
    expect(await read(world, type, { aimedRows: 50 })).toMatchObject({ pages: 10 });
  });

  it('for one second alone is not given up, however full it is', async () => {
    const { world, type } = worldOf(AUDITS);
    const window = { from: seconds('2026-11-20T08:00:00Z'), to: seconds('2026-11-20T08:00:01Z') };
    world.graph.add(
      AUDITS,
      ...Array.from({ length: 300 }, (_unused, n) => row(type, `s${n}`, '2026-11-20T08:00:00.5Z')),
    );
    world.graph.pageSize = 10;
    expect(linesIn(await read(world, type, { window, aimedRows: 5 }))).toHaveLength(300);
  });

  const clocks: readonly (readonly [dateOffset: number, settleSeconds: number, to: string | undefined])[] = [
    [0, 1200, undefined],
    [0, 1201, '2026-11-20T11:59:59Z'],
    [-1200, 0, undefined],
    [-1201, 0, '2026-11-20T11:59:59Z'],
    [-3600, 900, '2026-11-20T11:05:00Z'],
    [3600, 1200, undefined],
  ];
  it.each(clocks)("at %i s of Graph's clock and %i s to settle ends at %s", async (dateOffset, settleSeconds, to) => {
    const { world, type } = worldOf(AUDITS);
    world.graph.dateOffset = dateOffset;
    const outcome = await read(world, type, { settleSeconds }).catch((thrown: unknown) => thrown);
    expect(outcome instanceof NarrowWindow ? outcome.to : undefined).toBe(to === undefined ? undefined : seconds(to));
  });

  it.each([
    ['2026-11-19T12:20:00Z', undefined],
    ['2026-11-19T12:19:59Z', 'tooOld'],
  ])('because the source forgot its beginning since it was planned: %s', async (from, kind) => {
    const { world, type } = worldOf(AUDITS);
    const window = { from: seconds(from), to: WINDOW.to };
    const outcome = await read(world, type, { window }).catch((thrown: unknown) => thrown);
    expect(outcome instanceof GraphFailure ? outcome.kind : undefined).toBe(kind);
    if (kind) expect(outcome).toMatchObject({ notBefore: seconds('2026-11-19T12:20:00Z') });
  });

  it('by the caller stops before the next request', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.add(AUDITS, ...rows(type, 30, '2026-11-20T08:00:00Z', 60));
    world.graph.pageSize = 10;
    const stop = new AbortController();
    world.graph.script = ({ page }) => {
      if (page === 2) stop.abort(new Error('enough'));
      return undefined;
    };
    const limits = { aimedRows: 1000, settleSeconds: 900 };
    await expect(readWindow(world.instance(), type, WINDOW, new Versions(), limits, stop.signal)).rejects.toThrow(
      'enough',
    );
    expect(world.graph.requests).toHaveLength(2);
  });
});
