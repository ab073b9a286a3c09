/** The flow in, one instance, a store that works: what is read, what is stored, what an entry claims. */
import { describe, expect, it } from 'vitest';
import type { GapEntry, ReadEntry } from '../../shared/archive/entry.ts';
import type { GraphAnswer } from '../../shared/graph/transport.ts';
import { pageBody, refusal } from '../support/fakeGraph.ts';
import { DAY, linesOf, readsOf, row, rows, seconds, worldOf } from '../support/flowHarness.ts';
import { recording, type StoreCall, writeOf } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';

describe('a window', () => {
  it('that is empty commits an entry: silence is evidence', async () => {
    const { world } = worldOf(AUDITS);
    await world.collect(AUDITS);
    const { entries, lines } = world.check(AUDITS);
    expect(lines).toEqual([]);
    expect(entries).toEqual([
      expect.objectContaining({
        kind: 'read',
        segments: [],
        read: {
          why: 'head',
          from: '2026-11-19T13:00:00Z',
          to: '2026-11-20T12:05:00Z',
          api: 'v1.0',
          pages: 1,
          fetched: 0,
          new: 0,
          changed: 0,
          duplicate: 0,
          vanished: 0,
          hours: {},
          graphDate: '2026-11-20T12:20:00Z',
          requestIds: ['r1'],
        },
      }),
    ]);
  });

  it('begins, on the first walk, at the first whole hour that the source still keeps', async () => {
    const { world } = worldOf(AUDITS, { sourceDays: 30 });
    await world.collect(AUDITS);
    expect(readsOf(world.check(AUDITS).entries)).toMatchObject([{ from: '2026-10-21T13:00:00Z' }]);
  });

  it('is stored hour by hour, one segment each, with every byte as Graph sent it', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 300, '2026-11-20T08:59:00Z', 30);
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 70;
    await world.collect(AUDITS);
    const { entries, lines } = world.check(AUDITS);
    expect(lines.toSorted()).toEqual(linesOf(list));
    expect(readsOf(entries)).toMatchObject([
      {
        pages: 5,
        fetched: 300,
        new: 300,
        requestIds: ['r1', 'r5'],
        hours: {
          '2026-11-20T08': { new: 2, changed: 0, vanished: 0 },
          '2026-11-20T09': { new: 120, changed: 0, vanished: 0 },
          '2026-11-20T10': { new: 120, changed: 0, vanished: 0 },
          '2026-11-20T11': { new: 58, changed: 0, vanished: 0 },
        },
      },
    ]);
    expect((entries[0] as ReadEntry).segments).toHaveLength(4);
  });

  it('is due once: a second call asks nobody and writes nothing', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.add(AUDITS, ...rows(type, 5, '2026-11-20T10:00:00Z', 60));
    expect((await world.collect(AUDITS)).due).toBe(true);
    const calls: StoreCall[] = [];
    const asked = world.graph.requests.length;
    const { due, ledger } = await world.collect(AUDITS, world.instance(recording(calls)));
    expect({ due, head: ledger.head?.to }).toEqual({ due: false, head: seconds('2026-11-20T12:05:00Z') });
    expect(world.graph.requests.length).toBe(asked);
    expect(calls.filter((call) => writeOf(call) !== undefined)).toEqual([]);
  });
});

describe('the number of store calls', () => {
  const cases: readonly (readonly [what: string, rowCount: number, step: number, writes: readonly string[]])[] = [
    ['an empty round', 0, 0, ['entry', 'table']],
    ['a round of one hour', 20, 10, ['segment', 'entry', 'table']],
    ['a round of three hours', 3, 3600, ['segment', 'segment', 'segment', 'entry', 'table']],
  ];
  it.each(cases)('%s', async (_what, rowCount, step, writes) => {
    const { world, type } = worldOf(AUDITS);
    world.graph.add(AUDITS, ...rows(type, rowCount, '2026-11-20T09:00:00Z', step));
    const calls: StoreCall[] = [];
    await world.collect(AUDITS, world.instance(recording(calls)));
    expect(calls.map(writeOf).filter((write) => write !== undefined)).toEqual(writes);
    const reads = Object.groupBy(calls, ({ op }) => op);
    // Three times the ledger is applied: before the plan, before the commit, after it. The checkpoints are looked at before
    // the plan, and whenever the table knows nothing.
    expect({ row: reads.row?.length, list: reads.list?.length, get: reads.get?.length }).toEqual({
      row: 4,
      list: 10,
      get: 1,
    });
    expect(reads.rows?.length).toBe(4);
    world.advance(900);
    const later: StoreCall[] = [];
    await world.collect(AUDITS, world.instance(recording(later)));
    expect(later.filter(({ op }) => op === 'list').length).toBe(7);
  });
});

