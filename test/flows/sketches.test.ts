/** Sketches: a search opens only what can hold what it looks for, and never gives other records than without them. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../dev/graphSimulator/random.ts';
import { parseInstant } from '../../shared/archive/time.ts';
import type { Deps } from '../../shared/deps.ts';
import { countRecords, exportRange } from '../../shared/export.ts';
import { applyLedger } from '../../shared/ledger.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { pull } from '../../shared/pull.ts';
import { parseFilter } from '../../shared/query/filter.ts';
import { type Matcher, matcher } from '../../shared/query/matcher.ts';
import { inflated } from '../../shared/serve/encode.ts';
import { type Order, orderedLines } from '../../shared/serve/ordered.ts';
import { keepSketches } from '../../shared/sketchUpkeep.ts';
import { makeModel, render } from '../query/filterModel.ts';
import { makeSamples } from '../query/filterRecords.ts';
import type { FakeRow } from '../support/fakeGraph.ts';
import { DAY, row, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { storeRows } from '../support/storedRows.ts';
import { type Around, plainly, recording, type StoreCall } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const ALL = { from: '1970-01-01T00:00:00.0000000Z', to: '2100-01-01T00:00:00.0000000Z' };
const PARTITION_ROWS = 'sketch';

/** A row of a user, as an audit names the one who did it. */
function userRow(type: LogType, id: string, time: string, user: string): FakeRow {
  return row(type, id, time, undefined, `,"initiatedBy":{"user":{"id":"${id}-u","userPrincipalName":"${user}"}}`);
}

const dayOf = (n: number) => new Date((seconds('2026-08-10T00:00:00Z') + n * DAY) * 1000).toISOString().slice(0, 10);
/** From August to the 19th of November. */
const DAYS = 102;
const RARE_DAYS = [3, 4, 60, 100];

/** Two hours of every day with five users each; one user was there in four hours only. */
async function manyDays(): Promise<{ world: World; type: LogType }> {
  const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
  const list = Array.from({ length: DAYS }, (_, day) =>
    [7, 15].flatMap((hour) => {
      const users = Array.from({ length: 5 }, (__, n) => `user${(day * 7 + hour + n) % 90}@contoso.example`);
      if (hour === 7 && RARE_DAYS.includes(day)) users.push('Rare@contoso.example');
      return users.map((user, n) =>
        userRow(type, `${day}-${hour}-${n}`, `${dayOf(day)}T${String(hour).padStart(2, '0')}:1${n}:00Z`, user),
      );
    }),
  );
  await storeRows(world, type, list.flat());
  return { world, type };
}

const FOREVER = () => true;

async function keep(world: World, around: Around = plainly, hasTime = FOREVER): Promise<void> {
  const headTo = Math.floor(world.clock.now() / 1000 / DAY) * DAY;
  const targets = world.config.logTypes.map((logType) => ({ logType, headTo }));
  await keepSketches(world.instance(around), targets, hasTime);
}

/** As many runs as it takes until every month has had its turn. */
async function keepAll(world: World): Promise<void> {
  for (let run = 0; run < 5; run += 1) await keep(world);
}

async function search(deps: Deps, type: LogType, filter: Matcher, versions: 'latest' | 'all' = 'latest') {
  const { pieces } = await exportRange(deps, type, { range: ALL, versions, filter });
  return Buffer.concat(await Array.fromAsync(inflated(pieces)))
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
}

const matcherOf = (filter: string): Matcher => matcher(parseFilter(filter));
/** The same filter, of which sketches cannot tell anything. */
const blind = (filter: Matcher): Matcher => ({ ...filter, need: undefined });
const RARE = matcherOf("initiatedBy/user/userPrincipalName eq 'Rare@contoso.example'");
const idOf = (line: string) => (JSON.parse(line) as { id: string }).id;
const RARE_IDS = RARE_DAYS.map((day) => `${day}-7-5`);

const opened = (calls: readonly StoreCall[]) =>
  calls.filter(({ op, target }) => op === 'get' && target.startsWith('archive-')).map(({ target }) => hourIn(target));
