/** One ledger after the other, each by itself: how a timer goes through the archive. */
import type { Deps } from './deps.ts';
import type { LogType } from './logTypes.ts';

/**
 * Takes one step with every ledger. What goes wrong with one is noted and reaches no other.
 * @param stopping aborted when the host shuts down: what is left is left to the next run.
 * @param noteFailure never throws.
 * @returns the log types that failed.
 */
export async function eachLedger(
  { config }: Pick<Deps, 'config'>,
  stopping: AbortSignal,
  step: (logType: LogType) => Promise<void>,
  noteFailure: (logType: LogType, error: unknown) => Promise<void>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const logType of config.everyLogType) {
    if (stopping.aborted) break;
    try {
      await step(logType);
    } catch (error) {
      // A step that was stopped says nothing of its ledger; one that met something else on the way out does.
      if (stopping.aborted && error === stopping.reason) break;
      failed.push(logType.name);
      await noteFailure(logType, error);
    }
  }
  return failed;
}