describe('a failure on page k of n', () => {
  const PAGES = 4;
  const failures: readonly (readonly [what: string, answer: (url: string) => GraphAnswer | Error])[] = [
    ['a refusal for good', () => refusal(400, 'BadRequest', 'Invalid filter clause')],
    ['503 at every try', () => refusal(503, 'ServiceUnavailable')],
    ['429 at every try', () => refusal(429, 'TooManyRequests')],
    ['a lost paging state', () => refusal(400, 'UnknownError', 'Invalid Skip Token, skip token is null')],
    ['a broken connection', () => Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
    ['a page that ends early', () => ({ ...refusal(200, ''), body: pageBody([]).subarray(0, -3) })],
    ['a link to the same page again', (url) => ({ ...refusal(200, ''), body: pageBody([], url) })],
    ['a link to another host', () => ({ ...refusal(200, ''), body: pageBody([], 'https://evil.example/') })],
  ];
  const cases = failures.flatMap(([what, answer]) =>
    Array.from({ length: PAGES }, (_unused, k) => [what, k + 1, answer] as const),
  );
  it.each(cases)('%s, page %i: commits nothing, and the next run has everything', async (_what, k, answer) => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 4 * PAGES, '2026-11-20T07:00:00Z', 1000);
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 4;
    world.graph.script = ({ page, url }) => (page === k ? answer(url) : undefined);
    const calls: StoreCall[] = [];
    await expect(world.collect(AUDITS, world.instance(recording(calls)))).rejects.toMatchObject({
      name: 'GraphFailure',
    });
    expect(calls.map(writeOf).filter((write) => write !== undefined)).toEqual([]);
    expect(world.check(AUDITS)).toMatchObject({ entries: [], unreferenced: [], applied: 0 });

    world.graph.script = () => undefined;
    await world.collect(AUDITS);
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(list));
  });

  it('that passes is tried again and costs nothing but a request', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 16, '2026-11-20T07:00:00Z', 1000);
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 4;
    world.graph.script = ({ n }) => (n % 2 === 1 ? refusal(429, 'TooManyRequests') : undefined);
    await world.collect(AUDITS);
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(list));
    expect(world.graph.requests).toHaveLength(8);
  });
});

describe('a state type', () => {
  const USERS = 'riskyUsers';
  it('is read without a lower bound first, undated rows included, and bounded afterwards', async () => {
    const { world, type } = worldOf(USERS);
    const undated = [
      row(type, 'none', null),
      row(type, 'net', '0001-01-01T00:00:00Z'),
      row(type, 'no time', 'yesterday'),
      row(type, 'nine digits', '2026-02-18T07:32:50.552947800Z'),
    ];
    const dated = [row(type, 'old', '2019-03-02T10:00:00Z'), row(type, 'new', '2026-11-20T12:04:59Z')];
    world.graph.add(USERS, ...undated, ...dated);
    await world.collect(USERS);
    expect(new URL(world.graph.requests[0]?.url ?? '').searchParams.get('$filter')).toBe(
      'riskLastUpdatedDateTime le 2026-11-20T12:05:01Z',
    );
    const first = world.check(USERS);
    expect(first.lines.toSorted()).toEqual(linesOf([...undated, ...dated]));
    expect(readsOf(first.entries)).toMatchObject([
      { from: '1970-01-01T00:00:00Z', hours: { '1970-01-01T00': { new: 4 }, '2019-03-02T10': { new: 1 } } },
    ]);

    world.advance(900);
    await world.collect(USERS);
    expect(new URL(world.graph.requests[1]?.url ?? '').searchParams.get('$filter')).toBe(
      'riskLastUpdatedDateTime ge 2026-11-20T12:04:59Z and riskLastUpdatedDateTime le 2026-11-20T12:20:01Z',
    );
    // Rows that no filter can judge are shown again: they are known, and stay one.
    const second = world.check(USERS);
    expect(second.lines.toSorted()).toEqual(linesOf([...undated, ...dated]));
    expect(readsOf(second.entries)[1]).toMatchObject({ fetched: 3, duplicate: 3, new: 0 });
  });

  it('is read in one window even where it has more rows than a window aims at', async () => {
    const { world, type } = worldOf(USERS);
    const list = rows(type, 60, '2021-01-01T00:00:00Z', 20 * DAY);
    world.graph.add(USERS, ...list);
    world.graph.pageSize = 10;
    await world.collectAll(USERS, undefined, { aimedRows: 10 });
    const { lines, entries } = world.check(USERS);
    expect(lines.toSorted()).toEqual(linesOf(list));
    const reads = readsOf(entries);
    expect([reads[0]?.from, reads.at(-1)?.to]).toEqual(['1970-01-01T00:00:00Z', '2026-11-20T12:05:00Z']);
    // One after the other: each page was asked for once.
    expect(world.graph.requests).toHaveLength(6);
  });

  it('never has a gap, however long nobody read it', async () => {
    const { world } = worldOf(USERS);
    await world.collect(USERS);
    world.advance(400 * DAY);
    await world.collect(USERS);
    expect(world.check(USERS).entries.map(({ kind }) => kind)).toEqual(['read', 'read']);
  });
});

