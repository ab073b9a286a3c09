/**
 * One schedule: a tenant, timers that fire for hours or days, instances that overlap, crash and are held back, and in the
 * end a quiet time in which the archive must become whole.
 */

import { coverage } from '../../shared/archive/coverage.ts';
import { readConfig } from '../../shared/config.ts';
import { knownGaps, piecesBetween, wideReads } from '../../shared/coverageIndex.ts';
import type { Deps } from '../../shared/deps.ts';
import { applyLedger } from '../../shared/ledger.ts';
import type { GraphBudget, LogType } from '../../shared/logTypes.ts';
import { type PullSummary, pull } from '../../shared/pull.ts';
import { scheduleOf } from '../../shared/schedule.ts';
import { GRAPH_ORIGIN } from '../support/fakeGraph.ts';
import { containersOf, SETTLE_SECONDS, TENANT_ID } from '../support/flowHarness.ts';
import { createMemoryStores } from '../support/memoryStores.ts';
import { seeded } from '../support/scheduler.ts';
import { type FaultSource, noFaults, randomFaults } from './faults.ts';
import { createSimulatedGraph } from './graph.ts';
import { createJudge, OVERDUE } from './judge.ts';
import { live, type Outside } from './life.ts';
import type { Plan } from './plan.ts';
import { count, type Tally } from './tally.ts';
import { createTenant } from './tenant.ts';
import { createTurns } from './turns.ts';

export interface Outcome {
  /** In the order they were found; the schedule ends with the first. */
  readonly violations: readonly string[];
  readonly calls: number;
  /** Which of the calls went to Graph. */
  readonly graphCalls: readonly number[];
  readonly tally: Tally;
}

/** Calls that no schedule needs: whoever makes so many makes no progress. */
const MOST_CALLS = 20_000;
/** Quiet runs after which everything must be up to date. */
const MOST_QUIET_RUNS = 40;
const MINUTE = 60_000;
const BUDGETS = ['reports', 'risk'] as const;

/**
 * Runs a schedule to its end, or to the first violation.
 * @param trace told of every call and what became of it.
 * @param faults what goes wrong; by default what the plan says.
 */
