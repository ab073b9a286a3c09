import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { createBudget, reportsPace, riskPace } from '../../shared/graph/budget.ts';
import type { StateStore } from '../../shared/storage/port.ts';
import { createMemoryStores } from '../support/memoryStores.ts';
import { mostWithin, runRivals } from './rivals.ts';

const forever = new AbortController().signal;
const PACE = reportsPace(4);
const HASTY = { intervalMs: 1, validMs: 1000 };

/** A clock that only moves when somebody sleeps on it, and that remembers how long. */
function manualClock() {
  const clock = { time: 1_000_000, slept: [] as number[] };
  const sleep = async (milliseconds: number) => {
    clock.slept.push(milliseconds);
    clock.time += milliseconds;
  };
  return Object.assign(clock, { now: () => clock.time, elapsed: () => clock.time, sleep } satisfies Clock);
}

describe('the request budget', () => {
  it.each([1, 8])('never grants more than 5 requests in any 10 s to %i instances at 4 per 10 s', async (instances) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.constantFrom(5, 50, 300),
        fc.constantFrom(0, 2000, 8000),
        async (seed, tableMs, hangMs) => {
          const { used } = await runRivals({ seed, instances, pace: PACE, tableMs, hangMs, runMs: 60_000 });
          expect(mostWithin(used, 10_000)).toBeLessThanOrEqual(5);
          expect(used.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([1, 8])(
    'never lets two requests of %i instances reach Identity Protection within a second',
    async (instances) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.constantFrom(5, 50, 300),
          fc.constantFrom(0, 2000, 8000),
          async (seed, tableMs, hangMs) => {
            const schedule = { seed, instances, pace: riskPace(1), tableMs, wayMs: 500, hangMs, runMs: 60_000 };
            const { used } = await runRivals(schedule);
            expect(mostWithin(used, 1000)).toBe(1);
          },
        ),
        { numRuns: 25 },
      );
    },
  );

  it('never grants more than one above the number set, at any setting up to one a second', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 10 }), async (seed, perTenSeconds) => {
        const schedule = { seed, instances: 4, tableMs: 50, hangMs: 3000, runMs: 60_000 };
        const { used } = await runRivals({ ...schedule, pace: reportsPace(perTenSeconds) });
        expect(mostWithin(used, 10_000)).toBeLessThanOrEqual(perTenSeconds + 1);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    { instances: 1, leastUsed: 0.98, mostWritesPerGrant: 1.1 },
    { instances: 2, leastUsed: 0.95, mostWritesPerGrant: 1.3 },
    { instances: 8, leastUsed: 0.9, mostWritesPerGrant: 2 },
  ])(
    'wastes few slots and writes under contention of $instances',
    async ({ instances, leastUsed, mostWritesPerGrant }) => {
      const runs = { slots: 0, used: 0, writes: 0 };
      for (let seed = 0; seed < 5; seed += 1) {
        const schedule = { seed, instances, pace: PACE, tableMs: 30, hangMs: 0, runMs: 120_000 };
        const { used, writes } = await runRivals(schedule);
        runs.slots += 48;
        runs.used += used.length;
        runs.writes += writes;
      }
      expect(runs.used / runs.slots).toBeGreaterThanOrEqual(leastUsed);
      expect(runs.writes / runs.used).toBeLessThanOrEqual(mostWritesPerGrant);
    },
  );

  it('grants the first request at once and the following ones an interval apart', async () => {
    const clock = manualClock();
    const budget = createBudget(createMemoryStores(clock).state, clock, 'reports', PACE);
    for (let n = 0; n < 4; n += 1) await budget.grant(forever);
    expect(clock.slept).toEqual([0, 2500, 2500, 2500]);
    expect(budget.intervalMs).toBe(2500);
  });

  it('does not save up what was not used', async () => {
    const clock = manualClock();
    const budget = createBudget(createMemoryStores(clock).state, clock, 'reports', PACE);
    await budget.grant(forever);
    clock.time += 3_600_000;
    await budget.grant(forever);
    await budget.grant(forever);
    expect(clock.slept).toEqual([0, 0, 2500]);
  });

  it('keeps budgets of different names apart', async () => {
    const clock = manualClock();
    const { state } = createMemoryStores(clock);
    await createBudget(state, clock, 'reports', PACE).grant(forever);
    await createBudget(state, clock, 'risk', riskPace(1)).grant(forever);
    expect(clock.slept).toEqual([0, 0]);
  });

  it('asks anew when the instance hung until the grant was void', async () => {
    const clock = manualClock();
    const { state } = createMemoryStores(clock);
    let hangs = 1;
    const sleepy: Clock = {
      ...clock,
      sleep: async (milliseconds) => {
        await clock.sleep(milliseconds);
        if (hangs-- > 0) clock.time += 1000;
      },
    };
    await createBudget(state, sleepy, 'reports', PACE).grant(forever);
    expect(clock.slept).toEqual([0, 1500]);
  });

  it('asks anew when the table answered so late that the grant was void', async () => {
    const clock = manualClock();
    const { state } = createMemoryStores(clock);
    let lateAnswers = 1;
    const slow: StateStore = {
      ...state,
      commit: async (partition, changes) => {
        const answer = await state.commit(partition, changes);
        if (lateAnswers-- > 0) clock.time += 1000;
        return answer;
      },
    };
    await createBudget(slow, clock, 'reports', PACE).grant(forever);
    expect(clock.slept).toEqual([0, 1500]);
  });

  it('gives up a slot that another instance built on before it was known', async () => {
    const clock = manualClock();
    const { state } = createMemoryStores(clock);
    const other = createBudget(state, clock, 'reports', PACE);
    let intrusions = 1;
    const crowded: StateStore = {
      ...state,
      commit: async (partition, changes) => {
        const answer = await state.commit(partition, changes);
        if (intrusions-- > 0) await other.grant(forever);
        return answer;
      },
    };
    await createBudget(crowded, clock, 'reports', PACE).grant(forever);
    expect(clock.slept).toEqual([2500, 2500]);
  });

  it('passes on what the table fails with', async () => {
    const failure = new Error('the table is away');
    const state: StateStore = { ...createMemoryStores().state, get: () => Promise.reject(failure) };
    await expect(createBudget(state, systemClock, 'reports', HASTY).grant(forever)).rejects.toBe(failure);
  });

  it('stops waiting at once when it is aborted', async () => {
    const { state } = createMemoryStores();
    const budget = createBudget(state, systemClock, 'reports', { intervalMs: 3_600_000, validMs: 1000 });
    await budget.grant(forever);
    const stop = new AbortController();
    const reason = new Error('the host is shutting down');
    const waiting = budget.grant(stop.signal);
    setTimeout(() => stop.abort(reason), 10);
    await expect(waiting).rejects.toBe(reason);
  });

  it('takes no slot for somebody who has stopped already', async () => {
    const { state, partitions } = createMemoryStores();
    const reason = new Error('over');
    await expect(createBudget(state, systemClock, 'reports', HASTY).grant(AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
    expect(partitions.size).toBe(0);
  });
});
