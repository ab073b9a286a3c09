/**
 * What the worlds of all schedules have: a clock, a tenant, a Graph and stores. Everything in it follows from the plan, down
 * to the order of calls.
 */
import { type Config, readConfig } from '../../shared/config.ts';
import { GRAPH_ORIGIN } from '../support/fakeGraph.ts';
import { containersOf, TENANT_ID } from '../support/flowHarness.ts';
import { createMemoryStores, type MemoryStores } from '../support/memoryStores.ts';
import { seeded } from '../support/scheduler.ts';
import { createSimulatedGraph } from './graph.ts';
import type { Outside } from './life.ts';
import type { Plan } from './plan.ts';
import { createTenant, type Tenant } from './tenant.ts';
import { createTurns } from './turns.ts';

export interface Base extends Omit<Outside, 'judge' | 'deleter' | 'faults' | 'withheld'> {
  readonly stores: MemoryStores;
  readonly tenant: Tenant;
  readonly random: () => number;
  readonly violations: readonly string[];
  /** The timers fire for the `n`th time. */
  firing(n: number): void;
  /** Which time they last fired for; -1 before the first. */
  fired(): number;
  /** Calls so far. */
  calls(): number;
  /** Lets everything arrive that the network holds back. */
  deliver(): Promise<void>;
}

export interface BaseOptions {
  /** Calls that no schedule needs: whoever makes so many makes no progress. */
  readonly mostCalls: number;
  /** Seconds by which Graph's clock is ahead of the simulation's. */
  readonly graphSkew: number;
  /** The share of pages that show a row twice. */
  readonly repeats: number;
}

/** Milliseconds that a call takes. */
const CALL_MS = 20;

export function createBase(
  plan: Plan,
  config: Config,
  { mostCalls, graphSkew, repeats }: BaseOptions,
  trace: (line: string) => void,
): Base {
  const random = seeded(plan.seed ^ 0x1234567);
  // Production uses chance for the jitter of retries and for ids; both have to be the seed's too.
  Math.random = seeded(plan.seed ^ 0x2545f491);
  const tally = new Map<string, number>();
  const violations: string[] = [];
  const late: (() => Promise<unknown>)[] = [];
  let [time, calls, fired] = [plan.start, 0, -1];
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
  const graph = createSimulatedGraph(now, random, { pageSize: plan.pageSize, dateOffset: graphSkew, repeats });
  return {
    config,
    random,
    graph,
    stores,
    tenant: createTenant(plan, graph, config.logTypes, random, tally),
    turns: createTurns(random),
    tally,
    late,
    violations,
    now,
    pass,
    trace,
    found,
    firing(n) {
      fired = n;
    },
    fired: () => fired,
    calls: () => calls,
    called() {
      if (violations.length > 0) return undefined;
      calls += 1;
      pass(CALL_MS);
      if (calls > mostCalls) found(`more than ${mostCalls} calls: no progress is made`);
      return calls - 1;
    },
    async deliver() {
      for (const arrive of late.splice(0)) await arrive();
    },
  };
}

/** The settings of a plan. @param more as in the environment. */
export function configOf(plan: Plan, more: Readonly<Record<string, string>> = {}): Config {
  return readConfig({
    TENANT_ID,
    GRAPH_BASE_URL: GRAPH_ORIGIN,
    ArchiveStorage: 'UseDevelopmentStorage=true',
    AUTH_MODE: 'none',
    LOG_TYPES: plan.logTypes.join(','),
    SOURCE_RETENTION_DAYS__directoryAudits: String(plan.sourceDays),
    SOURCE_RETENTION_DAYS__provisioning: String(plan.sourceDays),
    ...more,
  });
}
