/** Reading the past again: what comes late, what changes, what vanishes, and how often Graph is asked. */
import { describe, expect, it } from 'vitest';
import type { ConfigEntry, Entry, ReadEntry } from '../../shared/archive/entry.ts';
import type { FakeRequest } from '../support/fakeGraph.ts';
import { refusal } from '../support/fakeGraph.ts';
import { createWorld, DAY, linesOf, readsOf, row, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { HOUR, live, readsFor, rereadsOf, runOnce } from '../support/life.ts';

const AUDITS = 'directoryAudits';
/** All that is looked at happens in the hour that ends here. */
const HOUR_END = seconds('2026-11-20T13:00:00Z');
const IN_IT = '2026-11-20T12:30:00Z';

/** An archive of a tenant at 12:20 of some day. */
async function begin(sourceDays = 30, settings: Record<string, string> = {}) {
  const { world, type } = worldOf(AUDITS, { sourceDays, settings });
  await runOnce(world);
  return { world, type };
}

const now = (world: World) => world.clock.now() / 1000;
const present = (world: World) => world.graph.visible(AUDITS, Number.POSITIVE_INFINITY, 0);
/** Ages in hours, from the end of the hour, at which it was read again. */
const agesOf = (entries: readonly Entry[], time = IN_IT) =>
  rereadsOf(entries, time).map((entry) => (seconds(entry.time) - HOUR_END) / HOUR);
/** Entries that name segments. */
const storing = (entries: readonly Entry[]) =>
  entries.filter((entry): entry is ReadEntry => entry.kind === 'read' && entry.segments.length > 0);

describe('a row that Graph shows late', () => {
  /** Runs come as often as the age needs them. */
  const stepFor = (hours: number) => Math.min(8, Math.ceil(hours / 12)) * HOUR;
  const AGES = { '2 h': 2, '1 d': 24, '3 d': 72, '7 d': 168, '25 d': 600 };

  it('is found by the sweep of the age it has come before: each stored once, in a segment of its own', async () => {
    const { world, type } = await begin();
    const first = rows(type, 10, '2026-11-20T12:21:00Z', 120, 'first');
    world.graph.add(AUDITS, ...first);
    await live(world, HOUR_END + HOUR - now(world));
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(first));
    for (const [age, hours] of Object.entries(AGES)) {
      const known = world.check(AUDITS);
      const late = row(type, `late ${age}`, IN_IT);
      world.graph.add(AUDITS, late);
      // A sweep waits for its neighbours for a quarter of its age, or a day.
      await live(world, HOUR_END + (hours + Math.min(24, hours / 4) + 2) * HOUR - now(world), stepFor(hours));
      const { lines, entries } = world.check(AUDITS);
      expect(lines.slice(known.lines.length)).toEqual([late.line]);
      const [finder, ...more] = storing(entries.slice(known.entries.length));
      expect(more).toEqual([]);
      expect(finder).toMatchObject({
        read: {
          why: 'sweep',
          new: 1,
          changed: 0,
          vanished: 0,
          hours: { '2026-11-20T12': { new: 1, changed: 0, vanished: 0 } },
        },
        segments: [{ records: 1, minTime: '2026-11-20T12:30:00.0000000Z' }],
      });
      expect(finder?.segments[0]?.name).toContain(`/${String(finder?.seq).padStart(12, '0')}-`);
      expect(seconds(finder?.time ?? '')).toBeGreaterThanOrEqual(HOUR_END + hours * HOUR);
    }
  });
});