describe('a window that does not fit', () => {
  it('is narrowed for one request when its first page shows it is too full', async () => {
    const { world, type } = worldOf(AUDITS);
    // One row a minute; 100 rows a page say that the 1,385 minutes due hold about 1,385 rows.
    const list = rows(type, 1385, '2026-11-19T13:00:00Z', 60);
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 100;
    await world.collect(AUDITS, undefined, { aimedRows: 200 });
    const { entries } = world.check(AUDITS);
    expect(world.graph.requests.map(({ page }) => page)).toEqual([1, 1, 2, 3]);
    expect(readsOf(entries)).toMatchObject([{ from: '2026-11-19T13:00:00Z', to: '2026-11-19T16:20:00Z', new: 200 }]);
    await world.collectAll(AUDITS, undefined, { aimedRows: 200 });
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(list));
  });

  it('is narrowed down to a second, and that second is read whole however full it is', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = [
      ...Array.from({ length: 100 }, (_unused, n) => row(type, `burst-${n}`, '2026-11-20T09:30:00Z')),
      ...rows(type, 5, '2026-11-20T09:31:00Z', 60),
    ];
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 10;
    await world.collectAll(AUDITS, undefined, { aimedRows: 10 });
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(list));
  });

  it("ends earlier when it ends too late by Graph's clock", async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.dateOffset = -600;
    const inside = row(type, 'inside', '2026-11-20T11:54:59Z');
    world.graph.add(AUDITS, inside, row(type, 'unsettled', '2026-11-20T11:55:00Z'));
    await world.collectAll(AUDITS);
    const { lines, head } = world.check(AUDITS);
    expect(head?.to).toBe(seconds('2026-11-20T11:55:00Z'));
    expect(lines).toEqual(linesOf([inside]));
  });

  it("is not read at all when it begins too late by Graph's clock", async () => {
    const { world } = worldOf(AUDITS);
    await world.collect(AUDITS);
    world.advance(900);
    world.graph.dateOffset = -1800;
    expect((await world.collect(AUDITS)).due).toBe(false);
    expect(world.check(AUDITS).entries).toHaveLength(1);
  });

  it("is a failure when it begins too late by a clock of Graph's that is hours behind", async () => {
    const { world } = worldOf(AUDITS);
    world.graph.dateOffset = -2 * DAY;
    await expect(world.collect(AUDITS)).rejects.toThrow("Graph's clock is 172800 s behind ours");
    expect(world.check(AUDITS).entries).toEqual([]);
  });

  it('is half as wide for each failure before', async () => {
    const { world } = worldOf(AUDITS, { sourceDays: 30 });
    await world.collect(AUDITS, undefined, { failures: 3 });
    expect(readsOf(world.check(AUDITS).entries)).toMatchObject([{ to: '2026-10-21T16:00:00Z' }]);
  });
});

