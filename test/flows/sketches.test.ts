/** Sketches: a search opens only what can hold what it looks for, and losing them only costs time. */
import { describe, expect, it } from 'vitest';
import { countRecords, exportRange } from '../../shared/export.ts';
import { inflated } from '../../shared/serve/encode.ts';
import { orderedLines } from '../../shared/serve/ordered.ts';
import { DAY, type World, worldOf } from '../support/flowHarness.ts';
import {
  ALL,
  AUDITS,
  DAYS,
  dayOf,
  idOf,
  keepAll,
  manyDays,
  matcherOf,
  opened,
  RARE,
  RARE_DAYS,
  RARE_HOURS,
  RARE_IDS,
  search,
  searched,
  userRow,
} from '../support/searching.ts';
import { storeRows } from '../support/storedRows.ts';
import { recording, type StoreCall } from '../support/storeHooks.ts';

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

describe('what is lost', () => {
  const work = (world: World) => world.stores.containers.get('work') ?? new Map<string, Buffer>();
  const rowsOf = (world: World) => [...world.stores.partitions.values()].flatMap((rows) => [...rows.values()]);
  const losses: readonly (readonly [what: string, lose: (world: World) => void])[] = [
    ['the container work', (world) => work(world).clear()],
    [
      'every row about sketches',
      (world) => {
        for (const rows of world.stores.partitions.values())
          for (const key of rows.keys()) if (key.startsWith('sketch')) rows.delete(key);
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
    world.advance(DAY);
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
