/** State types: what is now, whenever it came to be. Read whole once a day, for a time filter does not show all of it. */
import { describe, expect, it } from 'vitest';
import { createWorld, DAY, linesOf, row, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { gapsOf, HOUR, live, readsFor, runOnce } from '../support/life.ts';
import { poisoned } from '../support/poison.ts';
import { recording, type StoreCall } from '../support/storeHooks.ts';

const USERS = 'riskyUsers';
const now = (world: World) => world.clock.now() / 1000;
const present = (world: World) => world.graph.visible(USERS, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
const snapshotsOf = (world: World) => readsFor(world.check(USERS).entries, 'snapshot');
const filterOf = (url: string) => new URL(url).searchParams.get('$filter') ?? '';

/** Fifty risky users of six years, two of them without a time, read for the first time at 12:20. */
async function begin() {
  const { world, type } = worldOf(USERS);
  const list = [
    row(type, 'undated', null),
    row(type, 'never', '0001-01-01T00:00:00Z'),
    ...rows(type, 48, '2020-12-01T08:00:00Z', 45 * DAY),
  ];
  world.graph.add(USERS, ...list);
  await runOnce(world);
  return { world, type, list };
}

describe('a state type', () => {
  it('is read without a lower bound first, by time afterwards, and whole again once a day', async () => {
    const { world, type, list } = await begin();
    expect(filterOf(world.graph.requests[0]?.url ?? '')).toBe('riskLastUpdatedDateTime le 2026-11-20T12:05:01Z');
    expect(readsFor(world.check(USERS).entries, 'head')).toMatchObject([
      // 48 hours and that of the undated: as many segments.
      { from: '1970-01-01T00:00:00Z', new: 11 },
      { new: 10 },
      { new: 10 },
      { new: 10 },
      { new: 9 },
    ]);
    const start = now(world);
    world.graph.add(USERS, row(type, 'soon', '2026-11-20T15:00:00Z'));
    await live(world, 3 * DAY, HOUR);
    const { entries, lines } = world.check(USERS);
    expect(lines.toSorted()).toEqual(linesOf(present(world)));
    const unbounded = world.graph.requests.filter(({ url }) => !filterOf(url).includes(' ge '));
    expect(unbounded).toHaveLength(4);
    const snapshots = entries.filter((entry) => entry.kind === 'read' && entry.read.why === 'snapshot');
    expect(snapshots.map(({ time }) => Math.round((seconds(time) - start) / HOUR))).toEqual([24, 48, 72]);
    expect(snapshotsOf(world)).toMatchObject([
      {
        from: '1970-01-01T00:00:00Z',
        fetched: list.length + 1,
        new: 0,
        changed: 0,
        duplicate: list.length + 1,
        vanished: 0,
        hours: {},
      },
      { new: 0, changed: 0, duplicate: list.length + 1, vanished: 0 },
      { new: 0, changed: 0, duplicate: list.length + 1, vanished: 0 },
    ]);
  });

  it('is read whole once a day also when the timers come every quarter of an hour, and by two instances', async () => {
    const { world } = await begin();
    for (let n = 0; n < 2 * 96 + 2; n += 1) {
      world.advance(900);
      await Promise.all([runOnce(world), runOnce(world)]);
    }
    const days = Map.groupBy(
      world.check(USERS).entries.filter((entry) => entry.kind === 'read' && entry.read.why === 'snapshot'),
      ({ time }) => time,
    );
    expect(days.size).toBe(2);
  });
});

describe('a snapshot', () => {
  it('finds a user whose state has moved without a time that any window shows', async () => {
    const { world, type, list } = await begin();
    const old = list[10]?.line ?? '';
    const time = /"riskLastUpdatedDateTime":"(.+?)"/.exec(old)?.[1] ?? '';
    const moved = row(type, 'row-8', time, undefined, ',"riskState":"dismissed"');
    const appeared = row(type, 'appeared', '2021-06-01T10:00:00Z');
    const undated = row(type, 'undated too', null);
    world.graph.remove(USERS, old);
    world.graph.add(USERS, moved, appeared, undated);
    await live(world, 23 * HOUR, HOUR);
    // What no filter can judge is shown by every read.
    expect(world.check(USERS).lines.toSorted()).toEqual(linesOf([...list, undated]));
    await live(world, 2 * HOUR, HOUR);
    const { lines } = world.check(USERS);
    expect(lines.toSorted()).toEqual(linesOf([...list, undated, moved, appeared]));
    expect(snapshotsOf(world)).toMatchObject([
      {
        fetched: 52,
        new: 1,
        changed: 1,
        duplicate: 50,
        vanished: 0,
        hours: { [time.slice(0, 13)]: { new: 0, changed: 1 }, '2021-06-01T10': { new: 1, changed: 0 } },
      },
    ]);
  });

  it('keeps every version of a user, the newest beside the older ones', async () => {
    const { world, type } = await begin();
    const versions = ['low', 'medium', 'high'].map((level, n) =>
      row(type, 'wanderer', `2026-11-2${n + 1}T09:00:00Z`, undefined, `,"riskLevel":"${level}"`),
    );
    for (const [n, version] of versions.entries()) {
      if (n > 0) world.graph.remove(USERS, versions[n - 1]?.line ?? '');
      world.graph.add(USERS, version);
      await live(world, DAY, HOUR);
    }
    const { lines } = world.check(USERS);
    expect(lines.filter((line) => line.includes('wanderer')).toSorted()).toEqual(linesOf(versions));
    expect(lines).toHaveLength(53);
  });

  it('of a user that is gone stores nothing and counts nothing as vanished: it moved', async () => {
    const { world, list } = await begin();
    for (const { line } of list.slice(20, 30)) world.graph.remove(USERS, line);
    await live(world, 25 * HOUR, HOUR);
    expect(snapshotsOf(world)).toMatchObject([
      { fetched: 40, new: 0, changed: 0, duplicate: 40, vanished: 0, hours: {} },
    ]);
    expect(world.check(USERS).lines.toSorted()).toEqual(linesOf(list));
  });

  it('opens the segments of the hours it shows and no other, and asks for each page once', async () => {
    const { world, list } = await begin();
    world.graph.pageSize = 10;
    for (const { line } of list.slice(5, 40)) world.graph.remove(USERS, line);
    world.advance(DAY);
    const [asked, calls] = [world.graph.requests.length, [] as StoreCall[]];
    await runOnce(world, world.instance(recording(calls)));
    expect(world.graph.requests.slice(asked).filter(({ url }) => !filterOf(url).includes(' ge '))).toHaveLength(2);
    const opened = calls.filter(({ op, target }) => op === 'get' && target.startsWith('archive-'));
    const hours = opened.map(({ target }) => /date=(\S{10})\/hour=(\d\d)/.exec(target)?.slice(1, 3).join('T') ?? '');
    // The head, which has no lower bound of hours either, opens the undated ones once more.
    const shown = new Set(
      present(world).map(({ compared = '1970-01-01T00' }) =>
        compared < '1970' ? '1970-01-01T00' : compared.slice(0, 13),
      ),
    );
    expect(new Set(hours)).toEqual(shown);
    expect(opened.length).toBeLessThanOrEqual(shown.size + 2);
  });

  it('does not keep another log type waiting', async () => {
    const world = createWorld({ logTypes: [USERS, 'riskDetections'], sourceDays: 30 });
    await runOnce(world);
    world.advance(DAY);
    const asked = world.graph.requests.length;
    await runOnce(world);
    const order = world.graph.requests
      .slice(asked)
      .map(({ logType, url }) =>
        filterOf(url).includes(' ge ') ? `${logType.name} head or sweep` : `${logType.name} whole`,
      );
    expect(order.indexOf('riskyUsers whole')).toBeGreaterThan(order.indexOf('riskDetections head or sweep'));
    expect(order.indexOf('riskyUsers whole')).toBeGreaterThan(order.indexOf('riskyUsers head or sweep'));
  });

  it('that meets a poison reads what lies behind it too, every day', async () => {
    const { world, type, list } = await begin();
    const poison = '2023-03-01T10:00:00.5Z';
    world.graph.script = poisoned([poison]);
    for (let n = 0; n < 2; n += 1) {
      const [before, behind] = [`2021-01-0${n + 1}T10:00:00Z`, `2025-01-0${n + 1}T10:00:00Z`];
      world.graph.add(USERS, row(type, `before ${n}`, before), row(type, `behind ${n}`, behind));
      await live(world, 26 * HOUR, HOUR);
      expect(world.check(USERS).lines.toSorted()).toEqual(linesOf(present(world)));
    }
    expect(world.check(USERS).lines).toHaveLength(list.length + 4);
    expect(new Set(gapsOf(world.check(USERS).entries).map(({ from }) => from))).toEqual(
      new Set(['2023-03-01T10:00:00Z']),
    );
    expect(snapshotsOf(world).length).toBeLessThan(80);
  });
});
