import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatSimulatedTime, parseSimulatedTime, simulatedClock, systemClock } from '../shared/clock.ts';

const START = Date.parse('2026-11-21T08:00:00Z');

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: START }));
afterEach(() => vi.useRealTimers());

describe('the system clock', () => {
  it('shows the time and measures it', async () => {
    const before = systemClock.elapsed();
    await vi.advanceTimersByTimeAsync(1500);
    expect(systemClock.now()).toBe(START + 1500);
    expect(systemClock.elapsed() - before).toBe(1500);
  });

  it('measures on when the wall clock is set back', () => {
    const before = systemClock.elapsed();
    vi.setSystemTime(START - 3_600_000);
    expect(systemClock.now()).toBe(START - 3_600_000);
    expect(systemClock.elapsed()).toBe(before);
  });

  it('sleeps as long as asked', async () => {
    const woken = vi.fn();
    const sleep = systemClock.sleep(1000).then(woken);
    await vi.advanceTimersByTimeAsync(999);
    expect(woken).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await sleep;
    expect(woken).toHaveBeenCalledOnce();
  });

  it('does not wake at once when asked for longer than a timer of Node runs', async () => {
    const woken = vi.fn();
    void systemClock.sleep(365 * 86_400_000).then(woken);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(24 * 86_400_000);
    expect(woken).not.toHaveBeenCalled();
  });

  it('wakes at once with the reason when aborted, and leaves neither timer nor listener', async () => {
    const stop = new AbortController();
    const reason = new Error('stopping');
    const sleep = systemClock.sleep(60_000, stop.signal);
    stop.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('does not fall asleep on a signal that is aborted already', async () => {
    const reason = new Error('stopped');
    await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no listener behind when it wakes in its own time', async () => {
    const stop = new AbortController();
    const sleep = systemClock.sleep(10, stop.signal);
    await vi.advanceTimersByTimeAsync(10);
    await sleep;
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    stop.abort();
  });
});

describe('a simulated clock', () => {
  it.each([
    { speed: 1, shown: 10_000 },
    { speed: 60, shown: 600_000 },
    { speed: 0.5, shown: 5000 },
    { speed: 0, shown: 0 },
  ])('shows its origin at its origin and runs $speed times as fast', async ({ speed, shown }) => {
    const clock = simulatedClock({ origin: START, speed });
    expect(clock.now()).toBe(START);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(clock.now()).toBe(START + shown);
  });

  it('runs at its speed before its origin too', () => {
    expect(simulatedClock({ origin: START + 1000, speed: 60 }).now()).toBe(START + 1000 - 60_000);
  });

  it('shows whole milliseconds at any speed', async () => {
    const clock = simulatedClock({ origin: START, speed: 1 / 3 });
    await vi.advanceTimersByTimeAsync(10);
    expect(clock.now()).toBe(START + 3);
  });

  it('sleeps and measures in real time', async () => {
    const clock = simulatedClock({ origin: START, speed: 60 });
    const before = clock.elapsed();
    const woken = vi.fn();
    const sleep = clock.sleep(1000).then(woken);
    await vi.advanceTimersByTimeAsync(999);
    expect(woken).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await sleep;
    expect(clock.elapsed() - before).toBe(1000);
  });
});

describe('the text of a simulated time', () => {
  it.each([
    ['2026-11-21T08:00:00Z*60', { origin: START, speed: 60 }],
    ['2026-11-21T08:00:00Z*0', { origin: START, speed: 0 }],
    ['2026-11-21T08:00:00Z*0.25', { origin: START, speed: 0.25 }],
    ['2026-11-21T08:00:00.5Z*1', { origin: START + 500, speed: 1 }],
    ['2028-02-29T00:00:00.123Z*1', { origin: Date.parse('2028-02-29T00:00:00.123Z'), speed: 1 }],
  ])('%s is read', (text, time) => {
    expect(parseSimulatedTime(text)).toEqual(time);
  });

  it.each([
    '',
    '*',
    '60',
    '2026-11-21T08:00:00Z',
    '2026-11-21T08:00:00Z*',
    '2026-11-21T08:00:00Z*-1',
    '2026-11-21T08:00:00Z*1e3',
    '2026-11-21T08:00:00Z*fast',
    '2026-11-21T08:00:00Z*.5',
    '2026-11-21T08:00:00Z*1*1',
    '2026-11-21T08:00:00Z* 60',
    ' 2026-11-21T08:00:00Z*60',
    '2026-11-21T08:00:00Z*60\n',
    '2026-11-21T08:00:00*60',
    '2026-11-21T08:00:00+00:00*60',
    '2026-11-21 08:00:00Z*60',
    '2026-11-21*60',
    '2026-02-30T08:00:00Z*60',
    '2027-02-29T08:00:00Z*60',
    '2026-13-01T08:00:00Z*60',
    '2026-11-21T24:00:00Z*60',
    '2026-11-21T08:60:00Z*60',
    '2026-11-21T08:00:00.1234Z*60',
    `2026-11-21T08:00:00Z*${'9'.repeat(400)}`,
  ])('%j is refused', (text) => {
    expect(parseSimulatedTime(text)).toBeUndefined();
  });

  it('is read back as it was written', () => {
    const origin = fc
      .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
      .map((date) => date.getTime());
    const speed = fc.integer({ min: 0, max: 1_000_000 }).map((hundredths) => hundredths / 100);
    fc.assert(
      fc.property(fc.record({ origin, speed }), (time) => {
        expect(parseSimulatedTime(formatSimulatedTime(time))).toEqual(time);
      }),
    );
  });
});
