/** Which versions an export gives, and in which order: held against a plain model of all stored lines. */
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRecords, type ExportQuery, exportPage, exportRange, knownRecords } from '../../shared/export.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { timeBounds } from '../../shared/query/filterTimes.ts';
import { matcher } from '../../shared/query/matcher.ts';
import { gzipped, inflated } from '../../shared/serve/encode.ts';
import { at, commitRows, type Knows, modelOf, storedLines } from '../support/commits.ts';
import type { FakeRow } from '../support/fakeGraph.ts';
import { row, rows, type World, worldOf } from '../support/flowHarness.ts';

const AUDITS = 'directoryAudits';
const MOVING = 'riskDetections';
const ALL = { from: '1970-01-01T00:00:00.0000000Z', to: '2100-01-01T00:00:00.0000000Z' };

const linesIn = (bytes: Buffer) => bytes.toString('utf8').split('\n').slice(0, -1);

/** The lines of an export, which must be the same as gzip, page by page, and by count. */
async function exported(world: World, type: LogType, query: ExportQuery): Promise<string[]> {
  const deps = world.instance();
  const pieces = async () => (await exportRange(deps, type, query)).pieces;
  const lines = linesIn(Buffer.concat(await Array.fromAsync(inflated(await pieces()))));
  const zipped = gunzipSync(Buffer.concat(await Array.fromAsync(gzipped(await pieces()))));
  expect(linesIn(zipped)).toEqual(lines);
  expect((await countRecords(deps, type, query)).records).toBe(lines.length);
  expect([undefined, lines.length]).toContain((await knownRecords(deps, type, query)).records);
  return lines;
}

/** The same range, in pages of so many records. */
async function paged(world: World, type: LogType, query: ExportQuery, limit: number): Promise<string[]> {
  const lines: string[] = [];
  for (let next: ExportQuery | undefined = query; next; ) {
    const page = await exportPage(world.instance(), type, next, limit);
    const given = linesIn(Buffer.concat(await Array.fromAsync(inflated(listed(page.pieces)))));
    expect(given).toHaveLength(page.records);
    if (page.next) expect(given).toHaveLength(limit);
    lines.push(...given);
    next = page.next && { ...query, cursor: { pin: page.seq, ...page.next } };
  }
  return lines;
}

async function* listed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const idsOf = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as { id: string }).id);
const version = (type: LogType, id: string, time: string, k: number) =>
  row(type, id, `2026-11-20T${time}Z`, undefined, `,"k":${k}`);

