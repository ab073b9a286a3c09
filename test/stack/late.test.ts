/** Rows that come late, change, or are left out of a read: the sweeps find them as days go by, and store nothing twice. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReadEntry } from '../../shared/archive/entry.ts';
import {
  compareWithTruth,
  type Host,
  notArchived,
  runTimers,
  type Stack,
  startStack,
  statusOf,
} from '../support/stack.ts';
import { storedEntries, storedLines } from '../support/storedLedger.ts';

const HOUR_MS = 3_600_000;
/** Hours from one pull to the next: over three days, and one more in which the last sweeps come due. */
const STEPS = [1, 1, 2, 4, 8, 8, 12, 12, 24, 24];

let stack: Stack;
let host: Host;
beforeAll(async () => {
  stack = await startStack({ days: 3, perDay: 4_000, seed: 61, faults: 'late-rows,changed-rows,missing-rows' });
  for (const hours of [0, ...STEPS]) {
    await stack.pass(hours * HOUR_MS);
    host = await stack.startHost();
    await runTimers(host);
  }
}, 300_000);
afterAll(() => stack.close());

it('holds everything that a reader is bound to hold, nothing that was not shown, and nothing twice', async () => {
  console.log(await notArchived(host, stack.simulator.url, 'tenant'));
  expect(await notArchived(host, stack.simulator.url, 'certain')).toEqual({});
  const comparisons = await compareWithTruth(host, stack.simulator.url);
  console.log(comparisons);
  expect(comparisons.filter(({ extra, doubled }) => extra + doubled > 0)).toEqual([]);
});

it('found late and changed rows by sweeps, and says in which entries', async () => {
  for (const { logType } of await statusOf(host)) {
    const entries = await storedEntries(stack, logType);
    const reads = entries.filter((entry): entry is ReadEntry => entry.kind === 'read').map(({ read }) => read);
    const lines = await storedLines(stack, entries);
    expect(new Set(lines).size).toBe(lines.length);
    const sweeps = reads.filter(({ why }) => why !== 'head');
    const sum = (list: typeof reads, pick: (read: (typeof reads)[number]) => number) =>
      list.reduce((total, read) => total + pick(read), 0);
    console.log(
      logType,
      lines.length,
      sweeps.length,
      'new',
      sum(sweeps, (r) => r.new),
      'changed',
      sum(sweeps, (r) => r.changed),
      'vanished',
      sum(sweeps, (r) => r.vanished),
    );
  }
});
