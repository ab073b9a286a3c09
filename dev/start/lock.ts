/**
 * One folder of data, one `npm start`: a second Azurite on the same folder would ruin what the first one holds.
 *
 * A lock file tells, and its owner touches it every second, so that the lock of a process that was killed goes stale by
 * itself. A start waits that long for a predecessor that is ending, then refuses.
 */
import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import { StartProblem } from './problem.ts';

export interface LockTimes {
  readonly touchMs: number;
  /** A lock that was not touched for so long belongs to nobody. */
  readonly staleMs: number;
  /** How long to wait for it: more than `staleMs`. */
  readonly waitMs: number;
}

const TIMES: LockTimes = { touchMs: 1000, staleMs: 10_000, waitMs: 15_000 };

const TRY_MS = 100;
const TRIES_UNTOLD = 5;

/**
 * Takes the lock of a folder, which is made when needed.
 * @param say told, once, that it is waited for.
 * @returns what releases it.
 * @throws StartProblem when it stays taken, the signal's reason when that is aborted.
 */
export async function takeLock(
  folder: string,
  signal: AbortSignal,
  say: (line: string) => void,
  times = TIMES,
): Promise<() => void> {
  const file = path.join(folder, 'in-use');
  mkdirSync(folder, { recursive: true });
  const deadline = performance.now() + times.waitMs;
  for (let tries = 1; !create(file, times.staleMs); tries += 1) {
    if (tries === TRIES_UNTOLD) say(`Waiting for the 'npm start' that still uses ${folder} …`);
    if (performance.now() > deadline) {
      throw new StartProblem(`${folder} is in use by another 'npm start'. Stop that one, or give this one --storage.`);
    }
    await systemClock.sleep(TRY_MS, signal);
  }
  const touching = setInterval(() => touch(file), times.touchMs).unref();
  return () => {
    clearInterval(touching);
    rmSync(file, { force: true });
  };
}

/** Creates the lock; `false` when somebody holds it. A stale one is removed, and the next try may have it. */
function create(file: string, staleMs: number): boolean {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Date.now() - touched > staleMs) rmSync(file, { force: true });
  return false;
}

function touch(file: string): void {
  const now = new Date();
  utimesSync(file, now, now);
}
