/**
 * A clock that a test moves. `advance` moves real time; the wall clock follows at `speed`.
 */

import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../../shared/clock.ts';

export interface FakeClock extends Clock {
  /** Moves on by real milliseconds, waking each sleeper at its time and letting it act before the next. */
  advance(milliseconds: number): Promise<void>;
  /** Sets the wall clock. */
  set(now: number): void;
}

interface Sleeper {
  readonly at: number;
  wake(): void;
}

export function fakeClock(now: number, speed = 1): FakeClock {
  let origin = now;
  let elapsed = 0;
  const sleepers = new Set<Sleeper>();
  const clock: FakeClock = {
    now: () => Math.floor(origin + elapsed * speed),
    elapsed: () => elapsed,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { at: elapsed + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance: async (milliseconds) => {
      const target = elapsed + milliseconds;
      for (;;) {
        await settle();
        const due = [...sleepers].filter(({ at }) => at <= target).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        elapsed = Math.max(elapsed, due.at);
        sleepers.delete(due);
        due.wake();
      }
      elapsed = target;
      await settle();
    },
    set: (to) => {
      origin = to - elapsed * speed;
    },
  };
  return clock;
}

/** Lets everything that can go on without time go on. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await turn();
}
