/** What the sides of the serving benches share: the archive they read, what a run took, and how it is told. */
import { instantFromSeconds } from '../../../shared/archive/time.ts';
import { listSegments } from '../../../shared/export.ts';
import { applyLedger } from '../../../shared/ledger.ts';
import type { IndexedSegment } from '../../../shared/segmentIndex.ts';
import { LOG_TYPE } from '../window.ts';
import { folderDeps } from './archive.ts';

export interface Run {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** By which memory grew over what it was before the run. */
  readonly growthMb: number;
  /** What came out, by which the sides are held against each other. */
  readonly records: number;
  readonly rawBytes: number;
  readonly sentBytes: number;
}

/** Between two looks at the memory, in milliseconds. */
const SAMPLE_MS = 10;

const ROOT = process.env.BENCH_ROOT ?? '';
/** The user that is looked for. */
export const USER = process.env.BENCH_USER ?? '';
export const RANGE = {
  from: instantFromSeconds(Number(process.env.BENCH_FROM)),
  to: instantFromSeconds(Number(process.env.BENCH_TO)),
};

/** The archive with its index made, as it is when a request comes. */
export async function openArchive() {
  const deps = folderDeps(ROOT);
  await applyLedger(deps, LOG_TYPE.name);
  const { segments } = await listSegments(deps, LOG_TYPE, RANGE);
  return { deps, segments, files: segments.map(({ name }) => `${ROOT}/${name}`) };
}

export function rawBytesOf(segments: readonly IndexedSegment[]): number {
  return segments.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
}

/** Measures `work` the second time, as in an app that runs, and prints it as one JSON line. With `BENCH_COLD` the first. */
export async function report(work: () => Promise<Pick<Run, 'records' | 'rawBytes' | 'sentBytes'>>): Promise<void> {
  if (process.env.BENCH_COLD !== '1') await work();
  const before = process.memoryUsage.rss();
  // Not `maxRSS`: on Linux a process inherits that of the one that started it.
  let most = before;
  const sampler = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const cpu = process.cpuUsage();
  const started = performance.now();
  const counts = await work();
  const wallSeconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(sampler);
  const growthMb = (most - before) / 1024 ** 2;
  const run: Run = { cpuSeconds: (user + system) / 1e6, wallSeconds, growthMb, ...counts };
  process.stdout.write(`${JSON.stringify(run)}\n`);
  process.exit(0);
}
