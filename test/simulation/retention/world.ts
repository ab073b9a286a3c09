/** The world of one schedule in which retentions end. */
import { type Config, readConfig } from '../../../shared/config.ts';
import { GRAPH_ORIGIN } from '../../support/fakeGraph.ts';
import { containersOf, TENANT_ID } from '../../support/flowHarness.ts';
import { createMemoryStores, type MemoryStores } from '../../support/memoryStores.ts';
import { seeded } from '../../support/scheduler.ts';
import { randomFaults } from '../faults.ts';
import { createSimulatedGraph } from '../graph.ts';
import type { Outside } from '../life.ts';
import type { Tally } from '../tally.ts';
import { createTenant, type Tenant } from '../tenant.ts';
import { createTurns } from '../turns.ts';
import { createRetentionJudge, type RetentionJudge } from './judge.ts';
import type { RetentionPlan } from './plan.ts';

export interface RetentionWorld extends Outside {
  readonly plan: RetentionPlan;
  readonly judge: RetentionJudge;
  readonly stores: MemoryStores;
  readonly tenant: Tenant;
  readonly random: () => number;
  readonly violations: readonly string[];
  /** The timers fire for the `n`th time. */
  firing(n: number): void;
  calls(): number;
  /** Lets everything arrive that the network holds back. */
  deliver(): Promise<void>;
}

/** Whoever makes so many calls makes no progress. */
const MOST_CALLS = 40_000;
const CALL_MS = 20;

export function createRetentionWorld(plan: RetentionPlan, trace: (line: string) => void): RetentionWorld {
  const random = seeded(plan.seed ^ 0x1234567);
  // Production uses chance for ids; they have to be the seed's too.
  Math.random = seeded(plan.seed ^ 0x2545f491);
  const config = configOf(plan);
  const tally: Tally = new Map();
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
  const graph = createSimulatedGraph(now, random, { pageSize: plan.pageSize, dateOffset: 0, repeats: 0 });
  const isLocked = () => fired >= plan.lockedFrom && fired < plan.lockedTo;
  const judge = createRetentionJudge({ stores, tally, now, signs: plan.signs, isLocked, found });
  return {
    plan,
    config,
    stores,
    random,
    graph,
    judge,
    deleter: judge.deleter,
    tenant: createTenant(plan, graph, config.logTypes, random, tally),
    turns: createTurns(random),
    faults: randomFaults(seeded(plan.seed ^ 0x5f3759df), plan.faultRate, 0),
    tally,
    late,
    violations,
    now,
    pass,
    trace,
    found,
    withheld: () => undefined,
    firing(n) {
      fired = n;
    },
    calls: () => calls,
    called() {
      if (violations.length > 0) return undefined;
      calls += 1;
      pass(CALL_MS);
      if (calls > MOST_CALLS) found(`more than ${MOST_CALLS} calls: no progress is made`);
      return calls - 1;
    },
    async deliver() {
      for (const arrive of late.splice(0)) await arrive();
    },
  };
}

function configOf(plan: RetentionPlan): Config {
  const days = String(plan.sourceDays);
  return readConfig({
    TENANT_ID,
    GRAPH_BASE_URL: GRAPH_ORIGIN,
    ArchiveStorage: 'UseDevelopmentStorage=true',
    AUTH_MODE: 'none',
    LOG_TYPES: plan.logTypes.join(','),
    SOURCE_RETENTION_DAYS__directoryAudits: days,
    SOURCE_RETENTION_DAYS__provisioning: days,
    ...(plan.sweepAges !== undefined && { SWEEP_AGES: plan.sweepAges }),
    ...(plan.signs && { SIGNING_KEY: 'here.pem' }),
    ...Object.fromEntries(
      Object.entries(plan.retentionDays).map(([name, kept]) => [`RETENTION_DAYS__${name}`, String(kept)]),
    ),
  });
}
