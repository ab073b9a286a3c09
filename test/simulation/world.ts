/**
 * The world of one schedule: a clock, a tenant, a Graph, stores, and what watches them. Everything in it follows from the
 * plan, down to the order of calls.
 */
import { type Config, readConfig } from '../../shared/config.ts';
import { isGraphs } from '../../shared/logTypes.ts';
import { GRAPH_ORIGIN } from '../support/fakeGraph.ts';
import { containersOf, TENANT_ID } from '../support/flowHarness.ts';
import { createMemoryStores } from '../support/memoryStores.ts';
import { seeded } from '../support/scheduler.ts';
import { type FaultSource, WITHHELD } from './faults.ts';
import { createSimulatedGraph } from './graph.ts';
import { createJudge, type Judge } from './judge.ts';
import type { Outside } from './life.ts';
import type { Plan } from './plan.ts';
import type { Tally } from './tally.ts';
import { createTenant, type Tenant } from './tenant.ts';
import { createTurns } from './turns.ts';

/** What all of a schedule shares. */
export interface World extends Outside {
  readonly judge: Judge;
  readonly plan: Plan;
  readonly tenant: Tenant;
  readonly random: () => number;
  readonly violations: readonly string[];
  /** The timers fire for the `n`th time. */
  firing(n: number): void;
  /** Calls so far, and which of them went to Graph. */
  calls(): number;
  readonly graphCalls: readonly number[];
  /** Lets everything arrive that the network holds back. */
  deliver(): Promise<void>;
  /** Ids of the sweeps that were asked for and confirmed. */
  readonly requests: string[];
}

/** Calls that no schedule needs: whoever makes so many makes no progress. */
const MOST_CALLS = 20_000;
/** Milliseconds that a call takes. */
const CALL_MS = 20;
/** The share of pages that show a row twice. */
const REPEATS = 0.05;

export function createSchedule(plan: Plan, faults: FaultSource, trace: (line: string) => void): World {
  const random = seeded(plan.seed ^ 0x1234567);
  // Production uses chance for the jitter of retries and for ids; both have to be the seed's too.
  Math.random = seeded(plan.seed ^ 0x2545f491);
  const config = configOf(plan);
  const { logTypes } = config;
  const tally: Tally = new Map();
  const violations: string[] = [];
  const graphCalls: number[] = [];
  const late: (() => Promise<unknown>)[] = [];
  let time = plan.start;
  let calls = 0;
  let fired = -1;
  const now = () => time;
  const found = (violation: string) => {
    trace(`VIOLATION ${violation}`);
    violations.push(violation);
  };
  const pass = (milliseconds: number) => {
    time += Math.round(milliseconds);
  };
  const stores = createMemoryStores({ now });
  for (const container of containersOf(config)) stores.containers.set(container, new Map());
  const graph = createSimulatedGraph(now, random, {
    pageSize: plan.pageSize,
    dateOffset: plan.graphSkew,
    repeats: REPEATS,
  });
  return {
    plan,
    config,
    random,
    graph,
    deleter: stores.deleter,
    judge: createJudge({ stores, graph, tenantId: TENANT_ID, logTypes, tally, found }),
    tenant: createTenant(plan, graph, logTypes, random, tally),
    turns: createTurns(random),
    faults,
    tally,
    late,
    violations,
    graphCalls,
    requests: [],
    now,
    pass,
    trace,
    found,
    firing(n) {
      fired = n;
    },
    withheld: () =>
      plan.withheld && fired >= plan.withheld.from && fired < plan.withheld.to ? WITHHELD[plan.withheld.as] : undefined,
    calls: () => calls,
    called(toGraph) {
      if (violations.length > 0) return undefined;
      calls += 1;
      pass(CALL_MS);
      if (calls > MOST_CALLS) found(`more than ${MOST_CALLS} calls: no progress is made`);
      if (toGraph) graphCalls.push(calls - 1);
      return calls - 1;
    },
    async deliver() {
      for (const arrive of late.splice(0)) await arrive();
    },
  };
}

/** Without the access log, which no pull reads: crashes of its collection are tried call by call. */
function configOf(plan: Plan): Config {
  const config = readConfig({
    TENANT_ID,
    GRAPH_BASE_URL: GRAPH_ORIGIN,
    ArchiveStorage: 'UseDevelopmentStorage=true',
    AUTH_MODE: 'none',
    LOG_TYPES: plan.logTypes.join(','),
    SOURCE_RETENTION_DAYS__directoryAudits: String(plan.sourceDays),
    SOURCE_RETENTION_DAYS__provisioning: String(plan.sourceDays),
  });
  const logTypes = config.logTypes.filter(isGraphs);
  return { ...config, logTypes, everyLogType: logTypes };
}
