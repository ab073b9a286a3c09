/** The campaigns of the simulation: random schedules, those in which retentions end, every fault at every call, mutants. */
import { type Case, commandFor } from './cases.ts';
import { replay, runAll, shareOut, startWorker } from './crew.ts';
import { CALL_FAULTS, GRAPH_FAULTS } from './faults.ts';
import type { Mutant } from './mutants.ts';
import { SCENARIOS } from './scenarios.ts';
import { addTo, type Tally } from './tally.ts';

export interface Campaign {
  readonly ran: number;
  /** One line each, with the command that shows it again. */
  readonly failures: readonly string[];
  readonly tally: Tally;
}

export type Progress = (ran: number, of: number, failed: number) => void;

/** Schedules that every harmful mutant must be caught within. */
export const MOST_TO_CATCH = 200;

/** `schedules` random schedules from seed `first` on. */
export function randomCampaign(first: number, schedules: number, progress: Progress): Promise<Campaign> {
  const cases = Array.from({ length: schedules }, (_unused, n) => ({ seed: first + n }));
  return runCases(cases, progress);
}

/** As many random schedules in which retentions end. */
export function retentionCampaign(first: number, schedules: number, progress: Progress): Promise<Campaign> {
  const cases = Array.from({ length: schedules }, (_unused, n) => ({ retention: first + n }));
  return runCases(cases, progress);
}

/** Every fault at every call of every scenario; the faults of Graph at the calls that go there. */
export async function exhaustiveCampaign(progress: Progress): Promise<Campaign> {
  const cases: Case[] = [];
  for (const scenario of Object.keys(SCENARIOS)) {
    const { calls, graphCalls } = await replay({ scenario });
    for (let at = 0; at < calls; at += 1) cases.push(...CALL_FAULTS.map(({ name }) => ({ scenario, at, fault: name })));
    for (const at of graphCalls) cases.push(...GRAPH_FAULTS.map(({ name }) => ({ scenario, at, fault: name })));
  }
  return runCases(cases, progress);
}

async function runCases(cases: readonly Case[], progress: Progress): Promise<Campaign> {
  const tally: Tally = new Map();
  const failures: string[] = [];
  let ran = 0;
  await runAll(cases, 25, (report) => {
    ran += report.ran;
    addTo(tally, report.tally);
    failures.push(...report.failed.map(({ which, violation }) => `${violation}\n  ${commandFor(which)}`));
    progress(ran, cases.length, failures.length);
  });
  return { ran, failures, tally };
}

export interface MutantResult {
  readonly mutant: Mutant;
  /** Schedules until it was caught; `undefined` when it was not. */
  readonly caughtAfter: number | undefined;
  readonly violation: string | undefined;
  readonly command: string | undefined;
  /** Why it could not be run at all: its text no longer fits the code. */
  readonly broken?: string;
}

/** Whether a mutant went as its table says: a harmful one is caught, a harmless one is not. */
export function isAsStated({ mutant, caughtAfter, broken }: MutantResult): boolean {
  return broken === undefined && (caughtAfter !== undefined) !== (mutant.harmless !== undefined);
}

/** Runs each mutant against random schedules until it is caught, or was not in `MOST_TO_CATCH` of them. */
export async function mutantCampaign(
  mutants: readonly Mutant[],
  report: (result: MutantResult) => void,
): Promise<readonly MutantResult[]> {
  const results = new Map<Mutant, MutantResult>();
  await shareOut(mutants, async (mutant) => {
    const result = await hunt(mutant);
    results.set(mutant, result);
    report(result);
  });
  return mutants.flatMap((mutant) => results.get(mutant) ?? []);
}

async function hunt(mutant: Mutant): Promise<MutantResult> {
  const worker = startWorker(mutant.name);
  const cases = Array.from({ length: MOST_TO_CATCH }, (_unused, n): Case => {
    return mutant.isOfRetention ? { retention: n + 1 } : { seed: n + 1 };
  });
  try {
    const { ran, failed } = await worker.run(cases, { untilCaught: true });
    const [first] = failed;
    return {
      mutant,
      caughtAfter: first && ran,
      violation: first?.violation,
      command: first && commandFor(first.which, mutant.name),
    };
  } catch (error) {
    return { mutant, caughtAfter: undefined, violation: undefined, command: undefined, broken: String(error) };
  } finally {
    await worker.stop();
  }
}
