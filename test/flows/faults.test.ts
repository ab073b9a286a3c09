/**
 * The commit under faults: every store call of one round, gone wrong in every way.
 *
 * After each fault the archive must be whole as it stands, and after one more run it must hold exactly what Graph had.
 */
import { describe, expect, it } from 'vitest';
import { linesOf, row, rows, type World, worldOf } from '../support/flowHarness.ts';
import { FAULTS, type Fault, failing, recording, type StoreCall, writeOf } from '../support/storeHooks.ts';

interface Scenario {
  readonly logType: string;
  /** Brings a new world to where the round begins. */
  readonly prepare: (world: World) => Promise<void>;
  /** What the ledger must say in the end, whatever went wrong. */
  readonly kinds: readonly string[];
}

const AUDITS = 'directoryAudits';

const addHours = (world: World, count: number, from = '2026-11-20T08:10:00Z') => {
  for (const { name } of world.config.logTypes) world.graph.add(name, ...rows(world.logType(name), count, from, 1200));
};

const SCENARIOS: Record<string, Scenario> = {
  'an empty window': { logType: AUDITS, prepare: async () => undefined, kinds: ['read'] },
  'a window of four hours': { logType: AUDITS, prepare: async (world) => addHours(world, 12), kinds: ['read'] },
  'the second window': {
    logType: AUDITS,
    prepare: async (world) => {
      addHours(world, 12);
      await world.collect(AUDITS);
      world.graph.add(AUDITS, ...rows(world.logType(AUDITS), 4, '2026-11-20T12:05:00Z', 200, 'second'));
      world.advance(900);
    },
    kinds: ['read', 'read'],
  },
  'a table that is behind': {
    logType: AUDITS,
    prepare: async (world) => {
      addHours(world, 12);
      await world.collect(AUDITS);
      world.stores.partitions.clear();
      world.graph.add(AUDITS, row(world.logType(AUDITS), 'second', '2026-11-20T12:10:00Z'));
      world.advance(900);
    },
    kinds: ['read', 'read'],
  },
  'a gap': {
    logType: AUDITS,
    prepare: async (world) => {
      await world.collect(AUDITS);
      world.advance(3 * 86_400);
    },
    kinds: ['read', 'gap'],
  },
  'a first read of a state type, undated rows included': {
    logType: 'riskyUsers',
    prepare: async (world) => {
      addHours(world, 8);
      world.graph.add('riskyUsers', row(world.logType('riskyUsers'), 'undated', null));
    },
    kinds: ['read'],
  },
  'a read of two entries': {
    logType: 'riskyUsers',
    prepare: async (world) =>
      world.graph.add('riskyUsers', ...rows(world.logType('riskyUsers'), 14, '2026-11-17T10:20:00Z', 3600)),
    kinds: ['read', 'read'],
  },
};

/** The calls of a round in which nothing goes wrong. */
async function callsOf({ logType, prepare }: Scenario): Promise<StoreCall[]> {
  const { world } = worldOf(logType);
  await prepare(world);
  const calls: StoreCall[] = [];
  await world.collect(logType, world.instance(recording(calls)));
  return calls;
}

/** All calls but the segments in the midst of others, which differ in nothing but their number. */
function telling(calls: readonly StoreCall[]): number[] {
  const isSegment = (n: number) => calls[n] !== undefined && writeOf(calls[n]) === 'segment';
  return [...calls.keys()].filter((n) => !(isSegment(n - 1) && isSegment(n) && isSegment(n + 1)));
}

async function goThrough({ logType, prepare, kinds }: Scenario, at: number, fault: Fault): Promise<void> {
  const { world } = worldOf(logType);
  await prepare(world);
  const late: (() => Promise<unknown>)[] = [];
  const outcome = world.collect(logType, world.instance(failing(at, fault, late)));
  if (fault === 'twice') await outcome;
  else await expect(outcome).rejects.toThrow();
  const before = world.check(logType);

  const asked = world.graph.requests.length;
  await world.collect(logType);
  const after = world.check(logType);
  expect(after.entries.map(({ kind }) => kind).slice(0, kinds.length)).toEqual(kinds);
  // What was committed is not read again.
  if (before.entries.length === kinds.length && !kinds.includes('gap')) expect(world.graph.requests.length).toBe(asked);

  for (const arrive of late) await arrive();
  world.check(logType);
  await world.collectAll(logType);
  const last = world.check(logType);
  expect(last.lines.toSorted()).toEqual(linesOf(world.graph.visible(logType, Number.POSITIVE_INFINITY, 0)));
  expect(last.head?.to).toBe(world.until());
  expect(last.applied).toBe(last.entries.length);
}

describe.each(Object.entries(SCENARIOS))('%s', (_what, scenario) => {
  it.each(FAULTS)('is whole after any call of the round went wrong: %s', async (fault) => {
    const calls = await callsOf(scenario);
    expect(calls.some((call) => writeOf(call) === 'entry') && calls.some((call) => writeOf(call) === 'table')).toBe(
      true,
    );
    for (const at of telling(calls)) {
      await goThrough(scenario, at, fault).catch((error: unknown) => {
        throw new Error(`${fault}, call ${at}: ${calls[at]?.op} ${calls[at]?.target}`, { cause: error });
      });
    }
  });
});
