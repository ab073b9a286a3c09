/**
 * Several instances at once: two in every interleaving that a single interruption makes, eight in random ones.
 *
 * Nothing coordinates them but the store's create-if-absent. The archive must come out the same as with one of them.
 */
import { describe, expect, it } from 'vitest';
import { archiveContainer } from '../../shared/archive/names.ts';
import type { Deps } from '../../shared/deps.ts';
import { linesOf, readsOf, row, rows, type World, worldOf } from '../support/flowHarness.ts';
import { createScheduler, seeded } from '../support/scheduler.ts';
import {
  type Around,
  Crash,
  FAULTS,
  failing,
  interrupted,
  recording,
  type StoreCall,
  writeOf,
} from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const USERS = 'riskyUsers';

/** The calls of a round that nobody disturbs. */
async function callsOf(logType: string, prepare: (world: World) => void): Promise<StoreCall[]> {
  const { world } = worldOf(logType);
  prepare(world);
  const calls: StoreCall[] = [];
  await world.collect(logType, world.instance(recording(calls)));
  return calls;
}

const atCall = (calls: readonly StoreCall[], write: string): number =>
  calls.findIndex((call) => writeOf(call) === write);

describe('two instances that collect the same window', () => {
  const prepare = (world: World) => {
    world.graph.add(AUDITS, ...rows(world.logType(AUDITS), 12, '2026-11-20T08:10:00Z', 1200));
    world.graph.pageSize = 5;
  };

  it('store every row once, whenever the second one comes in between', async () => {
    const calls = await callsOf(AUDITS, prepare);
    for (const at of calls.keys()) {
      const { world } = worldOf(AUDITS);
      prepare(world);
      const other = async () => void (await world.collect(AUDITS));
      await world.collect(AUDITS, world.instance(interrupted(at, other)));
      const { entries, lines, applied } = world.check(AUDITS);
      expect(lines.toSorted(), `interrupted at call ${at}`).toEqual(linesOf(world.graph.visible(AUDITS, 1e9, 0)));
      expect({ entries: entries.length, applied }).toEqual({ entries: 1, applied: 1 });
      // Three pages each; one that finds the window read already asks for none. Nobody reads again for a lost race.
      expect([3, 6]).toContain(world.graph.requests.length);
    }
  });

  it('keep what only the winner saw and what only the loser saw', async () => {
    const calls = await callsOf(AUDITS, prepare);
    for (const at of calls.keys()) {
      const { world, type } = worldOf(AUDITS);
      prepare(world);
      const [passing] = world.graph.visible(AUDITS, 1e9, 0);
      const late = row(type, 'late', '2026-11-20T09:00:00.5Z');
      const other = async () => {
        world.graph.add(AUDITS, late);
        if (world.graph.requests.length > 0) world.graph.remove(AUDITS, passing?.line ?? '');
        await world.collect(AUDITS);
      };
      await world.collect(AUDITS, world.instance(interrupted(at, other)));
      const { lines } = world.check(AUDITS);
      expect(lines.toSorted(), `interrupted at call ${at}`).toEqual([...world.graph.shown(AUDITS)].toSorted());
      expect([3, 6]).toContain(world.graph.requests.length);
    }
  });

  it('count as new only what the loser adds, under the next number', async () => {
    const calls = await callsOf(AUDITS, prepare);
    const { world, type } = worldOf(AUDITS);
    prepare(world);
    const own = row(type, 'row-3', '2026-11-20T09:10:00Z', undefined, ',"z":1');
    world.graph.add(AUDITS, own);
    const other = async () => {
      world.graph.remove(AUDITS, own.line);
      await world.collect(AUDITS);
    };
    await world.collect(AUDITS, world.instance(interrupted(atCall(calls, 'entry'), other)));
    const { entries } = world.check(AUDITS);
    expect(readsOf(entries)).toMatchObject([
      { fetched: 12, new: 12, changed: 0, duplicate: 0 },
      {
        fetched: 13,
        new: 0,
        changed: 1,
        duplicate: 12,
        hours: { '2026-11-20T09': { new: 0, changed: 1, vanished: 0 } },
      },
    ]);
  });

  it('end with one entry when both write the very same bytes', async () => {
    const calls = await callsOf(AUDITS, prepare);
    const { world } = worldOf(AUDITS);
    prepare(world);
    world.graph.namesRequests = false;
    const answers: unknown[] = [];
    const other = async () => void (await world.collect(AUDITS));
    const interrupt = interrupted(atCall(calls, 'entry'), other);
    const around: Around = async (call, run) => {
      const answer = await interrupt(call, run);
      if (writeOf(call) === 'entry') answers.push(answer);
      return answer;
    };
    const { ledger } = await world.collect(AUDITS, world.instance(around));
    expect(answers).toEqual(['stored']);
    expect(world.check(AUDITS).entries).toHaveLength(1);
    expect(ledger.seq).toBe(0);
  });
});