describe('a walk', () => {
  it('through a month of silence takes a window a day', async () => {
    const { world } = worldOf(AUDITS, { sourceDays: 30 });
    await world.collectAll(AUDITS);
    const { entries, head } = world.check(AUDITS);
    expect(head).toEqual({ from: seconds('2026-10-21T13:00:00Z'), to: seconds('2026-11-20T12:05:00Z') });
    expect(entries).toHaveLength(30);
  });

  it('takes narrow windows through a busy time and wide ones through a quiet one', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 8 });
    const list = rows(type, 960, '2026-11-16T00:00:00Z', 90);
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 20;
    await world.collectAll(AUDITS, undefined, { aimedRows: 80 });
    const { entries, lines } = world.check(AUDITS);
    expect(lines.toSorted()).toEqual(linesOf(list));
    const width = ({ from, to }: ReadEntry['read']) => (seconds(to) - seconds(from)) / 3600;
    const busy = readsOf(entries).filter(({ fetched }) => fetched > 0);
    const quiet = readsOf(entries).filter(({ fetched }) => fetched === 0);
    expect(Math.max(...busy.map(({ fetched }) => fetched))).toBeLessThanOrEqual(160);
    expect(Math.max(...busy.map(width))).toBeLessThanOrEqual(4);
    expect(Math.max(...quiet.map(width))).toBe(24);
  });
});

describe('a read of more than 12 segments', () => {
  const USERS = 'riskyUsers';
  it('is cut at whole hours into several entries that join', async () => {
    const { world, type } = worldOf(USERS);
    const list = rows(type, 39, '2026-11-01T00:10:00Z', 3600);
    world.graph.add(USERS, row(type, 'undated', null), ...list);
    await world.collect(USERS);
    const { entries, lines } = world.check(USERS);
    expect(lines).toHaveLength(40);
    expect(entries.map((entry) => (entry as ReadEntry).segments.length)).toEqual([10, 10, 10, 10]);
    expect(readsOf(entries).map(({ from, to }) => [from, to])).toEqual([
      ['1970-01-01T00:00:00Z', '2026-11-01T09:00:00Z'],
      ['2026-11-01T09:00:00Z', '2026-11-01T19:00:00Z'],
      ['2026-11-01T19:00:00Z', '2026-11-02T05:00:00Z'],
      ['2026-11-02T05:00:00Z', '2026-11-20T12:05:00Z'],
    ]);
    expect(world.graph.requests).toHaveLength(1);
  });

  it('is followed by one as wide as if it were a single entry', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 4 });
    world.graph.add(AUDITS, ...rows(type, 4 * 24, '2026-11-16T12:20:00Z', 3600));
    for (const days of [1, 2, 3]) {
      const { ledger } = await world.collect(AUDITS);
      expect(ledger.head?.to).toBe(seconds('2026-11-16T13:00:00Z') + days * DAY);
    }
    const { entries } = world.check(AUDITS);
    expect(entries.map((entry) => (entry as ReadEntry).segments.length)).toEqual([12, 12, 12, 12, 12, 12]);
  });
});

describe('a head that the source has outlived', () => {
  it('becomes a gap entry with its bounds, an alarm, and the pull goes on behind it', async () => {
    const { world, type } = worldOf(AUDITS);
    await world.collect(AUDITS);
    world.advance(3 * DAY);
    const present = rows(type, 5, '2026-11-23T10:00:00Z', 60);
    world.graph.add(AUDITS, ...present);
    expect((await world.collect(AUDITS)).due).toBe(true);
    const { entries, head } = world.check(AUDITS);
    expect((entries[1] as GapEntry).gap).toEqual({
      from: '2026-11-20T12:05:00Z',
      to: '2026-11-22T13:00:00Z',
      cause: 'not read before the source forgot it (it keeps 1 days)',
      recoverableUntil: '2026-11-21T12:05:00Z',
    });
    expect(head?.to).toBe(seconds('2026-11-22T13:00:00Z'));
    expect(world.logs).toContainEqual(expect.objectContaining({ level: 'error' }));

    await world.collectAll(AUDITS);
    const after = world.check(AUDITS);
    expect(after.entries.map(({ kind }) => kind)).toEqual(['read', 'gap', 'read']);
    expect(after.lines.toSorted()).toEqual(linesOf(present));
  });

  it('is not yet a gap on its last second', async () => {
    const { world } = worldOf(AUDITS);
    await world.collect(AUDITS);
    world.advance(DAY - 900);
    await world.collectAll(AUDITS);
    expect(world.check(AUDITS).entries.every(({ kind }) => kind === 'read')).toBe(true);
  });
});
