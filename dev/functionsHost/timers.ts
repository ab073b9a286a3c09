/**
 * The app's timers: read from its functions, followed by the clock, fired by hand.
 *
 * A disabled timer has no schedule but can be fired, as in the real host.
 */

import type { RegisteredFunction } from './coreModule.ts';
import { isDisabled, isTriggeredBy, triggerOf } from './functions.ts';
import { HostError } from './hostError.ts';
import type { Invoke } from './invocation.ts';
import { parseSchedule } from './ncrontab.ts';
import { createTimer, type TimerDefinition, type TimerDeps } from './timer.ts';

export interface Timers {
  /** Follows all schedules. A status that cannot be read or stored ends the process as an unhandled rejection. */
  start(): void;
  /** Resolves when, after the signal, no timer runs or stores its status any more. */
  stopped(): Promise<unknown>;
  /** Queues a run; its invocation id, or `undefined` when there is no timer of that name. */
  fire(name: string): string | undefined;
}

/** The timers among `functions`. Throws `HostError` for a schedule that is not one. After `signal` no run starts. */
export function createTimers(
  functions: readonly RegisteredFunction[],
  env: NodeJS.ProcessEnv,
  deps: Omit<TimerDeps, 'invoke'> & { readonly invoke: Invoke },
  signal: AbortSignal,
): Timers {
  const timers = functions
    .filter((fn) => isTriggeredBy(fn, 'timer'))
    .map((fn) => {
      const invoke: TimerDeps['invoke'] = (invocationId, data, retryContext) =>
        deps.invoke({ fn, invocationId, data, ...(retryContext && { retryContext }) });
      const timer = createTimer(readTimer(fn, env), { ...deps, invoke }, signal);
      return { name: fn.metadata.name, timer, disabled: isDisabled(fn, env) };
    });
  const followed: Promise<void>[] = [];
  return {
    start: () => {
      for (const { timer, disabled } of timers) if (!disabled) followed.push(timer.follow());
    },
    stopped: () => Promise.allSettled(followed),
    fire: (name) => timers.find((each) => each.name === name)?.timer.fire(),
  };
}

/** The definition of a timer function; `%SETTING%` in its schedule is resolved from `env`. Throws `HostError`. */
export function readTimer(fn: RegisteredFunction, env: NodeJS.ProcessEnv): TimerDefinition {
  const { name, retryOptions } = fn.metadata;
  const { schedule: text, useMonitor = true, runOnStartup = false } = triggerOf(fn).options;
  const schedule = parseSchedule(resolveSettings(String(text), name, env));
  return {
    name,
    schedule,
    monitored: useMonitor === true && !schedule.subMinute,
    runOnStartup: runOnStartup === true,
    retry: retryOptions,
  };
}

function resolveSettings(text: string, name: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/%([^%]+)%/g, (_, setting: string) => {
    const value = env[setting];
    if (value !== undefined) return value;
    throw new HostError(
      `Function "${name}": its schedule names the setting ${setting}. Set it in local.settings.json.`,
    );
  });
}
