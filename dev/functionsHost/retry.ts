/**
 * Retry policies of timers: fixed delay, or exponential between two bounds with some randomness.
 *
 * The count lives in memory and is lost with the process, as in the real host. Delays are real time.
 */

import type { Clock } from '../../shared/clock.ts';
import type { RetryContext, RetryOptions } from './coreTypes.ts';
import { messageOf, stackOf } from './hostError.ts';

/** How a run ended; `stopped`: the host shut down between two tries. */
export type RunOutcome = 'succeeded' | 'failed' | 'stopped';

/**
 * Tries until it succeeds or the policy is used up. Without a policy there is one try, and no retry context.
 * Never rejects: what a try threw is passed to the next one as its context.
 */
export async function runWithRetries(
  policy: RetryOptions | undefined,
  attempt: (context: RetryContext | undefined) => Promise<unknown>,
  clock: Clock,
  signal: AbortSignal,
): Promise<RunOutcome> {
  let exception: RetryContext['exception'];
  for (let retryCount = 0; ; retryCount++) {
    const maxRetryCount = policy?.maxRetryCount ?? 0;
    try {
      await attempt(policy && { retryCount, maxRetryCount, ...(exception && { exception }) });
      return 'succeeded';
    } catch (error) {
      exception = { message: messageOf(error), source: '', stackTrace: stackOf(error) };
    }
    if (!policy || (maxRetryCount >= 0 && retryCount >= maxRetryCount)) return 'failed';
    const slept = await clock.sleep(retryDelayMs(policy, retryCount, Math.random()), signal).then(
      () => true,
      () => false,
    );
    if (!slept) return 'stopped';
  }
}

/** Milliseconds before the try after try number `retryCount` (0 is the first); `random` is in [0, 1). */
export function retryDelayMs(policy: RetryOptions, retryCount: number, random: number): number {
  if (policy.retryStrategy === 'fixedDelay') return (policy.delayInterval?.seconds ?? 0) * 1000;
  const minimum = (policy.minimumInterval?.seconds ?? 0) * 1000;
  const maximum = (policy.maximumInterval?.seconds ?? 0) * 1000;
  const doubled = minimum * 2 ** retryCount * (0.8 + 0.4 * random);
  return Math.min(maximum, Math.max(minimum, doubled));
}
