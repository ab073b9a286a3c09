/** Worker threads that share out the cases of a simulation. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Case } from './cases.ts';
import type { Job, JobReport } from './worker.ts';

/** Starts one thread. */
export function startWorker(mutant?: string) {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { mutant } });
  let fail: (error: Error) => void = () => {};
  let done: (report: JobReport) => void = () => {};
  worker.on('error', (error) => fail(error as Error));
  worker.on('message', (report: JobReport) => done(report));
  return {
    run: (cases: readonly Case[], more: Partial<Job> = {}) =>
      new Promise<JobReport>((resolve, reject) => {
        [done, fail] = [resolve, reject];
        worker.postMessage({ cases, untilCaught: false, traced: false, ...more } satisfies Job);
      }),
    stop: () => worker.terminate(),
  };
}

/** Runs one case in a thread of its own and returns what it did, call by call. */
export async function replay(which: Case, mutant?: string): Promise<JobReport> {
  const worker = startWorker(mutant);
  try {
    return await worker.run([which], { traced: true });
  } finally {
    await worker.stop();
  }
}

/** Does the tasks with as many threads as there are processors, each taking the next one that is left. */
export async function shareOut<T>(tasks: Iterable<T>, work: (task: T, thread: number) => Promise<void>): Promise<void> {
  const left = tasks[Symbol.iterator]();
  const thread = async (n: number) => {
    for (let next = left.next(); !next.done; next = left.next()) await work(next.value, n);
  };
  await Promise.all(Array.from({ length: Math.min(8, availableParallelism()) }, (_unused, n) => thread(n)));
}

/** Runs all cases, a batch at a time, and reports each batch. */
export async function runAll(cases: readonly Case[], batch: number, report: (done: JobReport) => void): Promise<void> {
  const workers = new Map<number, ReturnType<typeof startWorker>>();
  try {
    await shareOut(batches(cases, batch), async (each, thread) => {
      const worker = workers.get(thread) ?? startWorker();
      workers.set(thread, worker);
      report(await worker.run(each));
    });
  } finally {
    for (const worker of workers.values()) await worker.stop();
  }
}

function* batches(cases: readonly Case[], size: number): Generator<readonly Case[]> {
  for (let at = 0; at < cases.length; at += size) yield cases.slice(at, at + size);
}
