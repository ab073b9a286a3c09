/**
 * One schedule: a storm of timers that fire for hours or days, instances that overlap, crash and are held back, and then
 * a calm in which the archive must become whole.
 */
import { seeded } from '../support/scheduler.ts';
import { calmDown } from './calm.ts';
import { type FaultSource, randomFaults } from './faults.ts';
import type { Plan } from './plan.ts';
import { fire } from './storm.ts';
import { count, type Tally } from './tally.ts';
import { createSchedule } from './world.ts';

export interface Outcome {
  /** In the order they were found; the schedule ends with the first. */
  readonly violations: readonly string[];
  /** Calls that could have met a fault, and which of them went to Graph. */
  readonly calls: number;
  readonly graphCalls: readonly number[];
  readonly tally: Tally;
}

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
  const world = createSchedule(plan, faults, trace);
  const { tenant, violations, tally } = world;
  const day = 86_400_000;
  tenant.fill(plan.start - day);
  tenant.plan(plan.start - plan.sourceDays * day, plan.start);
  tenant.live(plan.start);
  for (const [n, pause] of plan.pauses.entries()) {
    if (violations.length === 0) await fire(world, n, pause);
  }
  const calls = world.calls();
  const graphCalls = world.graphCalls.filter((call) => call < calls);
  if (violations.length === 0) await calmDown(world);
  count(tally, 'calls', world.calls());
  return { violations, calls, graphCalls, tally };
}
