/** The world of one schedule in which retentions end. */
import { seeded } from '../../support/scheduler.ts';
import { type Base, configOf, createBase } from '../base.ts';
import { randomFaults } from '../faults.ts';
import type { Outside } from '../life.ts';
import { createRetentionJudge, type RetentionJudge } from './judge.ts';
import type { RetentionPlan } from './plan.ts';

export interface RetentionWorld extends Base, Outside {
  readonly plan: RetentionPlan;
  readonly judge: RetentionJudge;
}

const MOST_CALLS = 40_000;

export function createRetentionWorld(plan: RetentionPlan, trace: (line: string) => void): RetentionWorld {
  const config = configOf(plan, settingsOf(plan));
  const base = createBase(plan, config, { mostCalls: MOST_CALLS, graphSkew: 0, repeats: 0 }, trace);
  const { stores, tally, now, found, fired } = base;
  const isLocked = () => fired() >= plan.lockedFrom && fired() < plan.lockedTo;
  const judge = createRetentionJudge({ stores, tally, now, signs: plan.signs, isLocked, found });
  return {
    ...base,
    plan,
    judge,
    deleter: judge.deleter,
    faults: randomFaults(seeded(plan.seed ^ 0x5f3759df), plan.faultRate, 0),
    withheld: () => undefined,
  };
}

function settingsOf(plan: RetentionPlan): Record<string, string> {
  return {
    ...(plan.sweepAges !== undefined && { SWEEP_AGES: plan.sweepAges }),
    ...(plan.signs && { SIGNING_KEY: 'here.pem' }),
    ...Object.fromEntries(
      Object.entries(plan.retentionDays).map(([name, kept]) => [`RETENTION_DAYS__${name}`, String(kept)]),
    ),
  };
}
