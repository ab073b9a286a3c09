/**
 * Instances of the app that share one request budget, in virtual time: every delay is drawn from a seed, so that a
 * schedule that breaks the budget can be run again.
 */
import { vi } from 'vitest';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { createBudget, type Pace } from '../../shared/graph/budget.ts';
import type { StateStore } from '../../shared/storage/port.ts';
import { createMemoryStores } from '../support/memoryStores.ts';

export interface Schedule {
  readonly seed: number;
  readonly instances: number;
  readonly pace: Pace;
  /** Milliseconds that a call of the table takes at most, on its way there and again on its way back. */
  readonly tableMs: number;
  /** Milliseconds from a grant until its request reaches Graph at most; 0 when absent. */
  readonly wayMs?: number;
  /** Milliseconds that an instance may hang: once in 20 calls, and once in 20 sleeps. */
  readonly hangMs: number;
  /** Virtual milliseconds that the instances run. */
  readonly runMs: number;
}

export interface Outcome {
  /** When requests reached Graph, by the table's clock, ascending: milliseconds. */
  readonly used: readonly number[];
  readonly writes: number;
}

/** Lets the instances ask for grants without end, using each at once and asking anew after up to a second. */
export async function runRivals(schedule: Schedule): Promise<Outcome> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  try {
    return await run(schedule);
  } finally {
    vi.useRealTimers();
  }
}

async function run({ seed, instances, pace, tableMs, wayMs = 0, hangMs, runMs }: Schedule): Promise<Outcome> {
  const random = randomFrom(seed);
  const table: Pick<Clock, 'now'> = { now: () => Date.now() + 5_000_000_000 };
  const hang = () => (random() < 0.05 ? random() * hangMs : 0);
  const used: number[] = [];
  let writes = 0;

  const state = createMemoryStores(table).state;
  const travel = () => systemClock.sleep(random() * tableMs + hang());
  const distant: StateStore = {
    ...state,
    get: async (partition, key) => {
      await travel();
      const row = await state.get(partition, key);
      await travel();
      return row;
    },
    commit: async (partition, changes) => {
      writes += 1;
      await travel();
      const answer = await state.commit(partition, changes);
      await travel();
      return answer;
    },
  };

  const stop = new AbortController();
  const instance = async () => {
    const skew = (random() - 0.5) * 1e9;
    const clock: Clock = {
      now: () => Date.now() + skew,
      elapsed: () => performance.now() + skew,
      sleep: (milliseconds, signal) => systemClock.sleep(milliseconds + hang(), signal),
    };
    const budget = createBudget(distant, clock, 'reports', pace);
    for (;;) {
      await budget.grant(stop.signal);
      if (wayMs > 0) await systemClock.sleep(random() * wayMs);
      used.push(table.now());
      await systemClock.sleep(random() * 1000);
    }
  };
  const ended = Promise.allSettled(Array.from({ length: instances }, instance));
  await vi.advanceTimersByTimeAsync(runMs);
  stop.abort(new Error('the test is over'));
  await vi.advanceTimersByTimeAsync(100_000);
  await ended;
  return { used: used.sort((a, b) => a - b), writes };
}

/** Most uses that any `spanMs` milliseconds hold, wherever they begin. `used` ascends. */
export function mostWithin(used: readonly number[], spanMs: number): number {
  const counts = used.map((start, at) => used.slice(at).filter((time) => time < start + spanMs).length);
  return Math.max(0, ...counts);
}

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
