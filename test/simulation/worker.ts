/** One thread of a simulation: runs the cases it is sent, under the mutant it was started with. */
import './inline.ts';
import { parentPort, workerData } from 'node:worker_threads';
import type { Case } from './cases.ts';
import { MUTANTS } from './mutants.ts';
import { mutate } from './mutation.ts';
import { RETENTION_MUTANTS } from './retention/mutants.ts';
import { addTo, type Tally } from './tally.ts';

export interface WorkerData {
  readonly mutant: string | undefined;
}

/** A job: cases to run one after another, up to the first violation if `untilCaught`. */
export interface Job {
  readonly cases: readonly Case[];
  readonly untilCaught: boolean;
  readonly traced: boolean;
}

export interface JobReport {
  readonly ran: number;
  readonly failed: readonly { readonly which: Case; readonly violation: string }[];
  readonly tally: Tally;
  /** Of the last case: which of its calls went to Graph, of how many. */
  readonly calls: number;
  readonly graphCalls: readonly number[];
  /** Of all cases, when traced. */
  readonly trace: readonly string[];
}

const { mutant } = workerData as WorkerData;
const edits = [...MUTANTS, ...RETENTION_MUTANTS].find(({ name }) => name === mutant)?.edits ?? [];
const requireApplied = mutate(edits);
const { runCase } = await import('./cases.ts');

async function run({ cases, untilCaught, traced }: Job): Promise<JobReport> {
  const failed: { which: Case; violation: string }[] = [];
  const tally: Tally = new Map();
  const trace: string[] = [];
  let [ran, calls] = [0, 0];
  let graphCalls: readonly number[] = [];
  for (const which of cases) {
    const outcome = await runCase(which, traced ? (line) => trace.push(line) : undefined);
    ran += 1;
    addTo(tally, outcome.tally);
    ({ calls, graphCalls } = outcome);
    const [violation] = outcome.violations;
    if (violation !== undefined) failed.push({ which, violation });
    if (violation !== undefined && untilCaught) break;
  }
  requireApplied();
  return { ran, failed, tally, calls, graphCalls, trace };
}

parentPort?.on('message', async (job: Job) => {
  parentPort?.postMessage(await run(job));
});
