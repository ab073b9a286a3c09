/** The world of one schedule of the flow in, and what watches it. */
import { isGraphs } from '../../shared/logTypes.ts';
import { TENANT_ID } from '../support/flowHarness.ts';
import { type Base, configOf, createBase } from './base.ts';
import { type FaultSource, WITHHELD } from './faults.ts';
import { createJudge, type Judge } from './judge.ts';
import type { Outside } from './life.ts';
import type { Plan } from './plan.ts';

/** What all of a schedule shares. */
export interface World extends Base, Outside {
  readonly judge: Judge;
  readonly plan: Plan;
  /** Which calls went to Graph. */
  readonly graphCalls: readonly number[];
  /** Ids of the sweeps that were asked for and confirmed. */
  readonly requests: string[];
}

const MOST_CALLS = 20_000;
const REPEATS = 0.05;

export function createSchedule(plan: Plan, faults: FaultSource, trace: (line: string) => void): World {
  const config = configOf(plan);
  // Without the access log, which no pull reads: crashes of its collection are tried call by call.
  const logTypes = config.logTypes.filter(isGraphs);
  const options = { mostCalls: MOST_CALLS, graphSkew: plan.graphSkew, repeats: REPEATS };
  const base = createBase(plan, { ...config, logTypes, everyLogType: logTypes }, options, trace);
  const { stores, graph, tally, found, fired } = base;
  const graphCalls: number[] = [];
  return {
    ...base,
    plan,
    faults,
    graphCalls,
    deleter: stores.deleter,
    judge: createJudge({ stores, graph, tenantId: TENANT_ID, logTypes, tally, found }),
    requests: [],
    withheld: () =>
      plan.withheld && fired() >= plan.withheld.from && fired() < plan.withheld.to
        ? WITHHELD[plan.withheld.as]
        : undefined,
    called(toGraph) {
      const call = base.called(toGraph);
      if (call !== undefined && toGraph) graphCalls.push(call);
      return call;
    },
  };
}