describe('a sweep', () => {
  it('keeps a changed row beside the old one', async () => {
    const { world, type } = await begin();
    const old = row(type, 'moved', IN_IT);
    world.graph.add(AUDITS, old, row(type, 'other', '2026-11-20T12:31:00Z'));
    await live(world, HOUR);
    world.graph.remove(AUDITS, old.line);
    const changed = row(type, 'moved', IN_IT, undefined, ',"risk":"high"');
    world.graph.add(AUDITS, changed);
    await live(world, 4 * HOUR);
    const { lines, entries } = world.check(AUDITS);
    expect(lines.toSorted()).toEqual(linesOf(present(world)));
    expect(rereadsOf(entries, IN_IT).map(({ read }) => read)).toMatchObject([
      {
        fetched: 2,
        new: 0,
        changed: 1,
        duplicate: 1,
        vanished: 1,
        hours: { '2026-11-20T12': { new: 0, changed: 1, vanished: 1 } },
      },
    ]);
  });

  it('counts what has vanished by hour, keeps it, and is settled all the same', async () => {
    const { world, type } = await begin(30, { SWEEP_AGES: 'PT2H,P1D' });
    const list = [...rows(type, 4, '2026-11-20T12:21:00Z', 60, 'a'), ...rows(type, 3, '2026-11-20T13:10:00Z', 60, 'b')];
    world.graph.add(AUDITS, ...list);
    await live(world, 2 * HOUR);
    for (const { line } of [list[0], list[1], list[5]].filter((each) => each !== undefined))
      world.graph.remove(AUDITS, line);
    await live(world, 32 * HOUR, HOUR);
    const swept = world.check(AUDITS);
    expect(swept.lines.toSorted()).toEqual(linesOf(list));
    const said = rereadsOf(swept.entries, IN_IT).map(({ read }) => read.hours['2026-11-20T12']);
    expect(said).toEqual([
      { new: 0, changed: 0, vanished: 2 },
      { new: 0, changed: 0, vanished: 2 },
    ]);
    expect(
      rereadsOf(swept.entries, '2026-11-20T13:11:00Z').map(({ read }) => read.hours['2026-11-20T13']?.vanished),
    ).toEqual([1, 1]);
    await live(world, 5 * DAY, 6 * HOUR);
    expect(agesOf(world.check(AUDITS).entries)).toHaveLength(2);
  });

  it('that finds nothing commits an entry: silence is evidence, and it is not read again before the next age', async () => {
    const { world } = await begin();
    await live(world, 5 * HOUR);
    const { entries } = world.check(AUDITS);
    const [swept, ...more] = rereadsOf(entries, IN_IT);
    expect(more).toEqual([]);
    expect(swept).toMatchObject({ read: { why: 'sweep', fetched: 0, new: 0, hours: {} }, segments: [] });
  });

  it('reads an hour daily until it is quiet, when the last one found something', async () => {
    const { world, type } = await begin(30, { SWEEP_AGES: 'PT2H' });
    world.graph.add(AUDITS, row(type, 'first', IN_IT));
    await live(world, HOUR);
    let n = 0;
    await live(world, 5 * DAY, HOUR, () => {
      // One more row each day, for three days.
      if (n % 24 === 0 && n < 72) world.graph.add(AUDITS, row(type, `late-${n}`, '2026-11-20T12:40:00Z'));
      n += 1;
    });
    const { entries, lines } = world.check(AUDITS);
    expect(lines.toSorted()).toEqual(linesOf(present(world)));
    const found = rereadsOf(entries, IN_IT).map(({ read }) => read.hours['2026-11-20T12']?.new ?? 0);
    expect(found).toEqual([1, 1, 1, 0]);
    const ages = agesOf(entries);
    for (const [at, age] of ages.slice(1).entries()) expect(age - (ages[at] ?? 0)).toBeGreaterThanOrEqual(24);
  });
});

