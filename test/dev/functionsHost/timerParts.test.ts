/**
 * The small parts of a timer: waiting, reading its definition, the delays of its retries.
 */

import { describe, expect, it } from 'vitest';
import type { RetryOptions } from '../../../dev/functionsHost/coreTypes.ts';
import { retryDelayMs } from '../../../dev/functionsHost/retry.ts';
import { readTimer } from '../../../dev/functionsHost/timers.ts';
import { waitUntil } from '../../../dev/functionsHost/waitUntil.ts';
import { fakeClock } from './support/fakeClock.ts';

const NOW = Date.parse('2026-11-21T08:01:00Z');
const MINUTE = 60_000;
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);

describe('waitUntil', () => {
  it.each([1, 60, 3600, 0.5])('never ends before its instant at speed %s', async (speed) => {
    const clock = fakeClock(NOW, speed);
    const reached: number[] = [];
    waitUntil(clock, NOW + 20 * MINUTE, new AbortController().signal).then(() => reached.push(clock.now()));
    await clock.advance((20 * MINUTE) / speed + 10);
    expect(reached).toHaveLength(1);
    expect(reached[0]).toBeGreaterThanOrEqual(NOW + 20 * MINUTE);
    expect(reached[0]).toBeLessThan(NOW + 20 * MINUTE + 10 * speed + 1);
  });
});

describe('readTimer', () => {
  const fn = (options: Record<string, unknown>) => ({
    metadata: { name: 'job', bindings: { timer: { type: 'timerTrigger', direction: 'in' as const, ...options } } },
    callback: () => undefined,
  });

  it.each([
    [{ schedule: '0 */5 * * * *' }, true],
    [{ schedule: '0 */5 * * * *', useMonitor: false }, false],
    [{ schedule: '*/10 * * * * *' }, false],
    [{ schedule: '*/10 * * * * *', useMonitor: true }, false],
    [{ schedule: '0 * * * * *' }, true],
  ])('of %j monitors: %s', (options, monitored) => {
    expect(readTimer(fn(options), {}).monitored).toBe(monitored);
  });

  it('resolves a setting in the schedule, and refuses one that is missing', () => {
    const env = { PULL: '0 */7 * * * *' };
    expect(readTimer(fn({ schedule: '%PULL%' }), env).schedule.next(at('08:01:00'))).toBe(at('08:07:00'));
    expect(() => readTimer(fn({ schedule: '%ABSENT%' }), env)).toThrow(/"job".*ABSENT.*local\.settings\.json/);
  });
});

describe('retryDelayMs', () => {
  const policy: RetryOptions = {
    maxRetryCount: 9,
    retryStrategy: 'exponentialBackoff',
    minimumInterval: { seconds: 2 },
    maximumInterval: { seconds: 30 },
  };
  it.each([
    [0, 0, 2000],
    [0, 0.5, 2000],
    [1, 0.5, 4000],
    [2, 0, 6400],
    [2, 0.5, 8000],
    [9, 0.5, 30_000],
  ])('before try %i + 1, at random %s, is %i', (count, random, expected) => {
    expect(retryDelayMs(policy, count, random)).toBe(expected);
  });
});