const hourIn = (target: string) => (/date=([\d-]+)\/hour=(\d\d)/.exec(target) ?? []).slice(1, 3).join('T');
const RARE_HOURS = RARE_DAYS.map((day) => `${dayOf(day)}T07`);
const spansRead = (calls: readonly StoreCall[]) =>
  calls.flatMap(({ op, target }) => (op === 'get' ? (/\/(?:actors|events)\/([\d-]+)\//.exec(target)?.[1] ?? []) : []));

async function searched(world: World, type: LogType, filter = RARE) {
  const calls: StoreCall[] = [];
  const lines = await search(world.instance(recording(calls)), type, filter);
  return { ids: lines.map(idOf), opened: opened(calls), spans: spansRead(calls) };
}

describe('a search for one user', () => {
  it('opens every segment where there are no sketches', async () => {
    const { world, type } = await manyDays();
    const { ids, opened: hours } = await searched(world, type);
    expect(ids).toEqual(RARE_IDS);
    expect(hours).toHaveLength(2 * DAYS);
  });

  it('opens only those that hold the user, whatever the case it is asked for in, and reads months first', async () => {
    const { world, type } = await manyDays();
    await keepAll(world);
    const found = await searched(world, type);
    expect(found.ids).toEqual(RARE_IDS);
    expect(found.opened).toEqual(RARE_HOURS);
    // Three months, the days of them that hold the user, and each day of the month that is not over.
    const ofNovember = Array.from({ length: DAYS }, (_, n) => dayOf(n)).filter((day) => day.startsWith('2026-11'));
    const ofOthers = RARE_DAYS.map(dayOf).filter((day) => !day.startsWith('2026-11'));
    expect(found.spans.toSorted()).toEqual(['2026-08', '2026-09', '2026-10', ...ofOthers, ...ofNovember].sort());

    const small = matcherOf("tolower(initiatedBy/user/userPrincipalName) eq 'rare@contoso.example'");
    expect(await searched(world, type, small)).toEqual(found);
  });

  it('counts and pages, in either direction, without opening more', async () => {
    const { world, type } = await manyDays();
    await keepAll(world);
    const calls: StoreCall[] = [];
    const deps = world.instance(recording(calls));
    const counted = await countRecords(deps, type, { range: ALL, versions: 'latest', filter: RARE });
    expect(counted.records).toBe(RARE_DAYS.length);
    const query = { range: { ...ALL, from: '2026-07-01T00:00:00.0000000Z' }, latest: true, filter: RARE };
    const lines = await Array.fromAsync(orderedLines(deps, type, query, Number.POSITIVE_INFINITY, 'desc', undefined));
    expect(lines.map(({ line }) => idOf(String(line)))).toEqual(RARE_IDS.toReversed());
    expect(opened(calls)).toEqual([...RARE_HOURS, ...RARE_HOURS.toReversed()]);
  });

  it('for an id of which there is one opens one segment', async () => {
    const { world, type } = await manyDays();
    await keepAll(world);
    const { ids, opened: hours } = await searched(world, type, matcherOf("id eq '50-15-2'"));
    expect(ids).toEqual(['50-15-2']);
    expect(hours).toEqual([`${dayOf(50)}T15`]);
  });

  it('for nobody opens nothing', async () => {
    const { world, type } = await manyDays();
    await keepAll(world);
    expect(await searched(world, type, matcherOf("userId eq 'nobody'"))).toMatchObject({ ids: [], opened: [] });
  });

  it('opens a segment that came after the sketches', async () => {
    const { world, type } = await manyDays();
    await keepAll(world);
    const late = userRow(type, 'late', `${dayOf(20)}T07:30:00Z`, 'Rare@contoso.example');
    await storeRows(world, type, [late]);
    const { ids, opened: hours } = await searched(world, type);
    expect(ids).toEqual(['3-7-5', '4-7-5', 'late', '60-7-5', '100-7-5']);
    expect(hours).toEqual([...RARE_HOURS, `${dayOf(20)}T07`].sort());
  });
});

describe('versions that supersede one another', () => {
  it('are opened together: what the latest no longer says is not found in the one before', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
    const time = '2026-11-10T07:00:00Z';
    await storeRows(world, type, [userRow(type, 'a', time, 'old@x'), userRow(type, 'b', time, 'other@x')]);
    await storeRows(world, type, [userRow(type, 'a', time, 'new@x')]);
    await keepAll(world);
    for (const [user, latest, all] of [
      ['old@x', [], ['a']],
      ['new@x', ['a'], ['a']],
      ['other@x', ['b'], ['b']],
      ['nobody@x', [], []],
    ] as const) {
      const filter = matcherOf(`initiatedBy/user/userPrincipalName eq '${user}'`);
      expect((await search(world.instance(), type, filter, 'latest')).map(idOf)).toEqual(latest);
      expect((await search(world.instance(), type, filter, 'all')).map(idOf)).toEqual(all);
    }
    const calls: StoreCall[] = [];
    await search(world.instance(recording(calls)), type, matcherOf("userId eq 'nobody'"));
    expect(opened(calls)).toEqual([]);
  });
});

describe('random filters', () => {
  const HOURS = 80;
  /** Two hundred records over as many hours as hold two or three, and new versions of a sixth of them, which other entries hold. */
  async function randomWorld() {
    const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
    const [random, first, second] = [new Random(7, 8, 9), makeSamples(33, 200), makeSamples(34, 200)];
    const hourOf = first.map(() => random.below(HOURS));
    const timed = (line: Buffer, n: number): FakeRow => {
      const second1970 = seconds('2026-08-25T00:00:00Z') + (hourOf[n] ?? 0) * 90_000 + n;
      const time = new Date(second1970 * 1000).toISOString();
      return {
        line: `{"activityDateTime":"${time}",${String(line).replace(/^\{\s*/, '')}`,
        compared: parseInstant(time),
      };
    };
    await storeRows(
      world,
      type,
      first.map(({ line }, n) => timed(line, n)),
    );
    const again = second
      .map(({ line }, n) => timed(line, n))
      .filter((_row, n) => (hourOf[n] ?? 0) % 3 > 0 && n % 4 === 0);
    await storeRows(world, type, again);
    await keepAll(world);
    return { world, type, samples: first };
  }

  it('give the same records with sketches and without, in every way to ask, and open fewer segments', async () => {
    const { world, type, samples } = await randomWorld();
    const random = new Random(5, 6, 7);
    const range = { from: '2026-07-01T00:00:00.0000000Z', to: ALL.to };
    const [spared, plain]: [StoreCall[], StoreCall[]] = [[], []];
    const [deps, blindDeps] = [world.instance(recording(spared)), world.instance(recording(plain))];
    const inOrder = async (each: Deps, filter: Matcher, order: Order) => {
      const lines = orderedLines(
        each,
        type,
        { range, latest: true, filter },
        Number.POSITIVE_INFINITY,
        order,
        undefined,
      );
      return (await Array.fromAsync(lines)).map(({ line, after }) => `${JSON.stringify(after)} ${line}`);
    };
    let needs = 0;
    for (let n = 0; needs < 40; n += 1) {
      const text = render(makeModel(random, random.pick(samples).value));
      const filter = matcherOf(text);
      if (!filter.need && n % 10 > 0) continue;
      if (filter.need) needs += 1;
      for (const versions of ['latest', 'all'] as const)
        expect(await search(deps, type, filter, versions), text).toEqual(
          await search(blindDeps, type, blind(filter), versions),
        );
      const order = needs % 2 > 0 ? 'asc' : 'desc';
      expect(await inOrder(deps, filter, order), text).toEqual(await inOrder(blindDeps, blind(filter), order));
    }
    expect(opened(spared).length).toBeLessThan(opened(plain).length);
  }, 60_000);
});

describe('what is lost', () => {
  const work = (world: World) => world.stores.containers.get('work') ?? new Map<string, Buffer>();
  const rowsOf = (world: World) => [...world.stores.partitions.values()].flatMap((rows) => [...rows.values()]);
  const losses: readonly (readonly [what: string, lose: (world: World) => void])[] = [
    ['the container work', (world) => work(world).clear()],
    [
      'every row about sketches',
      (world) => {
        for (const rows of world.stores.partitions.values())
          for (const key of rows.keys()) if (key.startsWith(PARTITION_ROWS)) rows.delete(key);
      },
    ],
    [
      'a bit of every file',
      (world) => {
        for (const [name, bytes] of work(world))
          work(world).set(name, Buffer.from(bytes.map((b, n) => (n === 9 ? b ^ 1 : b))));
      },
    ],
  ];

  it.each(losses)('%s: only costs time, and comes back', async (_what, lose) => {
    const { world, type } = await manyDays();
    await keepAll(world);
    lose(world);
    const without = await searched(world, type);
    expect(without.ids).toEqual(RARE_IDS);
    expect(without.opened).toHaveLength(2 * DAYS);
    world.advance(900);
    await keepAll(world);
    const found = await searched(world, type);
    expect(found.ids).toEqual(RARE_IDS);
    expect(found.opened).toEqual(RARE_HOURS);
    expect(rowsOf(world).filter(({ key }) => key === 'sketching')).toHaveLength(1);
  });

  it('a segment itself: it has no sketch, the others have, and a search does not end well', async () => {
    const { world, type } = await manyDays();
    const archive = world.stores.containers.get('archive-2555d');
    const name = [...(archive?.keys() ?? [])].find((each) => each.includes(`date=${dayOf(30)}/hour=07`)) ?? '';
    archive?.delete(name);
    await keepAll(world);
    await expect(search(world.instance(), type, RARE)).rejects.toThrow(/is not in the store/);
    expect(
      world.logs.map(({ message }) => message).filter((each) => each.startsWith('no sketch can be made')),
    ).toHaveLength(1);
    const calls: StoreCall[] = [];
    const range = { from: `${dayOf(30)}T08:00:00.0000000Z`, to: ALL.to };
    const deps = world.instance(recording(calls));
    const { pieces } = await exportRange(deps, type, { range, versions: 'latest', filter: RARE });
    expect(String(Buffer.concat(await Array.fromAsync(inflated(pieces)))).match(/"id":"\d+-7-5"/g)).toHaveLength(2);
    expect(opened(calls)).toEqual([`${dayOf(60)}T07`, `${dayOf(100)}T07`]);
  });
});

describe('keeping sketches', () => {
  it('opens nothing when nothing is new', async () => {
    const { world } = await manyDays();
    await keepAll(world);
    const calls: StoreCall[] = [];
    await keep(world, recording(calls));
    expect(opened(calls)).toEqual([]);
    expect(calls.filter(({ op }) => op === 'put')).toEqual([]);
  });

  it('leaves the day alone that is not over', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
    await storeRows(world, type, [
      userRow(type, 'a', '2026-11-19T07:00:00Z', 'x'),
      userRow(type, 'b', '2026-11-20T07:00:00Z', 'x'),
    ]);
    await keepAll(world);
    const rows = [...(world.stores.partitions.get(`${world.config.tenantId}|${AUDITS}`)?.keys() ?? [])];
    expect(rows.filter((key) => key.startsWith('sketch|'))).toEqual(['sketch|2026-11-19']);
  });

  it('takes late segments in eight days after the day, and opens only those', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
    await storeRows(world, type, [userRow(type, 'a', '2026-11-19T07:00:00Z', 'x')]);
    await keep(world);
    await storeRows(world, type, [userRow(type, 'late', '2026-11-19T09:00:00Z', 'y')]);
    const calls: StoreCall[] = [];
    world.advance(7 * DAY);
    await keep(world, recording(calls));
    expect(opened(calls)).toEqual([]);
    world.advance(DAY);
    await keep(world, recording(calls));
    expect(opened(calls)).toEqual(['2026-11-19T09']);
    const { opened: hours } = await searched(world, type, matcherOf("initiatedBy/user/userPrincipalName eq 'x'"));
    expect(hours).toEqual(['2026-11-19T07']);
  });

  it('goes on where the time was up', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
    const list = Array.from({ length: 12 }, (_, hour) =>
      userRow(type, `${hour}`, `2026-11-19T${String(hour).padStart(2, '0')}:00:00Z`, `user${hour}@x`),
    );
    await storeRows(world, type, list);
    const calls: StoreCall[] = [];
    for (let run = 0; run < 20; run += 1) {
      const before = opened(calls).length;
      await keep(world, recording(calls), () => opened(calls).length < before + 3);
      world.advance(900);
    }
    expect(opened(calls).toSorted()).toEqual(list.map((_row, hour) => `2026-11-19T${String(hour).padStart(2, '0')}`));
    const { opened: hours } = await searched(world, type, matcherOf("initiatedBy/user/userPrincipalName eq 'user8@x'"));
    expect(hours).toEqual(['2026-11-19T08']);
  });

  it('is done at the end of a run, and its failure is none of the run', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 3 });
    world.graph.add(
      AUDITS,
      userRow(type, 'a', '2026-11-19T07:00:00Z', 'x'),
      userRow(type, 'b', '2026-11-18T07:00:00Z', 'y'),
    );
    const broken: Around = (call, run) => {
      if (call.target.startsWith('work/')) throw new Error('no answer');
      return run();
    };
    const run = (around: Around) => pull(world.instance(around), 'reports', new AbortController().signal);
    expect(await run(broken)).toMatchObject({ failed: [], behind: [] });
    expect(world.logs.filter(({ level }) => level === 'warn').map(({ message }) => message)).toContain(
      'sketches could not be made: no answer',
    );
    expect(await run(plainly)).toMatchObject({ failed: [], behind: [] });
    expect((await applyLedger(world.instance(), AUDITS)).segments).toBe(2);
    const { opened: hours } = await searched(world, type, matcherOf("initiatedBy/user/userPrincipalName eq 'y'"));
    expect(hours).toEqual(['2026-11-18T07']);
  });
});
