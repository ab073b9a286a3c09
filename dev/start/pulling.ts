/**
 * Pulls until every log type has reached the target, by firing the timers as often as that takes.
 *
 * A run ends early by its time budget, or by failures that the next one gets past; only when nothing moves any more,
 * several runs in a row, is it given up. What was reached is the answer either way.
 */
import { systemClock } from '../../shared/clock.ts';
import { type Archive, type ArchiveStatus, anyRunning, firePulls, type LogTypeStatus, readStatus } from './host.ts';

export interface PullOptions {
  /** Runs in a row without any progress before it is given up. */
  readonly patience: number;
  /** Told how far it is, every few seconds and after every run. */
  readonly onProgress: (status: ArchiveStatus, target: number) => void;
}

const POLL_MS = 250;
/** The status costs the storage dozens of requests: asked for more often it would slow down what it watches. */
const STATUS_MS = 2000;
const LONGEST_PAUSE_MS = 2000;

/** Pulls from the archive's source until nothing is due before `target`, or nothing moves. */
export async function pullUpTo(
  archive: Archive,
  target: number,
  { patience, onProgress }: PullOptions,
  signal: AbortSignal,
): Promise<ArchiveStatus> {
  let status = await readStatus(archive, signal);
  onProgress(status, target);
  for (let idle = 0; idle < patience && !allReached(status, target); ) {
    await systemClock.sleep(Math.min(idle * POLL_MS, LONGEST_PAUSE_MS), signal);
    const before = entriesOf(status);
    const runs = await firePulls(archive, signal);
    for (let polls = 1; await anyRunning(archive, runs, signal); polls += 1) {
      await systemClock.sleep(POLL_MS, signal);
      if (polls % (STATUS_MS / POLL_MS) === 0) onProgress(await readStatus(archive, signal), target);
    }
    status = await readStatus(archive, signal);
    onProgress(status, target);
    idle = entriesOf(status) > before ? 0 : idle + 1;
  }
  return status;
}

/** The instant up to which a pull that starts now collects, as `shared/pull.ts` has it: milliseconds since 1970. */
export function targetOf({ now, settleMinutes }: ArchiveStatus): number {
  return (Math.floor(Date.parse(now) / 60_000) - settleMinutes) * 60_000;
}

/** Whether a log type has been read up to `target`. */
export function hasReached({ watermark }: LogTypeStatus, target: number): boolean {
  return watermark !== null && Date.parse(watermark) >= target;
}

function allReached({ logTypes }: ArchiveStatus, target: number): boolean {
  return logTypes.every((logType) => hasReached(logType, target));
}

function entriesOf({ logTypes }: ArchiveStatus): number {
  return logTypes.reduce((sum, { entries }) => sum + entries, 0);
}