describe('the schedule', () => {
  it.each([
    [30, ['PT2H', 'P1D', 'P3D', 'P7D', 'P25D'], [2, 24, 72, 168, 600]],
    [7, ['PT2H', 'P1D', 'P3D', 'P6D'], [2, 24, 72, 144]],
    [1, ['PT2H'], [2]],
  ])('of a source that keeps %i days is within them', async (sourceDays, said, hours) => {
    const { world } = await begin(sourceDays);
    await live(world, 5 * HOUR);
    await live(world, 20 * HOUR, 2 * HOUR);
    await live(world, sourceDays * DAY, 8 * HOUR);
    const { entries } = world.check(AUDITS);
    expect((entries[0] as ConfigEntry).config).toMatchObject({ sweepAges: said, sourceRetentionDays: sourceDays });
    const ages = agesOf(entries);
    expect(ages).toHaveLength(hours.length);
    for (const [n, age] of hours.entries()) {
      expect(ages[n]).toBeGreaterThanOrEqual(age);
      expect(ages[n]).toBeLessThanOrEqual(Math.min(age * 1.25, age + 24) + 10);
      expect(ages[n]).toBeLessThan(sourceDays * 24);
    }
  });

  it('replaces the ages that were past at the first read by one re-read, two hours later at least', async () => {
    const { world } = await begin();
    const start = now(world);
    await live(world, 20 * DAY, 6 * HOUR);
    const { entries } = world.check(AUDITS);
    // Ten days old at the first read: four ages were past, the fifth was not.
    const again = rereadsOf(entries, '2026-11-10T12:30:00Z').map(({ time }) => (seconds(time) - start) / HOUR);
    expect(again).toHaveLength(2);
    expect(again[0]).toBeGreaterThanOrEqual(2);
    expect(again[0]).toBeLessThan(9);
    expect(again[1]).toBeGreaterThanOrEqual(15 * 24);
    // A day from being forgotten, all were past.
    const oldest = rereadsOf(entries, '2026-10-22T12:30:00Z').map(({ time }) => (seconds(time) - start) / HOUR);
    expect(oldest).toHaveLength(1);
    expect(oldest[0]).toBeGreaterThanOrEqual(2);
  });

  const configsOf = (world: World) =>
    world
      .check(AUDITS)
      .entries.filter((entry): entry is ConfigEntry => entry.kind === 'config')
      .map(({ config }) => config.sweepAges);

  it('is said in the ledger once, and again when it changes', async () => {
    const { world } = await begin();
    await live(world, 6 * HOUR, HOUR);
    expect(configsOf(world)).toEqual([['PT2H', 'P1D', 'P3D', 'P7D', 'P25D']]);

    const other = createWorld({ logTypes: [AUDITS], sourceDays: 30, settings: { SWEEP_AGES: 'PT3H,P2D' } });
    const changed = { ...world.instance(), config: other.config };
    await runOnce(world, changed);
    await runOnce(world, changed);
    expect(configsOf(world)).toEqual([
      ['PT2H', 'P1D', 'P3D', 'P7D', 'P25D'],
      ['PT3H', 'P2D'],
    ]);
  });
});

describe('the number of sweeps', () => {
  /** Sweep entries a day of a week in which `perHour` rows come in each hour, five of a hundred a day late. */
  async function aWeek(perHour: number): Promise<number> {
    const { world, type } = await begin(30);
    let n = 0;
    await live(world, 8 * DAY, HOUR, () => {
      const hour = new Date((now(world) - HOUR) * 1000).toISOString();
      world.graph.add(AUDITS, ...rows(type, perHour, hour, HOUR / Math.max(1, perHour), `h${n}`));
      if (n > 30 && n % 20 === 0)
        world.graph.add(AUDITS, row(type, `late-${n}`, new Date((now(world) - 20 * HOUR) * 1000).toISOString()));
      n += 1;
    });
    const { entries, lines } = world.check(AUDITS);
    expect(lines.length).toBeGreaterThan(perHour * 8 * 20);
    return readsFor(entries, 'sweep').length / 8;
  }

  it('is tens a day for a quiet tenant', async () => {
    const quiet = await aWeek(0);
    expect(quiet).toBeGreaterThan(10);
    expect(quiet).toBeLessThan(50);
  });

  it('is not more for one in which something comes every five minutes and late rows come now and then', async () => {
    expect(await aWeek(12)).toBeLessThan(60);
  });

  it('grows with the rows, for a sweep holds about 20,000 of them', async () => {
    const { world, type } = worldOf(AUDITS, { sourceDays: 2 });
    world.graph.pageSize = 1000;
    // 3,600 rows in each of ten hours.
    world.graph.add(AUDITS, ...rows(type, 36_000, '2026-11-19T12:00:00Z', 1));
    await runOnce(world);
    await live(world, 4 * HOUR, HOUR);
    const { lines, entries } = world.check(AUDITS);
    expect(lines).toHaveLength(36_000);
    const sweeps = readsFor(entries, 'sweep');
    expect(Math.max(...sweeps.map(({ fetched }) => fetched))).toBeLessThanOrEqual(20_000);
    expect(Math.max(...sweeps.map(({ fetched }) => fetched))).toBeGreaterThan(10_000);
  });
});

