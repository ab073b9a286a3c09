/**
 * The states of a log type, and what an operator does next.
 */
import type { LogType } from './logTypes.ts';

export type LogTypeState =
  | 'healthy'
  | 'failing'
  | 'throttled'
  | 'unlicensed'
  | 'forbidden'
  | 'absent'
  | 'misconfigured'
  | 'torn';

const NEXT_STEP: Record<LogTypeState, (logType: Pick<LogType, 'name' | 'permission'>) => string> = {
  healthy: () => '',
  failing: () => 'Nothing is lost; the next run tries again.',
  throttled: () => 'Nothing is lost; the next run tries again. Check whether another app shares this registration.',
  unlicensed: () => 'It is tried again at every run. Check the Entra ID P1/P2 licence, or grant Directory.Read.All.',
  forbidden: (logType) => `Grant the application permission ${logType.permission} with admin consent.`,
  absent: (logType) => `This cloud does not offer it; take ${logType.name} out of LOG_TYPES.`,
  misconfigured: () => 'Deploy the missing container with its immutability policy.',
  torn: () => 'Nothing is written until the ledger is repaired: see docs/OPERATIONS.md, "Torn ledger".',
};

/** What an operator does about a log type in this state. */
export function nextStep(state: LogTypeState, logType: Pick<LogType, 'name' | 'permission'>): string {
  return NEXT_STEP[state](logType);
}
