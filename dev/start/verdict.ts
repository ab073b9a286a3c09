/**
 * What `--once` says in the end: every log type up to the target, and in the archive what the source showed, or a line
 * for each that is not.
 */
import type { Archive, ArchiveStatus, LogTypeStatus } from './host.ts';
import { hasReached } from './pulling.ts';
import { wordsOf } from './table.ts';
import { type Comparison, compareLogType } from './truth.ts';

export type Comparisons = ReadonlyMap<string, Comparison>;

/**
 * Compares every log type that has been read at all.
 * @param before the status before the pull: what was there already did not come from this simulator.
 */
export async function compareAll(
  simulatorUrl: string,
  archive: Archive,
  before: ArchiveStatus,
  logTypes: readonly LogTypeStatus[],
  signal: AbortSignal,
): Promise<Comparisons> {
  const comparisons = new Map<string, Comparison>();
  for (const status of logTypes) {
    if (status.from === null) continue;
    const wasEmpty = before.logTypes.some(({ logType, entries }) => logType === status.logType && entries === 0);
    comparisons.set(status.logType, await compareLogType(simulatorUrl, archive, status, wasEmpty, signal));
  }
  return comparisons;
}

/** One line for each log type that fell short; none when all is well. */
export function shortcomings(
  logTypes: readonly LogTypeStatus[],
  comparisons: Comparisons | undefined,
  target: number,
): string[] {
  return logTypes.flatMap((status) => {
    const comparison = comparisons?.get(status.logType);
    const { missing = 0, extra = 0, doubled = 0 } = comparison ?? {};
    const unequal = missing + (extra ?? 0) + doubled > 0;
    return [
      ...(hasReached(status, target) ? [] : [lateLine(status, target)]),
      ...(unequal && comparison
        ? [`${status.logType}: ${wordsOf(comparison)}, from ${status.from} to ${status.watermark}.`]
        : []),
    ];
  });
}

function lateLine({ logType, watermark, state, lastError }: LogTypeStatus, target: number): string {
  const where = watermark ? `stands at ${watermark}` : 'was never read';
  const why = lastError ? `: ${lastError.message}` : '';
  return `${logType}: ${where} and did not reach ${new Date(target).toISOString()}; ${state}${why}`;
}
