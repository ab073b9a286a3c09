/**
 * One timer: waits for its occurrences, runs them one at a time, keeps its status.
 *
 * Runs never overlap: a scheduled run and one fired by hand queue behind each other. The status is stored after the
 * run, at-least-once; a failed run does not stop the schedule; one that outlasts the next occurrence is followed by the
 * next at once. A run fired by hand leaves the schedule alone.
 */

import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { RetryContext, RetryOptions, TypedData } from './coreTypes.ts';
import type { Log } from './log.ts';
import type { Schedule } from './ncrontab.ts';
import { runWithRetries } from './retry.ts';
import type { Running } from './running.ts';
import { statusAfterRun, statusAtStart, type TimerStatus, toWire } from './timerStatus.ts';
import type { TimerStore } from './timerStore.ts';
import { waitUntil } from './waitUntil.ts';

export interface TimerDefinition {
  readonly name: string;
  readonly schedule: Schedule;
  /** Its status is stored and shown to the function. */
  readonly monitored: boolean;
  readonly runOnStartup: boolean;
  readonly retry: RetryOptions | undefined;
}

export interface TimerDeps {
  readonly clock: Clock;
  readonly store: TimerStore;
  readonly running: Running;
  readonly log: Log;
  /** One try; rejects as the function does. */
  invoke(invocationId: string, data: TypedData, retry: RetryContext | undefined): Promise<unknown>;
}

export interface Timer {
  /** Follows the schedule until `signal` is aborted. Rejects only when the status cannot be read or stored. */
  follow(): Promise<void>;
  /** Queues a run now; returns its invocation id. */
  fire(): string;
}

/** A timer that has not started. After `signal` is aborted no run starts; one that runs goes on to its end. */
export function createTimer(definition: TimerDefinition, deps: TimerDeps, signal: AbortSignal): Timer {
  const { name, schedule, monitored } = definition;
  const { clock, store } = deps;
  let status: TimerStatus | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all queued before it is done; listed as running from now on. */
  const enqueue = (invocationId: string, work: () => Promise<void>): Promise<void> => {
    const done = queue.then(() => (signal.aborted ? undefined : work()));
    // A failed run is reported by whoever waits for it; the next one starts all the same.
    queue = done.catch(() => {});
    return deps.running.track(name, invocationId, done);
  };

  const run = (invocationId: string, isPastDue: boolean) => {
    const data = timerData(monitored ? status : undefined, isPastDue);
    let id: string | undefined = invocationId;
    const attempt = (retry: RetryContext | undefined) => {
      const current = id ?? randomUUID();
      id = undefined;
      return deps.invoke(current, data, retry);
    };
    return runWithRetries(definition.retry, attempt, clock, signal);
  };

  const serve = (isPastDue: boolean) => {
    const invocationId = randomUUID();
    return enqueue(invocationId, async () => {
      const start = clock.now();
      const outcome = await run(invocationId, isPastDue);
      if (outcome === 'stopped') return;
      status = statusAfterRun(schedule, start);
      if (monitored) await store.write(name, status);
    });
  };

  const begin = async (): Promise<TimerStatus> => {
    const stored = monitored ? await store.read(name) : undefined;
    const start = statusAtStart(stored, schedule, clock.now());
    status = start.status;
    if (monitored && start.changed) await store.write(name, status);
    if (start.pastDue) await serve(true);
    else if (definition.runOnStartup) await serve(false);
    return status;
  };

  return {
    follow: async () => {
      let { next } = await begin();
      if (next === Number.POSITIVE_INFINITY) deps.log('warning', name, 'The schedule never fires: no date matches it.');
      while (next !== Number.POSITIVE_INFINITY && (await reached(clock, next, signal))) {
        await serve(false);
        next = status?.next ?? next;
      }
    },
    fire: () => {
      const invocationId = randomUUID();
      enqueue(invocationId, async () => void (await run(invocationId, false)));
      return invocationId;
    },
  };
}

/** Whether the instant came before the abort. */
function reached(clock: Clock, instant: number, signal: AbortSignal): Promise<boolean> {
  return waitUntil(clock, instant, signal).then(
    () => !signal.aborted,
    (error) => {
      if (signal.aborted) return false;
      throw error;
    },
  );
}

/** The trigger's value; the library makes the first letters lower case. */
function timerData(status: TimerStatus | undefined, isPastDue: boolean): TypedData {
  const value = {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: status ? toWire(status) : null,
    IsPastDue: isPastDue,
  };
  return { json: JSON.stringify(value) };
}
