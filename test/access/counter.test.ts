/** Counting requests without a record of their own: in memory, and once a minute to the table. */
import { describe, expect, it } from 'vitest';
import { createCounter } from '../../shared/access/counter.ts';
import { collectAccess } from '../../shared/collectAccess.ts';
import { accessRecords, accessWorld, waiting } from '../support/accessWorld.ts';
import type { World } from '../support/flowHarness.ts';
import { FAULTS, failing, plainly, recording, type StoreCall, writeOf } from '../support/storeHooks.ts';

/** A counter of a new instance, whose timer the test runs. */
function counterOf(world: World, around = plainly) {
  const timers: (() => void)[] = [];
  const failures: unknown[] = [];
  const counter = createCounter(
    world.instance(around),
    world.clock,
    (error) => failures.push(error),
    (run) => timers.push(run),
  );
  return { counter, timers, failures };
}

const countsOf = async (world: World) => {
  world.advance(600);
  await collectAccess(world.instance());
  return [...accessRecords(world).values()].map(({ time, withoutToken, notRecorded }) => [
    time,
    withoutToken,
    notRecorded,
  ]);
};

describe('counting', () => {
  it('of 10,000 requests at three instances adds one record a minute and writes once a minute and instance', async () => {
    const world = accessWorld();
    const calls: StoreCall[] = [];
    const instances = [1, 2, 3].map(() => counterOf(world, recording(calls)));
    for (let minute = 0; minute < 5; minute += 1) {
      for (const { counter } of instances) for (let n = 0; n < 667; n += 1) counter.count('withoutToken');
      for (const { timers, counter } of instances) {
        expect(timers).toHaveLength(1);
        timers.shift()?.();
        await counter.flush();
      }
      world.advance(60);
    }
    expect(calls.filter((call) => writeOf(call) !== undefined)).toHaveLength(15);
    expect(await countsOf(world)).toEqual(
      ['20', '21', '22', '23', '24'].map((minute) => [`2026-11-20T12:${minute}:00.000Z`, 2001, 0]),
    );
  });

  it('writes nothing where nothing was counted', async () => {
    const world = accessWorld();
    const calls: StoreCall[] = [];
    const { counter, timers } = counterOf(world, recording(calls));
    await counter.flush();
    expect([calls, timers]).toEqual([[], []]);
  });

  it.each(FAULTS.filter((fault) => !fault.startsWith('crash')))('counts each request once after: %s', async (fault) => {
    for (const at of [0, 1]) {
      const world = accessWorld();
      const late: (() => Promise<unknown>)[] = [];
      const { counter } = counterOf(world, failing(at, fault, late));
      for (const what of ['withoutToken', 'withoutToken', 'notRecorded'] as const) counter.count(what);
      await counter.flush().catch(() => undefined);
      counter.count('withoutToken');
      await counter.flush();
      for (const send of late) await send();
      expect(await countsOf(world)).toEqual([['2026-11-20T12:20:00.000Z', 3, 1]]);
    }
  });

  it('makes no second record of a minute that was collected while one instance could not reach the table', async () => {
    const world = accessWorld();
    let cut = true;
    const late = counterOf(world, async (call, run) => {
      if (cut && call.op === 'commit') throw new Error('the store did not answer');
      return run();
    });
    const { counter } = counterOf(world);
    late.counter.count('withoutToken');
    counter.count('withoutToken');
    await expect(late.counter.flush()).rejects.toThrow('did not answer');
    await counter.flush();
    // The row of 12:20 is whole, and collected.
    world.advance(420);
    await collectAccess(world.instance());
    expect(waiting(world)).toEqual([]);
    cut = false;
    late.counter.count('withoutToken');
    await late.counter.flush();
    expect(await countsOf(world)).toEqual([
      ['2026-11-20T12:20:00.000Z', 1, 0],
      ['2026-11-20T12:27:00.000Z', 2, 0],
    ]);
  });

  it('adds to the row of a minute for as long as that is there, however late', async () => {
    const world = accessWorld();
    const late = counterOf(world, failing(1, 'error before'));
    const { counter } = counterOf(world);
    late.counter.count('withoutToken');
    counter.count('withoutToken');
    await expect(late.counter.flush()).rejects.toThrow('did not answer');
    await counter.flush();
    world.advance(420);
    await late.counter.flush();
    expect(await countsOf(world)).toEqual([['2026-11-20T12:20:00.000Z', 2, 0]]);
  });

  it('tries again by itself, and says what went wrong', async () => {
    const world = accessWorld();
    const { counter, timers, failures } = counterOf(world, failing(0, 'error before'));
    counter.count('withoutToken');
    timers.shift()?.();
    await expect.poll(() => timers.length).toBe(1);
    expect(failures).toEqual([new Error('the store did not answer')]);
    timers.shift()?.();
    await counter.flush();
    expect(await countsOf(world)).toEqual([['2026-11-20T12:20:00.000Z', 1, 0]]);
  });
});
