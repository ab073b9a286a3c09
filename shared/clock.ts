/**
 * The time, passed in wherever it is needed.
 *
 * `now()` is the wall clock, which a simulated tenant may set, freeze or speed up; `elapsed()` and `sleep()` are always
 * real. Budgets, timeouts and back-off use the real ones, everything about log records the wall clock.
 */

import { parseInstant } from './archive/time.ts';

export interface Clock {
  /** Wall clock: milliseconds since 1970. */
  now(): number;
  /** Monotonic milliseconds since an arbitrary start. */
  elapsed(): number;
  /**
   * Resolves after `milliseconds` of real time (24 days at most), or at once when `signal` is aborted: it then rejects
   * with its reason.
   */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that shows `origin` at the real instant `origin` and from there runs `speed` times as fast; 0 is frozen. */
export interface SimulatedTime {
  /** Milliseconds since 1970. */
  readonly origin: number;
  readonly speed: number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep,
};

/** The wall clock in whole seconds since 1970, as everything stored counts. */
export function nowSeconds({ clock }: { readonly clock: Pick<Clock, 'now'> }): number {
  return Math.floor(clock.now() / 1000);
}

/** A clock whose wall time is simulated. */
export function simulatedClock(time: SimulatedTime): Clock {
  return { ...systemClock, now: () => Math.floor(time.origin + (Date.now() - time.origin) * time.speed) };
}

/** The longest a timer of Node can run; one that is asked for longer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const SIMULATED_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)\*(\d+(?:\.\d+)?)$/;

/**
 * Reads `<origin>*<speed>`, for instance `2026-11-21T08:00:00Z*60`. `undefined` when the text is not of that form.
 * The processes of the local stack share one such text, so that they agree on the time.
 */
export function parseSimulatedTime(text: string): SimulatedTime | undefined {
  const match = SIMULATED_TIME.exec(text);
  const [, origin = '', speed] = match ?? [];
  // `Date.parse` alone would take 30 February for 2 March.
  if (parseInstant(origin) === undefined || !Number.isFinite(Number(speed))) return undefined;
  return { origin: Date.parse(origin), speed: Number(speed) };
}

/** The text that `parseSimulatedTime` reads back. */
export function formatSimulatedTime(time: SimulatedTime): string {
  return `${new Date(time.origin).toISOString()}*${time.speed}`;
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const done = () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(done, Math.min(milliseconds, LONGEST_TIMER_MS));
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}
