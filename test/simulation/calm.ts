/**
 * The end of a schedule: no faults, one instance, and time for the sweeps that are due. The archive must become whole,
 * and what it says of itself must be true.
 */
import { instantFromSeconds } from '../../shared/archive/time.ts';
import { readCoverage } from '../../shared/coverage.ts';
import type { Deps } from '../../shared/deps.ts';
import type { GraphBudget, LogType } from '../../shared/logTypes.ts';
import { type PullSummary, pull } from '../../shared/pull.ts';
import { findRequest } from '../../shared/requests.ts';
import { SETTLE_SECONDS } from '../support/flowHarness.ts';
import { noFaults } from './faults.ts';
import { live } from './life.ts';
import { BUDGETS, NEVER } from './storm.ts';
import { count } from './tally.ts';
import type { TrueSpan } from './truth.ts';
import type { World } from './world.ts';

/** Runs after which everything must be up to date. */
const MOST_RUNS = 40;
/** Seconds after the last timer at which all is looked at again: after the first sweep, and after that of a day. */
const LATER = [0, 3 * 3600, 26 * 3600];
const MINUTE = 60_000;

/** Catches up, and again as sweeps fall due, and judges the whole. */
export async function calmDown(world: World): Promise<void> {
  world.firing(Number.POSITIVE_INFINITY);
  world.turns.wake();
  await world.turns.run();
  await world.deliver();
  for (const pause of LATER.filter((seconds) => seconds < world.plan.sourceDays * 86_400)) {
    world.pass(pause * 1000);
    world.tenant.live(world.now());
    world.trace(`--- ${new Date(world.now()).toISOString()}, quiet`);
    await catchUp(world);
  }
  if (world.violations.length > 0) return;
  await quietly(world, async (deps) => {
    const now = world.now() / 1000;
    await world.judge.covers((logType, from, to) => coverageOf(deps, logType, from, to), now);
    for (const id of world.requests) await judgeRequest(world, deps, id);
  });
  world.judge.finish(world.now() / 1000);
}

async function catchUp(world: World): Promise<void> {
  const names = world.config.logTypes.map(({ name }) => name);
  for (let n = 1; world.violations.length === 0; n += 1) {
    const left: string[] = [];
    for (const budget of BUDGETS) {
      if (!(await quietRun(world, budget))) left.push(`a run of ${budget} that failed or took long`);
    }
    left.push(...names.filter((name) => (world.judge.headOf(name) ?? 0) < due(world)));
    if (left.length === 0) return;
    if (n === MOST_RUNS) world.found(`still not up to date after ${n} quiet runs: ${left}`);
    world.pass(15 * MINUTE);
    world.tenant.live(world.now());
  }
}

/** Up to where everything can have been read by now, by the slower of our clock and Graph's: seconds since 1970. */
function due({ now, plan }: World): number {
  return now() / 1000 + Math.min(0, plan.graphSkew) - SETTLE_SECONDS - 2 * 60;
}

/** @returns whether it did all there was to do. */
async function quietRun(world: World, budget: GraphBudget): Promise<boolean> {
  if (!world.config.logTypes.some((logType) => logType.budget === budget)) return true;
  let summary: PullSummary | undefined;
  const before = world.now();
  await quietly(world, async (deps) => {
    summary = await pull(deps, budget, NEVER);
  });
  return summary?.failed.length === 0 && world.now() - before < world.config.runBudgetSeconds * 1000;
}

async function quietly(world: World, work: (deps: Deps) => Promise<void>): Promise<void> {
  world.turns.spawn(() => live({ ...world, faults: noFaults }, 'quiet', 0, work));
  await world.turns.run();
}

async function coverageOf(deps: Deps, logType: LogType, from: number, to: number): Promise<TrueSpan[]> {
  const range = { from: instantFromSeconds(from), to: instantFromSeconds(to) };
  const { spans } = await readCoverage(deps, logType, range);
  return spans.map((span) => ({ from: seconds(span.from), to: seconds(span.to), state: span.state }));
}

/** A sweep that was asked for, and confirmed, has been made. */
async function judgeRequest(world: World, deps: Deps, id: string): Promise<void> {
  const request = await findRequest(deps, id);
  count(world.tally, 'request: confirmed');
  if (!request) return world.found(`the request ${id} was confirmed and is gone`);
  if (request.reached < request.to) world.found(`the request ${id} was read again only up to ${request.reached}`);
}

function seconds(text: string): number {
  return Date.parse(text) / 1000;
}
