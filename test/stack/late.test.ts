/** Rows that come late, change, or are left out of a read: the sweeps find them as days go by, and store nothing twice. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReadEntry } from '../../shared/archive/entry.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import {
  compareWithTruth,
  type Host,
  notArchived,
  readLines,
  runTimers,
  type Stack,
  startStack,
} from '../support/stack.ts';
import { storedEntries, storedLines } from '../support/storedLedger.ts';

const HOUR_MS = 3_600_000;
/** Fixed, so that the rows and their fates are the same in every run. */
const ORIGIN = Date.parse('2026-11-18T09:20:00Z');
const HISTORY_DAYS = 2;
/** Hours from one pull to the next. In the end the newest row of the history is old enough for its re-read at 3 days. */
const STEPS = [1, 3, 8, 12, 24, 24, 24];
const LOG_TYPES = ['interactiveSignIns', 'nonInteractiveSignIns', 'directoryAudits', 'riskDetections', 'riskyUsers'];

let stack: Stack;
let host: Host;
beforeAll(async () => {
  stack = await startStack({
    days: HISTORY_DAYS,
    perDay: 3_000,
    origin: ORIGIN,
    seed: 61,
    faults: 'late-rows,changed-rows,missing-rows',
    settings: {
      LOG_TYPES: LOG_TYPES.join(),
      ...Object.fromEntries(LOG_TYPES.map((name) => [`SOURCE_RETENTION_DAYS__${name}`, '10'])),
    },
  });
  for (const hours of [0, ...STEPS]) {
    await stack.pass(hours * HOUR_MS);
    host = await stack.startHost();
    await runTimers(host);
  }
}, 300_000);
afterAll(() => stack.close());

it('holds everything that a reader is bound to hold, nothing that was not shown, and nothing twice', async () => {
  expect(await notArchived(host, stack.simulator.url, 'certain')).toEqual({});
  const comparisons = await compareWithTruth(host, stack.simulator.url);
  expect(comparisons.map(({ logType }) => logType)).toEqual(LOG_TYPES);
  expect(comparisons.filter(({ extra, doubled }) => extra + doubled > 0)).toEqual([]);
});

it('has every row of the first two days, however late it came', async () => {
  const range = `from=${iso(ORIGIN - HISTORY_DAYS * 24 * HOUR_MS)}&to=${iso(ORIGIN)}`;
  for (const logType of LOG_TYPES) {
    const existing = await ids(`${stack.simulator.url}/_simulator/tenant/${logType}?${range}`);
    const archived = await ids(`${host.url}/api/logs/${logType}?${range}`);
    expect([logType, [...existing.difference(archived)]]).toEqual([logType, []]);
  }
});

it('found by sweeps what came late and what changed, in the ledger entry by entry', async () => {
  for (const logType of ['interactiveSignIns', 'nonInteractiveSignIns', 'directoryAudits']) {
    const entries = await storedEntries(stack, logType);
    const sweeps = entries.filter((entry) => entry.kind === 'read').filter(({ read }) => read.why === 'sweep');
    expect(sum(sweeps, 'new'), logType).toBeGreaterThan(0);
    expect(sum(sweeps, 'changed'), logType).toBeGreaterThan(0);
    const found = sweeps.filter(({ read }) => read.new + read.changed > 0);
    expect((await storedLines(stack, found)).length).toBe(sum(sweeps, 'new') + sum(sweeps, 'changed'));
    const lines = await storedLines(stack, entries);
    expect(new Set(lines).size, `${logType} stores no version twice`).toBe(lines.length);
  }
});

function sum(entries: readonly ReadEntry[], count: 'new' | 'changed'): number {
  return entries.reduce((total, { read }) => total + read[count], 0);
}

function iso(milliseconds: number): string {
  return formatSeconds(milliseconds / 1000);
}

async function ids(url: string): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const line of readLines(url)) found.add((JSON.parse(line.toString()) as { id: string }).id);
  return found;
}