export async function runSchedule(
  plan: Plan,
  trace: (line: string) => void = () => {},
  faults: FaultSource = randomFaults(seeded(plan.seed ^ 0x5f3759df), plan.faultRate, plan.graphFaultRate),
): Promise<Outcome> {
  const random = seeded(plan.seed ^ 0x1234567);
  // The only other use of chance is the jitter of retries; it has to be the seed's too.
  Math.random = seeded(plan.seed ^ 0x2545f491);
  const config = configOf(plan);
  const tally: Tally = new Map();
  const violations: string[] = [];
  let now = plan.start;
  let calls = 0;
  const graphCalls: number[] = [];
  const found = (violation: string) => {
    trace(`VIOLATION ${violation}`);
    violations.push(violation);
  };
  const pass = (milliseconds: number) => {
    now += Math.round(milliseconds);
  };
  const stores = createMemoryStores({ now: () => now });
  for (const container of containersOf(config)) stores.containers.set(container, new Map());
  const graph = createSimulatedGraph(() => now, random, {
    pageSize: plan.pageSize,
    dateOffset: plan.graphSkew,
    repeats: 0.05,
  });
  const { logTypes } = config;
  const judge = createJudge({ stores, graph, tenantId: TENANT_ID, logTypes, tally, found });
  const tenant = createTenant(plan, graph, logTypes, random, tally);
  const turns = createTurns(random);
  const outside: Outside = {
    config,
    graph,
    judge,
    turns,
    faults,
    tally,
    late: [],
    now: () => now,
    called(toGraph) {
      if (violations.length > 0) return undefined;
      calls += 1;
      pass(20);
      if (calls > MOST_CALLS) found(`more than ${MOST_CALLS} calls: no progress is made`);
      if (toGraph) graphCalls.push(calls - 1);
      return calls - 1;
    },
    pass,
    trace,
    found,
  };
  const deliver = async () => {
    for (const arrive of outside.late.splice(0)) await arrive();
  };

  const day = 86_400_000;
  tenant.fill(plan.start - day);
  tenant.plan(plan.start - plan.sourceDays * day, plan.start);
  tenant.live(plan.start);

  for (const [n, pause] of plan.pauses.entries()) {
    if (violations.length > 0) break;
    const before = now;
    pass(pause * 1000);
    tenant.plan(before, now);
    tenant.live(now);
    trace(`--- ${new Date(now).toISOString()}`);
    if (random() < 0.5) await deliver();
    turns.wake();
    const instances = 1 + Math.floor(random() * plan.instances);
    for (let i = 0; i < instances; i += 1) {
      const [behind, ahead] = plan.clockSkew;
      const skew = Math.round(random() * (behind + ahead)) - behind;
      for (const budget of BUDGETS) {
        if (!logTypes.some((logType) => logType.budget === budget)) continue;
        turns.spawn(() => live(outside, `${n}.${i}`, skew, (deps) => pull(deps, budget, NEVER)));
      }
    }
    turns.spawn(async () => {
      for (let i = 0; i < 3; i += 1) {
        for (let k = Math.floor(random() * 25); k >= 0; k -= 1) await turns.turn();
        if (random() < 0.3) tenant.hurry();
        if (random() < 0.3) await deliver();
      }
    });
    await turns.run();
  }

  turns.wake();
  await turns.run();
  await deliver();
  // The weather clears: one instance, no faults, and time for the sweeps that are due.
  for (const pause of [0, ...LATER.filter((seconds) => seconds < plan.sourceDays * 86_400)]) {
    pass(pause * 1000);
    tenant.live(now);
    trace(`--- ${new Date(now).toISOString()}, quiet`);
    await catchUp();
  }
  if (violations.length === 0) await judge.covers(coverageOf, now / 1000);
  if (violations.length === 0) judge.finish(now / 1000);
  count(tally, 'calls', calls);
  return { violations, calls, graphCalls, tally };

  /** Up to where everything can have been read by now, by the slower of our clock and Graph's: seconds since 1970. */
  function due(): number {
    return now / 1000 + Math.min(0, plan.graphSkew) - SETTLE_SECONDS - 2 * 60;
  }

  async function catchUp(): Promise<void> {
    for (let n = 1; violations.length === 0; n += 1) {
      const left: string[] = [];
      for (const budget of BUDGETS)
        if (!(await quietRun(budget))) left.push(`a run of ${budget} that failed or took long`);
      left.push(...logTypes.map(({ name }) => name).filter((name) => (judge.headOf(name) ?? 0) < due()));
      if (left.length === 0) return;
      if (n === MOST_QUIET_RUNS) found(`still not up to date after ${n} quiet runs: ${left}`);
      pass(15 * MINUTE);
      tenant.live(now);
    }
  }

  /** @returns whether it did all there was to do. */
  async function quietRun(budget: GraphBudget): Promise<boolean> {
    if (!logTypes.some((logType) => logType.budget === budget)) return true;
    let summary: PullSummary | undefined;
    const before = now;
    const work = async (deps: Deps) => {
      summary = await pull(deps, budget, NEVER);
    };
    turns.spawn(() => live({ ...outside, faults: noFaults }, 'quiet', 0, work));
    await turns.run();
    return summary?.failed.length === 0 && now - before < config.runBudgetSeconds * 1000;
  }

  async function coverageOf(logType: LogType, from: number, to: number) {
    const ledger = await applyLedger({ blobs: judge.blobs, state: judge.state, config } as Deps, logType.name);
    const table = { config, state: judge.state };
    const known = {
      pieces: await piecesBetween(table, logType.name, from, to),
      gaps: await knownGaps(table, logType.name),
      wide: await wideReads(table, logType.name),
      schedule: scheduleOf(ledger, logType),
      reach: ledger.head && { from: ledger.head.from, to: ledger.reach ?? ledger.head.to },
      unavailable: ledger.unavailable?.cause,
    };
    return coverage(known, from, to, Math.floor(now / 1000), OVERDUE);
  }
}

/** Seconds after the last timer at which everything is looked at again. */
const LATER = [3 * 3600, 26 * 3600];
const NEVER = new AbortController().signal;

function configOf(plan: Plan) {
  return readConfig({
    TENANT_ID,
    GRAPH_BASE_URL: GRAPH_ORIGIN,
    ArchiveStorage: 'UseDevelopmentStorage=true',
    AUTH_MODE: 'none',
    LOG_TYPES: plan.logTypes.join(','),
    SOURCE_RETENTION_DAYS__directoryAudits: String(plan.sourceDays),
    SOURCE_RETENTION_DAYS__provisioning: String(plan.sourceDays),
  });
}
