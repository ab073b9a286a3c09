/** The flow in, one instance, a store that works: what is read, what is stored, what an entry claims. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, GapEntry, ReadEntry } from '../../shared/archive/entry.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';
import { type FakeRow, pageBody, refusal } from '../support/fakeGraph.ts';
import { createWorld, DAY, linesOf, row, rows, type World } from '../support/flowHarness.ts';
import { recording, type StoreCall, writeOf } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const NAMES = [...LOG_TYPES.keys()];

function worldOf(name: string, options: Parameters<typeof createWorld>[0] = {}): { world: World; type: LogType } {
  const world = createWorld({ logTypes: [name], ...options });
  return { world, type: world.logType(name) };
}

const readsOf = (entries: readonly Entry[]): ReadEntry['read'][] =>
  entries.filter((entry): entry is ReadEntry => entry.kind === 'read').map(({ read }) => read);

const seconds = (text: string) => Date.parse(text) / 1000;

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
    // Three times the ledger is applied: before the plan, before the commit, after it.
    expect({ row: reads.row?.length, list: reads.list?.length, get: reads.get?.length }).toEqual({
      row: 4,
      list: 7,
      get: 1,
    });
    expect(reads.rows?.length).toBe(4);
  });
});

describe('rows at the edges of windows', () => {
  it.each(NAMES)('%s: are each stored once, by the window they belong to', async (name) => {
    const { world, type } = worldOf(name);
    const edges = ['2026-11-20T12:05:00', '2026-11-20T12:20:00'];
    const first = type.state ? [] : [row(type, 'before', '2026-11-19T12:59:59.9999999Z')];
    const inside = [
      row(type, 'start', '2026-11-19T13:00:00Z'),
      ...edges.flatMap((edge, n) => {
        const before = new Date(Date.parse(`${edge}Z`) - 1000).toISOString().slice(0, 19);
        return [
          row(type, `${n} last tick`, `${before}.9999999Z`),
          row(type, `${n} last second`, `${before}Z`),
          row(type, `${n} last second, later within`, `${before}Z`, `${before}.9999999Z`),
          row(type, `${n} edge`, `${edge}Z`),
          row(type, `${n} edge, later within`, `${edge}Z`, `${edge}.9999999Z`),
          row(type, `${n} edge, offset`, `${edge.replace('T12', 'T14')}+02:00`),
          row(type, `${n} first tick`, `${edge}.0000001Z`),
        ];
      }),
    ];
    world.graph.add(name, ...first, ...inside);
    for (let n = 0; n < 3; n += 1) {
      await world.collectAll(name);
      world.check(name);
      world.advance(900);
    }
    const { lines, entries } = world.check(name);
    expect(lines.toSorted()).toEqual(linesOf(inside));
    expect(readsOf(entries).map(({ duplicate }) => duplicate)).toEqual(entries.map(() => 0));
  });

  it('are each stored once, wherever windows end', async () => {
    const type = LOG_TYPES.get(AUDITS) as LogType;
    const near = fc.record({
      tick: fc.integer({ min: -40_000_000, max: 40_000_000 }),
      digits: fc.integer({ max: 7, min: 0 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(near, { maxLength: 25 }),
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 5 }),
        async (times, cuts, pageSize) => {
          const { world } = worldOf(AUDITS);
          const edge = BigInt(Date.parse('2026-11-20T11:00:00Z')) * 10_000n;
          const list = times.map(({ tick, digits }, n) => {
            const compared = ticksToText(edge + BigInt(tick));
            return row(type, `r${n}`, `${compared.slice(0, digits === 0 ? 19 : 20 + digits)}Z`, compared);
          });
          world.graph.add(AUDITS, ...list);
          world.graph.pageSize = pageSize;
          for (const cut of cuts.toSorted((a, b) => a - b)) {
            await world.collect(AUDITS, undefined, { until: seconds('2026-11-20T11:00:00Z') + cut });
          }
          await world.collectAll(AUDITS);
          expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(list));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('outside of the window but within the margin are dropped, and do not move it', async () => {
    const { world, type } = worldOf(AUDITS);
    const inside = row(type, 'inside', '2026-11-20T12:04:59.9999999Z');
    world.graph.add(
      AUDITS,
      row(type, 'margin before', '2026-11-19T12:59:59.5Z'),
      row(type, 'margin after', '2026-11-20T12:05:00.5Z'),
      // Graph compares more coarsely than it prints: 2 s outside of what was asked is still no breach.
      row(type, 'coarse before', '2026-11-19T12:59:57Z', '2026-11-19T12:59:59Z'),
      row(type, 'coarse after', '2026-11-20T12:05:03Z', '2026-11-20T12:05:01Z'),
      inside,
    );
    await world.collect(AUDITS);
    const { lines, head, entries } = world.check(AUDITS);
    expect(lines).toEqual(linesOf([inside]));
    expect(head?.to).toBe(seconds('2026-11-20T12:05:00Z'));
    expect(readsOf(entries)).toMatchObject([{ fetched: 1, new: 1 }]);
  });
});

/** `YYYY-MM-DDTHH:MM:SS.fffffffZ` of 100 ns ticks since 1970. */
function ticksToText(ticks: bigint): string {
  const second = new Date(Number(ticks / 10_000_000n) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(ticks % 10_000_000n).padStart(7, '0')}Z`;
}

describe('an answer that shows the filter was ignored', () => {
  const strange: readonly (readonly [what: string, name: string, stranger: (type: LogType) => FakeRow])[] = [
    ['a row 3 s before what was asked', AUDITS, (type) => shownAnyway(row(type, 's', '2026-11-19T12:59:56Z'))],
    ['a row a tick more than 2 s after', AUDITS, (type) => shownAnyway(row(type, 's', '2026-11-20T12:05:03.0000001Z'))],
    ['a row of another year', AUDITS, (type) => shownAnyway(row(type, 's', '2025-11-20T12:00:00Z'))],
    ['a row without a date, as .NET writes it', AUDITS, (type) => shownAnyway(row(type, 's', '0001-01-01T00:00:00Z'))],
    [
      'a sign-in of another kind',
      'interactiveSignIns',
      (type) => row({ ...type, signInEventType: 'servicePrincipal' }, 's', '2026-11-20T10:00:00Z'),
    ],
  ];
  it.each(strange)('discards the window for %s', async (_what, name, stranger) => {
    const { world, type } = worldOf(name);
    world.graph.add(name, ...rows(type, 10, '2026-11-20T09:00:00Z', 60), stranger(type));
    world.graph.pageSize = 4;
    await expect(world.collect(name)).rejects.toMatchObject({ name: 'GraphFailure', kind: 'filterIgnored' });
    expect(world.check(name)).toMatchObject({ entries: [], unreferenced: [] });
  });

  it('is not fooled by a sign-in of several kinds', async () => {
    const { world, type } = worldOf('interactiveSignIns');
    const several = row(
      { ...type, signInEventType: 'interactiveUser","servicePrincipal' },
      'two',
      '2026-11-20T10:00:00Z',
    );
    world.graph.add(type.name, several);
    await world.collect(type.name);
    expect(world.check(type.name).lines).toEqual(linesOf([several]));
  });
});

const shownAnyway = (shown: FakeRow): FakeRow => ({ ...shown, compared: undefined });

describe('a failure on page k of n', () => {
  const PAGES = 4;
  const failures: readonly (readonly [
    what: string,
    kind: string,
    answer: (url: string) => ReturnType<typeof refusal> | Error,
  ])[] = [
    ['a refusal for good', 'refused', () => refusal(400, 'BadRequest', 'Invalid filter clause')],
    ['503 at every try', 'transient', () => refusal(503, 'ServiceUnavailable')],
    ['429 at every try', 'throttled', () => refusal(429, 'TooManyRequests')],
    ['a lost paging state', 'paging', () => refusal(400, 'UnknownError', 'Invalid Skip Token, skip token is null')],
    ['a broken connection', 'transient', () => Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
    ['a page that ends early', 'broken', () => ({ ...refusal(200, ''), body: pageBody([]).subarray(0, -3) })],
    ['a link to the same page again', 'broken', (url) => ({ ...refusal(200, ''), body: pageBody([], url) })],
    [
      'a link to another host',
      'transient',
      () => ({ ...refusal(200, ''), body: pageBody([], 'https://evil.example/') }),
    ],
  ];
  const cases = failures.flatMap(([what, kind, answer]) =>
    Array.from({ length: PAGES }, (_unused, k) => [what, k + 1, kind, answer] as const),
  );
  it.each(cases)('%s, page %i: commits nothing, and the next run has everything', async (_what, k, kind, answer) => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 4 * PAGES, '2026-11-20T07:00:00Z', 1000);
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 4;
    world.graph.script = ({ page, url }) => (page === k ? answer(url) : undefined);
    const calls: StoreCall[] = [];
    await expect(world.collect(AUDITS, world.instance(recording(calls)))).rejects.toMatchObject({ kind });
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
    expect(readsOf(entries)).toMatchObject([{ from: '1970-01-01T00:00:00Z', to: '2026-11-20T12:05:00Z' }]);
  });

  it('never has a gap, however long nobody read it', async () => {
    const { world } = worldOf(USERS);
    await world.collect(USERS);
    world.advance(400 * DAY);
    await world.collect(USERS);
    expect(world.check(USERS).entries.map(({ kind }) => kind)).toEqual(['read', 'read']);
  });
});

describe('rows out of order or shown twice', () => {
  it.each(['provisioning', 'riskDetections', 'servicePrincipalRiskDetections'])(
    '%s, which has no dependable order, comes out sorted',
    async (name) => {
      const { world, type } = worldOf(name);
      const list = rows(type, 500, '2026-11-20T09:30:00Z', 9);
      world.graph.add(name, ...list);
      world.graph.pageSize = 37;
      await world.collect(name);
      const { lines } = world.check(name);
      expect(lines).toEqual(list.map(({ line }) => line));
    },
  );

  it('a row that a later arrival pushed onto the next page is stored once', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 12, '2026-11-20T09:00:00Z', 600);
    const late = row(type, 'late', '2026-11-20T11:59:00Z');
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 5;
    world.graph.script = ({ page }) => {
      if (page === 2) world.graph.add(AUDITS, late);
      return undefined;
    };
    await world.collect(AUDITS);
    const { lines, entries } = world.check(AUDITS);
    // The late row itself comes before the page being read, so this read cannot see it; a sweep will.
    expect(lines.toSorted()).toEqual(linesOf(list));
    expect(readsOf(entries)).toMatchObject([{ fetched: 13, new: 12, duplicate: 1 }]);
  });

  it('the same id with other bytes is a changed version, kept beside the old', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 8, '2026-11-20T09:00:00Z', 600);
    const old = list[3] as FakeRow;
    const changed = { ...old, line: old.line.replace('0.0', '0.50') };
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 5;
    world.graph.script = ({ page }) => {
      if (page !== 2) return undefined;
      world.graph.remove(AUDITS, old.line);
      world.graph.add(
        AUDITS,
        changed,
        row(type, 'late', '2026-11-20T11:59:00Z'),
        row(type, 'later', '2026-11-20T11:59:59Z'),
      );
      return undefined;
    };
    await world.collect(AUDITS);
    const { lines, entries } = world.check(AUDITS);
    expect(lines.toSorted()).toEqual(linesOf([...list, changed]));
    expect(readsOf(entries)).toMatchObject([
      { new: 8, changed: 1, hours: { '2026-11-20T09': { new: 6, changed: 1 } } },
    ]);
  });

  it.each([1, 2, 7])('pages of %i rows that overlap by more than an equal time are merged', async (pageSize) => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 40, '2026-11-20T09:30:00Z', 90);
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = pageSize;
    // Every second row first: each page lies within the span of others.
    world.graph.arrange = (sorted) => [
      ...sorted.filter((_row, n) => n % 2 === 0),
      ...sorted.filter((_row, n) => n % 2 === 1),
    ];
    await world.collect(AUDITS);
    expect(world.check(AUDITS).lines).toEqual(list.map(({ line }) => line));
  });

  it('more than a block and a page of rows of one and the same second are all kept', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = Array.from({ length: 2600 }, (_unused, n) => row(type, `same-${n}`, '2026-11-20T09:30:00Z'));
    world.graph.add(AUDITS, ...list);
    await world.collect(AUDITS);
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(list));
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
    world.graph.dateOffset = -2 * DAY;
    expect((await world.collect(AUDITS)).due).toBe(false);
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

describe('a read of more than 64 segments', () => {
  const USERS = 'riskyUsers';
  it('is cut at whole hours into several entries that join', async () => {
    const { world, type } = worldOf(USERS);
    const list = rows(type, 150, '2026-11-01T00:10:00Z', 3600);
    world.graph.add(USERS, row(type, 'undated', null), ...list);
    await world.collect(USERS);
    const { entries, lines } = world.check(USERS);
    expect(lines).toHaveLength(151);
    expect(entries.map((entry) => (entry as ReadEntry).segments.length)).toEqual([64, 64, 23]);
    expect(readsOf(entries).map(({ from, to }) => [from, to])).toEqual([
      ['1970-01-01T00:00:00Z', '2026-11-03T15:00:00Z'],
      ['2026-11-03T15:00:00Z', '2026-11-06T07:00:00Z'],
      ['2026-11-06T07:00:00Z', '2026-11-20T12:05:00Z'],
    ]);
    expect(world.graph.requests).toHaveLength(1);
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
