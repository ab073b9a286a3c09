/**
 * Timers under a clock that the test moves: starts, occurrences, retries, no overlap, status after the run.
 */

import { describe, expect, it } from 'vitest';
import type { RetryOptions } from '../../../dev/functionsHost/coreTypes.ts';
import { parseSchedule } from '../../../dev/functionsHost/ncrontab.ts';
import { createRunning } from '../../../dev/functionsHost/running.ts';
import { createTimer, type TimerDeps } from '../../../dev/functionsHost/timer.ts';
import type { TimerStatus } from '../../../dev/functionsHost/timerStatus.ts';
import { fakeClock } from './support/fakeClock.ts';

const NOW = Date.parse('2026-11-21T08:01:00Z');
const MINUTE = 60_000;
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);
const clockText = (time: number) => new Date(time).toISOString().slice(11, 19);

interface Run {
  readonly time: string;
  readonly pastDue: boolean;
  readonly next: string | undefined;
  readonly retry:
    | { readonly retryCount: number; readonly maxRetryCount: number; readonly exception?: object }
    | undefined;
}

interface Given {
  readonly schedule?: string;
  readonly stored?: TimerStatus;
  readonly runOnStartup?: boolean;
  readonly monitored?: boolean;
  readonly retry?: RetryOptions;
  readonly speed?: number;
  readonly handler?: (run: Run) => unknown;
}

/** A timer that has been started at NOW. */
async function start(given: Given = {}) {
  const clock = fakeClock(NOW, given.speed);
  const stopping = new AbortController();
  const stored = new Map<string, TimerStatus>(given.stored ? [['job', given.stored]] : []);
  const runs: Run[] = [];
  const lines: string[] = [];
  const running = createRunning();
  const deps: TimerDeps = {
    clock,
    running,
    store: { read: async (name) => stored.get(name), write: async (name, status) => void stored.set(name, status) },
    log: (_level, _source, message) => lines.push(message),
    invoke: async (_id, data, retry) => {
      const { ScheduleStatus, IsPastDue } = JSON.parse(data.json ?? '');
      const run = { time: clockText(clock.now()), pastDue: IsPastDue, next: ScheduleStatus?.Next.slice(11, 19), retry };
      runs.push(run);
      await given.handler?.(run);
    },
  };
  const definition = {
    name: 'job',
    schedule: parseSchedule(given.schedule ?? '0 */5 * * * *'),
    monitored: given.monitored ?? true,
    runOnStartup: given.runOnStartup ?? false,
    retry: given.retry,
  };
  const timer = createTimer(definition, deps, stopping.signal);
  const followed = timer.follow();
  await clock.advance(0);
  const times = () => runs.map(({ time }) => time);
  return { clock, stopping, stored, runs, lines, running, timer, followed, times };
}

