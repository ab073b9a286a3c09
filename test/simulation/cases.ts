/** One run of the simulation, named so that it can be run again: a seed, or a fault in a scenario. */
import { faultAt, noFaults } from './faults.ts';
import { planOf } from './plan.ts';
import { runRetention } from './retention/schedule.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Outcome, runSchedule } from './schedule.ts';

export type Case =
  | { readonly seed: number }
  | { readonly retention: number }
  | { readonly scenario: string; readonly at?: number | undefined; readonly fault?: string | undefined };

export function runCase(which: Case, trace?: (line: string) => void): Promise<Outcome> {
  if ('retention' in which) return runRetention(which.retention, trace);
  if ('seed' in which) return runSchedule(planOf(which.seed), trace);
  const { scenario, at, fault } = which;
  const plan = SCENARIOS[scenario];
  if (!plan) throw new Error(`'${scenario}' is no scenario; there are ${Object.keys(SCENARIOS).join(', ')}`);
  return runSchedule(plan, trace, at === undefined || fault === undefined ? noFaults : faultAt(at, fault));
}

function wordsOf(which: Case): string[] {
  if ('retention' in which) return [`--retention --seed ${which.retention}`];
  if ('seed' in which) return [`--seed ${which.seed}`];
  const { scenario, at, fault } = which;
  return [`--scenario '${scenario}'`, ...(at === undefined ? [] : [`--at ${at} --fault '${fault}'`])];
}

/** The command that runs a case again and shows every call. */
export function commandFor(which: Case, mutant?: string): string {
  const words = wordsOf(which);
  if (mutant !== undefined) words.push(`--mutant '${mutant}'`);
  return `npm run simulate -- ${words.join(' ')}`;
}
