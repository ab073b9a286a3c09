/** A clock that one thread sets and all read: the bench moves it from tick to tick. */
import { type Clock, systemClock } from '../../../shared/clock.ts';

export interface SharedClock extends Clock {
  /** Milliseconds since 1970. */
  set(now: number): void;
}

/** @param memory eight bytes, the same for every thread. */
export function sharedClock(memory: SharedArrayBuffer): SharedClock {
  const time = new BigInt64Array(memory);
  return {
    ...systemClock,
    now: () => Number(Atomics.load(time, 0)),
    set: (now) => void Atomics.store(time, 0, BigInt(now)),
  };
}