describe('whose turn it is', () => {
  const bounds = ({ url }: FakeRequest) =>
    seconds(/ ge (\S+)/.exec(new URL(url).searchParams.get('$filter') ?? '')?.[1] ?? '');
  const NAMES = [AUDITS, 'managedIdentitySignIns'];

  it('a sweep waits until all heads are read', async () => {
    const world = createWorld({ logTypes: NAMES, sourceDays: 30 });
    await runOnce(world);
    await live(world, 4 * HOUR);
    world.advance(5 * HOUR);
    const [asked, reached] = [world.graph.requests.length, world.until() - 5 * HOUR - 1];
    await runOnce(world);
    const isHead = world.graph.requests.slice(asked).map((request) => bounds(request) >= reached);
    expect(isHead.filter(Boolean).length).toBeGreaterThanOrEqual(NAMES.length);
    expect(isHead.filter((each) => !each).length).toBeGreaterThan(0);
    expect(isHead.indexOf(false)).toBeGreaterThan(isHead.lastIndexOf(true));
  });

  it('a sweep of what is forgotten within two days goes before the heads', async () => {
    const { world } = await begin(30);
    world.advance(3 * HOUR);
    const asked = world.graph.requests.length;
    await runOnce(world);
    const [first] = world.graph.requests.slice(asked);
    expect(first && bounds(first)).toBeLessThan(now(world) - 28 * DAY);
    expect(world.check(AUDITS).head?.to).toBe(world.until());
  });

  it.each([
    ['504', 30],
    ['400', 30],
    ['503', 30],
    ['503', 1],
  ])(
    'a sweep that fails with %s, of a source of %i days, stops neither the head nor another log type',
    async (status, sourceDays) => {
      const world = createWorld({ logTypes: NAMES, sourceDays });
      for (const name of NAMES)
        world.graph.add(name, ...rows(world.logType(name), 30, '2026-11-20T08:00:00Z', 300, name));
      await runOnce(world);
      const edge = now(world) - SECONDS_OF_HEAD;
      world.graph.script = (request) =>
        request.logType.name === AUDITS && bounds(request) < edge ? refusal(Number(status), 'UnknownError') : undefined;
      for (const name of NAMES)
        world.graph.add(name, ...rows(world.logType(name), 30, '2026-11-20T13:00:00Z', 300, `${name}-b`));
      for (let n = 0; n < 24; n += 1) {
        await live(world, 900);
        for (const name of NAMES) expect(world.check(name).head?.to).toBe(world.until());
      }
      const other = world.check('managedIdentitySignIns');
      expect(readsFor(other.entries, 'sweep').length).toBeGreaterThan(0);
      for (const name of NAMES) {
        const list = world.graph.visible(name, Number.POSITIVE_INFINITY, 0);
        expect(world.check(name).lines.toSorted()).toEqual(linesOf(list));
      }
    },
  );
});

/** What lies further back than the head of the first run is a re-read. */
const SECONDS_OF_HEAD = 1000;

describe('the drift of a schema', () => {
  it('is stored all the same, and alarmed: more than half of what was read again has changed', async () => {
    const { world, type } = await begin();
    const list = rows(type, 40, '2026-11-20T12:21:00Z', 30);
    world.graph.add(AUDITS, ...list);
    await live(world, HOUR);
    const changed = list.map(({ line, compared }) => ({ line: line.replace('"x":0.0', '"x":0.00'), compared }));
    for (const { line } of list.slice(0, 30)) world.graph.remove(AUDITS, line);
    world.graph.add(AUDITS, ...changed.slice(0, 30));
    await live(world, 4 * HOUR);
    const { lines, entries } = world.check(AUDITS);
    expect(lines.toSorted()).toEqual(linesOf([...list, ...changed.slice(0, 30)]));
    expect(readsOf(entries).filter((read) => read.changed > 0)).toMatchObject([
      { why: 'sweep', fetched: 40, changed: 30 },
    ]);
    expect(
      world.logs.filter(({ level, message }) => level === 'error' && message.includes('more than half')),
    ).toHaveLength(1);
  });
});