describe('a winner that stored nothing into our window', () => {
  it('leaves our segments as they are: the same names, under the next number', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 12, '2026-11-20T08:10:00Z', 1200);
    world.graph.add(AUDITS, ...list);
    // The other one reads only the first, silent hour.
    const other = async () => void (await world.collect(AUDITS, undefined, { failures: 4 }));
    const calls: StoreCall[] = [];
    const record = recording(calls);
    let puts = 0;
    const around: Around = async (call, run) => {
      if (writeOf(call) === 'entry' && puts++ === 0) await other();
      return record(call, run);
    };
    await world.collect(AUDITS, world.instance(around));
    const { entries, lines, unreferenced } = world.check(AUDITS);
    expect(lines.toSorted()).toEqual(linesOf(list));
    expect(unreferenced).toEqual([]);
    expect(readsOf(entries)).toMatchObject([
      { why: 'head', from: '2026-11-19T13:00:00Z', to: '2026-11-19T14:00:00Z', new: 0 },
      { why: 'sweep', from: '2026-11-19T13:00:00Z', to: '2026-11-20T12:05:00Z', new: 12 },
    ]);
    const names = [...(world.stores.containers.get(archiveContainer(2555)) ?? new Map()).keys()];
    expect(names).toHaveLength(4);
    expect(names.every((name) => /\/0{12}-[0-9a-f]{16}\.jsonl\.gz$/.test(name))).toBe(true);
    expect(calls.map(writeOf).filter((write) => write === 'segment' || write === 'entry')).toEqual([
      'segment',
      'segment',
      'segment',
      'segment',
      'entry',
      'entry',
    ]);
    expect(world.graph.requests).toHaveLength(2);
  });
});

describe('a winner that read the beginning of our window', () => {
  const prepare = (world: World) =>
    world.graph.add(AUDITS, ...rows(world.logType(AUDITS), 12, '2026-11-19T13:10:00Z', 5400));

  it('makes ours a sweep, and head reads never overlap, whenever it comes in between', async () => {
    const calls = await callsOf(AUDITS, prepare);
    const whys = new Map<number, string[]>();
    for (const at of calls.keys()) {
      const { world } = worldOf(AUDITS);
      prepare(world);
      // The other one reads only the first hour, of which one row is.
      const other = async () => void (await world.collect(AUDITS, undefined, { failures: 4 }));
      await world.collect(AUDITS, world.instance(interrupted(at, other)));
      await world.collectAll(AUDITS);
      const { entries, lines, head } = world.check(AUDITS);
      const reads = readsOf(entries);
      const heads = reads.filter(({ why }) => why === 'head');
      const overlapping = heads.filter(({ from }, n) => n > 0 && from < String(heads[n - 1]?.to));
      expect(overlapping, `interrupted at call ${at}`).toEqual([]);
      expect(lines.toSorted(), `interrupted at call ${at}`).toEqual(linesOf(world.graph.visible(AUDITS, 1e9, 0)));
      expect(head?.to, `interrupted at call ${at}`).toBe(world.until());
      whys.set(
        at,
        reads.slice(0, 2).map(({ why }) => why),
      );
    }
    expect(whys.get(0)).toEqual(['head', 'head']);
    expect(whys.get(atCall(calls, 'segment'))).toEqual(['head', 'sweep']);
    expect(whys.get(atCall(calls, 'entry'))).toEqual(['head', 'sweep']);
  });
});

describe('a winner that comes in between two entries of a cut read', () => {
  const prepare = (world: World) =>
    world.graph.add(
      USERS,
      row(world.logType(USERS), 'undated', null),
      ...rows(world.logType(USERS), 70, '2026-11-17T10:20:00Z', 3600),
    );

  it('loses or wins, and every row is stored once', async () => {
    const calls = await callsOf(USERS, prepare);
    const writes = [...calls.keys()].filter((n) => calls[n] && ['entry', 'table'].includes(writeOf(calls[n]) ?? ''));
    const around = writes.flatMap((n) => [n - 1, n, n + 1, n + 2]).filter((n) => n < calls.length);
    // Two parts, of three entries each.
    expect(writes).toHaveLength(12);
    for (const at of around) {
      const { world } = worldOf(USERS);
      prepare(world);
      const other = async () => void (await world.collectAll(USERS));
      await world.collect(USERS, world.instance(interrupted(at, other)));
      const { lines, head } = world.check(USERS);
      expect(lines.toSorted(), `interrupted at call ${at}`).toEqual(linesOf(world.graph.visible(USERS, 1e9, 0)));
      expect(head?.to).toBe(world.until());
    }
  });
});