describe('a record that was changed', () => {
  const cases: readonly (readonly [
    what: string,
    reads: readonly (readonly (readonly [string, string, number])[])[],
  ])[] = [
    [
      'with the same time',
      [
        [
          ['a', '09:10:00', 1],
          ['b', '09:20:00', 1],
        ],
        [['a', '09:10:00', 2]],
      ],
    ],
    [
      'with another time of the same hour',
      [
        [
          ['a', '09:10:00', 1],
          ['b', '09:20:00', 1],
        ],
        [['a', '09:40:00', 2]],
      ],
    ],
    [
      'with an earlier time',
      [
        [
          ['a', '09:10:00', 1],
          ['b', '09:20:00', 1],
        ],
        [['b', '09:05:00', 2]],
      ],
    ],
    [
      'twice',
      [
        [
          ['a', '09:10:00', 1],
          ['b', '09:20:00', 1],
        ],
        [['a', '09:10:00', 2]],
        [['a', '09:10:00', 3]],
      ],
    ],
    ['twice, and back', [[['a', '09:10:00', 1]], [['a', '09:10:00', 2]], [['a', '09:30:00', 1]]]],
    [
      'twice in one read',
      [
        [
          ['a', '09:10:00', 1],
          ['b', '09:20:00', 1],
        ],
        [
          ['a', '09:10:00', 2],
          ['a', '09:10:00', 3],
        ],
      ],
    ],
    [
      'twice in the first read',
      [
        [
          ['a', '09:10:00', 1],
          ['a', '09:15:00', 2],
          ['b', '09:20:00', 1],
        ],
      ],
    ],
    [
      'with the same time while another one moved',
      [
        [
          ['a', '09:10:00', 1],
          ['b', '09:20:00', 1],
        ],
        [
          ['a', '09:10:00', 2],
          ['b', '09:50:00', 2],
        ],
      ],
    ],
  ];

  it.each(cases)('%s: is given as the newest entry has it, and whole with versions=all', async (_what, reads) => {
    const { world, type } = worldOf(AUDITS);
    world.graph.pageSize = 1;
    for (const read of reads) {
      await commitRows(
        world,
        type,
        read.map(([id, time, k]) => version(type, id, time, k)),
        'hours',
      );
    }
    const stored = storedLines(world, type);
    expect(stored).toHaveLength(reads.flat().length);
    for (const versions of ['latest', 'all'] as const) {
      const lines = modelOf(stored, type, ALL, versions).map(({ line }) => line);
      expect(await exported(world, type, { range: ALL, versions })).toEqual(lines);
      if (versions === 'latest') expect(new Set(idsOf(lines)).size).toBe(lines.length);
    }
  });

  it('and moved to another hour, of a type whose records stay, is given in both', async () => {
    const { world, type } = worldOf(AUDITS);
    await commitRows(world, type, [version(type, 'a', '09:10:00', 1)], 'all');
    await commitRows(world, type, [version(type, 'a', '10:10:00', 2)], 'all');
    expect(idsOf(await exported(world, type, { range: ALL, versions: 'latest' }))).toEqual(['a', 'a']);
  });

  it('of a moving type is given once: the latest of its times within the range', async () => {
    const { world, type } = worldOf(MOVING);
    await commitRows(world, type, [version(type, 'a', '09:10:00', 1), version(type, 'b', '09:20:00', 1)], 'all');
    await commitRows(world, type, [version(type, 'a', '11:10:00', 2)], 'all');
    const latest = (to: string) => exported(world, type, { range: { ...ALL, to }, versions: 'latest' });
    expect(await latest(at('11:10:00'))).toEqual([
      version(type, 'a', '09:10:00', 1).line,
      version(type, 'b', '09:20:00', 1).line,
    ]);
    expect(await latest(at('12:00:00'))).toEqual([
      version(type, 'b', '09:20:00', 1).line,
      version(type, 'a', '11:10:00', 2).line,
    ]);
  });

  it('of a moving type twice in one read, at one time, is given once', async () => {
    const { world, type } = worldOf(MOVING);
    await commitRows(world, type, [version(type, 'a', '09:10:00', 1), version(type, 'a', '09:10:00', 2)], 'all');
    const lines = await exported(world, type, { range: ALL, versions: 'latest' });
    expect(lines).toEqual([storedLines(world, type).at(-1)?.line]);
  });

  it('outside the range supersedes nothing in it', async () => {
    const { world, type } = worldOf(AUDITS);
    await commitRows(world, type, [version(type, 'a', '09:10:00', 1)], 'hours');
    await commitRows(world, type, [version(type, 'a', '09:40:00', 2)], 'hours');
    const query = { range: { from: at('09:00:00'), to: at('09:30:00') }, versions: 'latest' } as const;
    expect(await exported(world, type, query)).toEqual([version(type, 'a', '09:10:00', 1).line]);
  });

  it('leaves blocks without a changed record as they lie', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.pageSize = 50;
    const first = rows(type, 600, '2026-11-20T09:00:00Z', 5, 'a');
    await commitRows(world, type, first, 'hours');
    const [some] = first;
    if (!some) throw new Error('there are rows');
    await commitRows(world, type, [{ ...some, line: some.line.replace('0.0', '0.00') }], 'hours');
    const { pieces } = await exportRange(world.instance(), type, { range: ALL, versions: 'latest' });
    const kinds = (await Array.fromAsync(pieces)).map(({ kind, records }) => [kind, records]);
    expect(kinds.filter(([kind]) => kind === 'stored')).toHaveLength(11);
    expect(kinds.filter(([kind]) => kind === 'lines').reduce((sum, [, records]) => sum + Number(records), 0)).toBe(50);
  });
});

/** Six moments of two hours, each a tick apart or the same. */
const MOMENTS = ['08:59:59.9999999', '09:00:00', '09:00:00.0000001', '09:30:00', '09:59:59.9999999', '10:00:00'];
const moment = fc.constantFrom(...MOMENTS);
const record = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), moment, fc.integer({ min: 1, max: 3 }));
const read = fc.record({
  list: fc.array(record, { minLength: 1, maxLength: 12 }),
  knows: fc.constantFrom<Knows>('hours', 'all'),
  pageSize: fc.constantFrom(1, 2, 5, 1000),
});
const filters = [
  '',
  'k eq 1',
  "k ne 1 and id ge 'c'",
  'TIME ge 2026-11-20T09:30:00Z and k le 2',
  'TIME eq 2026-11-20T09:00:00Z',
];

