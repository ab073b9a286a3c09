/** Rows that can be lost: what they say is for people and alarms, or is found again. The truth lies elsewhere. */
import type { Deps } from './deps.ts';
import { messageOf } from './errors.ts';

/**
 * Writes a note. Never throws: one that cannot be written is logged, and whoever notes goes on.
 * @param what could not be noted then, in words.
 */
export async function noteOrLog(
  { log }: Pick<Deps, 'log'>,
  logType: string,
  what: string,
  note: () => Promise<unknown>,
): Promise<void> {
  try {
    await note();
  } catch (error) {
    log('error', `${what} could not be noted: ${messageOf(error)}`, { logType });
  }
}
