/**
 * Eight hosts at once against one Graph with its real limits: the budget is kept by a row of the table, not by there
 * being one host, and contention starves no log type.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { fire, type Host, PULL_TIMERS, pause, runningTimers, type Stack, startStack } from '../support/stack.ts';
import { storedEntries, storedLines } from '../support/storedLedger.ts';

const HOSTS = 8;
/** Requests that try the limits well enough: at 0.4 a second for reports and 0.5 for risk, two minutes of them. */
const REQUESTS = 110;
const logTypes = [...LOG_TYPES.values()].filter(({ optional }) => !optional).map(({ name }) => name);

let stack: Stack;
let hosts: Host[];
beforeAll(async () => {
  // More days than can be read in the time, of few records: every host is busy to the end.
  stack = await startStack({ days: 30, perDay: 600, seed: 41, speed: 1 });
  hosts = await Promise.all(Array.from({ length: HOSTS }, () => stack.startHost()));
}, 300_000);
afterAll(() => stack.close());

it('never exceed a limit of Graph, let every log type progress, and leave whole ledgers', async () => {
  for (const host of hosts) for (const timer of PULL_TIMERS) await fire(host, timer);
  do await pause(2000);
  while ((await described()).requests < REQUESTS || (await withoutRead()).length > 0);
  const busy = await Promise.all(hosts.map(runningTimers));
  expect(busy.map((timers) => timers.toSorted())).toEqual(hosts.map(() => PULL_TIMERS));

  for (const host of hosts) expect(await host.stop('SIGTERM')).toBe(0);
  expect((await described()).violations).toEqual({ reports: 0, risk: 0 });
  for (const logType of logTypes) {
    const lines = await storedLines(stack, await storedEntries(stack, logType));
    expect(new Set(lines).size, `${logType} stores no version twice`).toBe(lines.length);
  }
});

async function described(): Promise<{ requests: number; violations: Record<string, number> }> {
  return (await (await fetch(`${stack.simulator.url}/_simulator`)).json()) as never;
}

/** The log types whose ledger has not said yet that a window was read. */
async function withoutRead(): Promise<string[]> {
  const without: string[] = [];
  for (const logType of logTypes) {
    const entries = await storedEntries(stack, logType);
    if (!entries.some(({ kind }) => kind === 'read')) without.push(logType);
  }
  return without;
}