describe.each([AUDITS, MOVING])('any entries of %s, any range and any filter', (name) => {
  it('give what the model gives: as they are, as gzip, by page and by count', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(read, { minLength: 1, maxLength: 5 }),
        moment,
        moment,
        fc.constantFrom('latest' as const, 'all' as const),
        fc.constantFrom(...filters),
        fc.integer({ min: 1, max: 9 }),
        async (reads, a, b, versions, text, limit) => {
          const { world, type } = worldOf(name);
          for (const { list, knows, pageSize } of reads) {
            world.graph.pageSize = pageSize;
            await commitRows(
              world,
              type,
              list.map((each) => version(type, ...each)),
              knows,
            );
          }
          const [from, to] = [at(a), at(b)].sort() as [string, string];
          const range = { from, to: from === to ? ALL.to : to };
          const filter = text === '' ? undefined : parseFilter(text.replaceAll('TIME', type.timeField));
          const matches = filter && matcher(filter);
          const wanted = modelOf(storedLines(world, type), type, range, versions)
            .map(({ line }) => line)
            .filter((line) => matches?.matches(Buffer.from(line)) ?? true);
          const query = {
            range,
            versions,
            ...(filter && { filter: matches, bounds: timeBounds(filter, type.timeField) }),
          };
          expect(await exported(world, type, query)).toEqual(wanted);
          expect(await paged(world, type, query, limit)).toEqual(wanted);
          expect(await exported(world, type, { ...query, skip: limit })).toEqual(wanted.slice(limit));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('late segments and changed records in every hour', () => {
  /** Four hours of 200 records in pages of 20; three times late rows and changes come to each of them. */
  async function busyWorld(): Promise<{ world: World; type: LogType }> {
    const { world, type } = worldOf(AUDITS);
    world.graph.pageSize = 20;
    const first = rows(type, 800, '2026-11-20T06:00:00Z', 18, 'first');
    await commitRows(world, type, first, 'hours');
    for (const [n, step] of [701, 1101, 1901].entries()) {
      const late = rows(type, Math.floor(14_000 / step), `2026-11-20T06:00:0${n + 1}Z`, step, `late${n}`);
      const changed = first.filter((_row, at) => at % (97 + n) === 5).map((each) => changedRow(each, n));
      await commitRows(world, type, [...late, ...changed], 'hours');
    }
    return { world, type };
  }

  function changedRow(each: FakeRow, n: number): FakeRow {
    return { ...each, line: each.line.replace('"x":0.0', `"x":${n}.00`) };
  }

  it.each(['latest', 'all'] as const)('versions=%s: every range gives what the model gives', async (versions) => {
    const { world, type } = await busyWorld();
    const stored = storedLines(world, type);
    const edges = ['06:00:00', '06:17:00.0000001', '07:00:00', '08:30:30', '09:59:59.9999999', '10:00:00'].map(at);
    for (const [n, from] of edges.entries()) {
      for (const to of edges.slice(n + 1)) {
        const wanted = modelOf(stored, type, { from, to }, versions).map(({ line }) => line);
        expect(await exported(world, type, { range: { from, to }, versions })).toEqual(wanted);
      }
    }
  });

  it('as pages of any size: the whole', async () => {
    const { world, type } = await busyWorld();
    const wanted = modelOf(storedLines(world, type), type, ALL, 'latest').map(({ line }) => line);
    for (const limit of [7, 100, 333, 10_000]) {
      expect(await paged(world, type, { range: ALL, versions: 'latest' }, limit)).toEqual(wanted);
    }
  });
});

describe('the bounds of a filter', () => {
  it.each([
    'activityDateTime lt 9999-12-31T23:30:00Z',
    'activityDateTime le 9999-12-31T23:59:59.9999999Z',
    'activityDateTime ge 0001-01-01T00:00:00Z',
    'activityDateTime gt 1969-12-31T23:59:59Z and activityDateTime lt 9999-12-31T22:00:00Z',
  ])('at the ends of time leave all that lies between: %s', async (text) => {
    const { world, type } = worldOf(AUDITS);
    await commitRows(world, type, rows(type, 9, '2026-11-20T08:00:00Z', 600));
    const filter = parseFilter(text);
    for (const to of [ALL.to, '9999-12-31T23:59:59.9999999Z']) {
      const range = { from: ALL.from, to };
      const query = {
        range,
        versions: 'all',
        filter: matcher(filter),
        bounds: timeBounds(filter, type.timeField),
      } as const;
      expect(await exported(world, type, query)).toHaveLength(9);
    }
  });
});
