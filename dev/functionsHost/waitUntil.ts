/**
 * Waiting for an instant of a wall clock that may run at any speed, stand still or be set.
 */

import type { Clock } from '../../shared/clock.ts';

/** Real milliseconds. The first nap only measures how fast the clock runs; a clock that is set is noticed within the longest. */
const FIRST_NAP_MS = 5;
const LONGEST_NAP_MS = 500;

/** Resolves once `clock.now()` is `instant` or later, never before; rejects with the signal's reason when aborted. */
export async function waitUntil(clock: Clock, instant: number, signal: AbortSignal): Promise<void> {
  let nap = FIRST_NAP_MS;
  for (;;) {
    const now = clock.now();
    if (now >= instant) return;
    const started = clock.elapsed();
    await clock.sleep(nap, signal);
    const speed = (clock.now() - now) / (clock.elapsed() - started);
    const expected = (instant - clock.now()) / speed;
    nap = expected < LONGEST_NAP_MS ? Math.max(1, expected) : LONGEST_NAP_MS;
  }
}