describe('a gap that two instances find', () => {
  it('is said once, whenever the second one comes in between', async () => {
    const begin = async () => {
      const { world } = worldOf(AUDITS);
      await world.collect(AUDITS);
      world.advance(3 * 86_400);
      return world;
    };
    const calls: StoreCall[] = [];
    const undisturbed = await begin();
    await undisturbed.collect(AUDITS, undisturbed.instance(recording(calls)));
    for (const at of calls.keys()) {
      const world = await begin();
      const other = async () => {
        world.advance(1);
        await world.collectAll(AUDITS);
      };
      await world.collect(AUDITS, world.instance(interrupted(at, other)));
      await world.collectAll(AUDITS);
      expect(world.check(AUDITS).entries.map(({ kind }) => kind)).toEqual(['read', 'gap', 'read']);
    }
  });
});

/** What random schedules must have met at least once, or they prove little. */
interface Met {
  lostRaces: number;
  crashes: number;
  unreferenced: number;
  entries: number;
}

const INSTANCES = 8;

/** Eight instances, a tenant that goes on living, and a store that fails now and then, in the order `seed` decides. */
async function simulate(seed: number, logType: string, met: Met): Promise<void> {
  const random = seeded(seed);
  const { world, type } = worldOf(logType);
  world.graph.add(logType, ...rows(type, 12, '2026-11-20T06:10:00Z', 1800));
  world.graph.pageSize = 5;
  const scheduler = createScheduler(random);
  const late: (() => Promise<unknown>)[] = [];

  const life = (): Deps => {
    const faulty =
      random() < 0.5
        ? failing(Math.floor(random() * 60), FAULTS[Math.floor(random() * FAULTS.length)] ?? 'twice', late)
        : undefined;
    return world.instance(
      async (call, run) => {
        await scheduler.turn();
        const result = await (faulty ? faulty(call, run) : run());
        if (result === 'taken') met.lostRaces += 1;
        return result;
      },
      () => scheduler.turn(),
    );
  };
  const instance = async () => {
    for (let lives = 0; lives < 2; lives += 1) {
      await world.collectAll(logType, life(), { aimedRows: 8, failures: lives }).catch((error: unknown) => {
        if (!(error instanceof Crash) && (error as Error).message !== 'the store did not answer') throw error;
        met.crashes += 1;
      });
    }
  };
  const tenant = async () => {
    for (let n = 0; n < 6; n += 1) {
      for (let turns = 0; turns < 8; turns += 1) await scheduler.turn();
      world.graph.add(logType, row(type, `live-${n}`, `2026-11-20T0${4 + n}:30:00.${seed % 10}Z`));
      if (n % 3 === 2) world.advance(900);
    }
  };
  await scheduler.run([...Array.from({ length: INSTANCES }, () => instance), tenant]);
  world.check(logType);
  for (const arrive of late) await arrive();
  world.check(logType);
  await world.collectAll(logType);
  const { lines, head, unreferenced, entries, applied } = world.check(logType);
  const stored = new Set(lines);
  const first = world.graph.visible(logType, 1, 0).filter(({ line }) => !stored.has(line));
  expect({ first, to: head?.to, applied }).toEqual({ first: [], to: world.until(), applied: entries.length });
  met.unreferenced += unreferenced.length;
  met.entries += entries.length;
}

describe('eight instances in random order', () => {
  it.each([AUDITS, 'provisioning', USERS])('keep the archive of %s whole in each of 70 schedules', async (logType) => {
    const met: Met = { lostRaces: 0, crashes: 0, unreferenced: 0, entries: 0 };
    for (let seed = 1; seed <= 70; seed += 1) {
      await simulate(seed, logType, met).catch((error: unknown) => {
        throw new Error(`schedule ${seed}`, { cause: error });
      });
    }
    for (const [what, count] of Object.entries(met)) expect(count, what).toBeGreaterThan(20);
  });

  it('go the same way again with the same seed', async () => {
    const runs = [];
    for (let n = 0; n < 2; n += 1) {
      const met: Met = { lostRaces: 0, crashes: 0, unreferenced: 0, entries: 0 };
      for (const seed of [7, 8, 9]) await simulate(seed, AUDITS, met);
      runs.push(met);
    }
    expect(runs[0]).toEqual(runs[1]);
  });
});
