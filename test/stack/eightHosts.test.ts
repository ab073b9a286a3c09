/**
 * Eight hosts at once against one Graph with its real limits: the budget is kept by a row of the table, not by there
 * being one host, and contention starves no log type.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { fire, type Host, PULL_TIMERS, pause, runningTimers, type Stack, startStack } from '../support/stack.ts';
import { storedEntries, storedLines } from '../support/storedLedger.ts';

const HOSTS = 8;
/** Requests after which the limits have been tried well enough: more than 90 seconds' worth. */
const REQUESTS = { all: 150 };
const logTypes = [...LOG_TYPES.values()].filter(({ optional }) => !optional).map(({ name }) => name);

let stack: Stack;
let hosts: Host[];
beforeAll(async () => {
  stack = await startStack({ days: 2, perDay: 2_000, seed: 41, speed: 1 });
  hosts = await Promise.all(Array.from({ length: HOSTS }, () => stack.startHost()));
});
afterAll(() => stack.close());

it('never exceed a limit of Graph, let every log type progress, and leave whole ledgers', async () => {
  let simulator = await described();
  const began = Date.now();
  for (;;) {
    for (const host of hosts) await fireIdle(host);
    await pause(1000);
    simulator = await described();
    if (simulator.requests >= REQUESTS.all && (await reads()).every(({ count }) => count > 0)) break;
    if (Date.now() - began > 300_000) break;
  }
  console.log((Date.now() - began) / 1000, JSON.stringify(simulator), JSON.stringify(await reads()));
  for (const host of hosts) expect(await host.stop('SIGTERM')).toBe(0);
  expect((await described()).violations).toEqual({ reports: 0, risk: 0 });
  for (const logType of logTypes) {
    const entries = await storedEntries(stack, logType);
    const lines = await storedLines(stack, entries);
    expect(new Set(lines).size, `${logType} stores no version twice`).toBe(lines.length);
  }
});

async function fireIdle(host: Host): Promise<void> {
  const running = await runningTimers(host);
  for (const timer of PULL_TIMERS) if (!running.includes(timer)) await fire(host, timer);
}

async function described(): Promise<{ requests: number; violations: Record<string, number> }> {
  return (await (await fetch(`${stack.simulator.url}/_simulator`)).json()) as never;
}

/** How many windows each ledger says were read. */
async function reads(): Promise<{ logType: string; count: number }[]> {
  return Promise.all(
    logTypes.map(async (logType) => {
      const entries = await storedEntries(stack, logType);
      return { logType, count: entries.filter(({ kind }) => kind === 'read').length };
    }),
  );
}