/** A promise that the test settles. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('a timer', () => {
  it('fires at its occurrences and stores its status after each', async () => {
    const { clock, times, stored } = await start();
    expect(stored.get('job')).toEqual({ last: undefined, next: at('08:05:00'), lastUpdated: NOW });
    await clock.advance(10 * MINUTE);
    expect(times()).toEqual(['08:05:00', '08:10:00']);
    expect(stored.get('job')).toMatchObject({ next: at('08:15:00') });
  });

  it('shows the function the status before the run: next is the occurrence being served', async () => {
    const { clock, runs } = await start();
    await clock.advance(5 * MINUTE);
    expect(runs).toMatchObject([{ time: '08:05:00', next: '08:05:00', pastDue: false, retry: undefined }]);
  });

  it('makes up for several missed occurrences by one run at once, past due', async () => {
    const stored = { last: at('07:30:02'), next: at('07:35:00'), lastUpdated: at('07:30:02') };
    const { clock, runs } = await start({ stored });
    await clock.advance(5 * MINUTE);
    expect(runs).toMatchObject([
      { time: '08:01:00', next: '07:35:00', pastDue: true },
      { time: '08:05:00', next: '08:05:00', pastDue: false },
    ]);
  });

  it('runs on start-up where it is told to, and keeps its next occurrence', async () => {
    const { clock, runs } = await start({ runOnStartup: true });
    await clock.advance(5 * MINUTE);
    expect(runs).toMatchObject([
      { time: '08:01:00', pastDue: false },
      { time: '08:05:00', pastDue: false },
    ]);
  });

  it('runs once on start-up when it is past due as well', async () => {
    const stored = { last: at('07:30:02'), next: at('07:35:00'), lastUpdated: at('07:30:02') };
    const { runs } = await start({ stored, runOnStartup: true });
    expect(runs).toMatchObject([{ pastDue: true }]);
  });

  it('without monitoring has no status and stores none', async () => {
    const { clock, runs, stored } = await start({ monitored: false });
    await clock.advance(5 * MINUTE);
    expect(runs).toMatchObject([{ time: '08:05:00', next: undefined }]);
    expect(stored.size).toBe(0);
  });

  it('never overlaps: a run that outlasts the next occurrence is followed by it at once', async () => {
    const held = gate();
    let first = true;
    const handler = () => {
      const wait = first ? held.opened : undefined;
      first = false;
      return wait;
    };
    const { clock, times } = await start({ handler });
    await clock.advance(17 * MINUTE);
    expect(times()).toEqual(['08:05:00']);
    held.open();
    await clock.advance(0);
    expect(times()).toEqual(['08:05:00', '08:18:00']);
    await clock.advance(2 * MINUTE);
    expect(times()).toEqual(['08:05:00', '08:18:00', '08:20:00']);
  });

  it('stores nothing in mid-run, so that a crash replays the occurrence', async () => {
    const held = gate();
    const { clock, stored } = await start({ handler: () => held.opened });
    await clock.advance(4 * MINUTE);
    expect(stored.get('job')).toEqual({ last: undefined, next: at('08:05:00'), lastUpdated: NOW });
    held.open();
    await clock.advance(0);
    expect(stored.get('job')).toMatchObject({ last: at('08:05:00') });
  });

  it('goes on after a run that failed', async () => {
    const handler = () => Promise.reject(new Error('no'));
    const { clock, times } = await start({ handler });
    await clock.advance(10 * MINUTE);
    expect(times()).toEqual(['08:05:00', '08:10:00']);
  });

  it('retries under the lock, with the exception, and no more often than the policy says', async () => {
    const retry: RetryOptions = { maxRetryCount: 2, retryStrategy: 'fixedDelay', delayInterval: { seconds: 10 } };
    const { clock, runs, stored } = await start({ retry, handler: () => Promise.reject(new Error('no')) });
    await clock.advance(4 * MINUTE + 15_000);
    expect(stored.get('job')).toMatchObject({ last: undefined });
    await clock.advance(15_000);
    const exception = { message: 'no', source: '', stackTrace: expect.stringContaining('Error: no') };
    expect(runs.map(({ time, retry }) => ({ time, retry }))).toEqual([
      { time: '08:05:00', retry: { retryCount: 0, maxRetryCount: 2 } },
      { time: '08:05:10', retry: { retryCount: 1, maxRetryCount: 2, exception } },
      { time: '08:05:20', retry: { retryCount: 2, maxRetryCount: 2, exception } },
    ]);
    expect(stored.get('job')).toMatchObject({ last: at('08:05:00') });
  });

  it('stops retrying at the first success; -1 retries without end', async () => {
    const retry: RetryOptions = { maxRetryCount: -1, retryStrategy: 'fixedDelay', delayInterval: { seconds: 1 } };
    const handler = ({ retry }: Run) => (retry && retry.retryCount < 7 ? Promise.reject(new Error('no')) : undefined);
    const { clock, runs } = await start({ retry, handler });
    await clock.advance(5 * MINUTE);
    expect(runs.map(({ retry }) => retry?.retryCount)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('queues a run fired by hand behind the one that runs, lists both, and keeps the schedule', async () => {
    const held = gate();
    const { clock, times, timer, running, stored } = await start({ handler: () => held.opened });
    await clock.advance(4 * MINUTE);
    const fired = timer.fire();
    await clock.advance(0);
    expect(times()).toEqual(['08:05:00']);
    expect(running.list().map(({ invocationId }) => invocationId)).toContain(fired);
    expect(running.list()).toHaveLength(2);
    held.open();
    await running.idle();
    expect(times()).toEqual(['08:05:00', '08:05:00']);
    expect(stored.get('job')).toEqual({ last: at('08:05:00'), next: at('08:10:00'), lastUpdated: at('08:05:00') });
  });

  it('starts no run after it has been stopped, and stores what was running', async () => {
    const held = gate();
    const { clock, times, timer, stopping, stored, followed } = await start({ handler: () => held.opened });
    await clock.advance(4 * MINUTE);
    timer.fire();
    stopping.abort();
    held.open();
    await clock.advance(30 * MINUTE);
    await followed;
    expect(times()).toEqual(['08:05:00']);
    expect(stored.get('job')).toMatchObject({ last: at('08:05:00') });
  });

  it('stopped between two retries leaves its status, so that the occurrence is served again', async () => {
    const retry: RetryOptions = { maxRetryCount: 9, retryStrategy: 'fixedDelay', delayInterval: { seconds: 60 } };
    const { clock, stopping, stored, followed } = await start({
      retry,
      handler: () => Promise.reject(new Error('no')),
    });
    await clock.advance(4 * MINUTE);
    stopping.abort();
    await clock.advance(10 * MINUTE);
    await followed;
    expect(stored.get('job')).toMatchObject({ last: undefined, next: at('08:05:00') });
  });

  it('follows a clock that runs sixty times as fast', async () => {
    const { clock, times } = await start({ speed: 60 });
    await clock.advance(15_000);
    expect(times().map((time) => time.slice(0, 5))).toEqual(['08:05', '08:10', '08:15']);
  });

  it('does not fire while the clock stands still, but can be fired by hand', async () => {
    const { clock, times, timer } = await start({ speed: 0 });
    await clock.advance(10 * MINUTE);
    expect(times()).toEqual([]);
    timer.fire();
    await clock.advance(0);
    expect(times()).toEqual(['08:01:00']);
  });

  it('notices a clock that is set', async () => {
    const { clock, times } = await start({ speed: 0 });
    clock.set(at('08:05:30'));
    await clock.advance(500);
    expect(times()).toEqual(['08:05:30']);
  });

  it('says that an impossible date never fires', async () => {
    const { lines, followed } = await start({ schedule: '0 0 0 31 2 *' });
    await followed;
    expect(lines).toEqual([expect.stringContaining('never fires')]);
  });

  it('rejects when its status cannot be read', async () => {
    const { clock } = await start();
    const failing = createTimer(
      { name: 'job', schedule: parseSchedule('0 */5 * * * *'), monitored: true, runOnStartup: false, retry: undefined },
      {
        clock,
        running: createRunning(),
        log: () => {},
        invoke: async () => {},
        store: { read: () => Promise.reject(new Error('unreadable')), write: async () => {} },
      },
      new AbortController().signal,
    );
    await expect(failing.follow()).rejects.toThrow('unreadable');
  });
});
