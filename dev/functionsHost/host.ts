/**
 * The development Functions host: stands in for the Azure Functions host and its Node worker on a developer's machine.
 *
 * It loads the built app of a directory and runs its HTTP functions and timers as the real host would, on 127.0.0.1
 * only. One host for each process: the library it serves keeps its runtime for good, and the app shares this process'
 * environment and working directory. It is no part of the product and promises nothing but sameness of behaviour.
 */

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { type Clock, parseSimulatedTime, simulatedClock, systemClock } from '../../shared/clock.ts';
import { createAdmin } from './admin.ts';
import { type App, startApp } from './app.ts';
import { DEFAULT_BODY_LIMIT } from './body.ts';
import { isDisabled, isTriggeredBy, triggerOf } from './functions.ts';
import { HostError } from './hostError.ts';
import type { HttpDeps } from './http.ts';
import { serveBuffered } from './httpBuffered.ts';
import { listen, type ServerDeps } from './httpServer.ts';
import { serveStreaming } from './httpStreaming.ts';
import { createInvoke } from './invocation.ts';
import { createKeyCheck } from './keys.ts';
import { createLog } from './log.ts';
import { createRouter, type Route, readRoutes } from './router.ts';
import { createRunning } from './running.ts';
import { readSettings } from './settings.ts';
import { shutDown } from './shutdown.ts';
import { createTimerStore } from './timerStore.ts';
import { createTimers, type Timers } from './timers.ts';
import { toTypedData } from './typedData.ts';

export interface FunctionsHostOptions {
  /** Root of the function app: where host.json and package.json are. */
  readonly appDirectory: string;
  /** Default 7071; 0 is any free one. */
  readonly port?: number;
  /** Where timer statuses are kept. Default `<app>/.local/host`. */
  readonly statusDirectory?: string;
  /** Guards admin routes and functions that ask for a key. Without it none is asked for. */
  readonly masterKey?: string;
  /** The real environment, above local.settings.json. Default `process.env`, into which the result is written. */
  readonly env?: NodeJS.ProcessEnv;
  /** The timers' clock. Default: what SIMULATED_CLOCK says, else the system's. */
  readonly clock?: Clock;
  /** Receives log lines. Default: standard error. */
  readonly log?: (line: string) => void;
}

export interface FunctionsHost {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Names, sorted. */
  readonly functions: string[];
  /** One line for each function, for people. */
  readonly summary: string[];
  /** Stops as on SIGTERM; `graceMs` (default 10,000) is how long running invocations may take. */
  close(graceMs?: number): Promise<void>;
}

const DEFAULT_PORT = 7071;
const DEFAULT_GRACE_MS = 10_000;

/**
 * Loads the app, starts its timers and resolves when HTTP is ready. Throws `HostError` when it cannot start, with one
 * line that says what to do next. A timer status that cannot be read or stored ends the process as an unhandled rejection.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const directory = path.resolve(options.appDirectory);
  const statusDirectory = path.resolve(options.statusDirectory ?? path.join(directory, '.local/host'));
  const { env, routePrefix } = await readSettings(directory, options.env ?? process.env);
  Object.assign(process.env, env);
  const clock = options.clock ?? clockOf(env);
  const log = createLog(options.log ?? ((line) => process.stderr.write(`${line}\n`)), clock.now);
  if (env.WEBSITE_TIME_ZONE) log('warning', 'host', 'WEBSITE_TIME_ZONE is ignored: schedules are UTC, as on Flex.');

  const app = await startApp(directory, log);
  const { core, functions, proxy } = app;
  const routes = readRoutes(
    functions.filter((fn) => !isDisabled(fn, env)),
    routePrefix,
  );
  const stopping = new AbortController();
  const running = createRunning();
  const invoke = createInvoke(core, log);
  const store = createTimerStore(statusDirectory);
  const timers = createTimers(functions, env, { clock, store, running, log, invoke }, stopping.signal);
  const checkKey = createKeyCheck(options.masterKey);
  const http: HttpDeps = { invoke, running, log, bodyLimit: bodyLimitOf(env) };

  const { server, port } = await listen(options.port ?? DEFAULT_PORT, {
    admin: createAdmin({
      functions: functions.map((fn) => ({ name: fn.metadata.name, type: triggerOf(fn).type })),
      running,
      checkKey,
      fire: fireIn(app, timers, http),
    }),
    router: createRouter(routes),
    // ASP.NET's own name, which the real host goes by too.
    behindProxy: env.ASPNETCORE_FORWARDEDHEADERS_ENABLED === 'true',
    checkKey,
    log,
    stopping: stopping.signal,
    serve: serveIn(app, http),
  });
  timers.start();
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    functions: functions.map((fn) => fn.metadata.name),
    summary: summaryOf(app, routes, url),
    close: (graceMs = DEFAULT_GRACE_MS) => {
      const stop = () => {
        stopping.abort();
        return timers.stopped();
      };
      return shutDown({ core, server, proxy, running, log, stop }, graceMs);
    },
  };
}

function clockOf(env: NodeJS.ProcessEnv): Clock {
  if (!env.SIMULATED_CLOCK) return systemClock;
  const time = parseSimulatedTime(env.SIMULATED_CLOCK);
  if (!time) throw new HostError('SIMULATED_CLOCK must look like 2026-11-21T08:00:00Z*60 (an instant, * and a speed).');
  return simulatedClock(time);
}

function bodyLimitOf(env: NodeJS.ProcessEnv): number {
  const limit = Number(env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? DEFAULT_BODY_LIMIT);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new HostError('FUNCTIONS_REQUEST_BODY_SIZE_LIMIT must be a number of bytes.');
}

/** The mode is the app's, not the function's: streaming when the library has started its own server. */
function serveIn({ proxy }: App, http: HttpDeps): ServerDeps['serve'] {
  if (!proxy) return (request, response, url, match) => serveBuffered(request, response, url, match, http);
  return (request, response, url, match) => serveStreaming(request, response, url, match, { ...http, proxy });
}

/** Timers queue a run; a function of another trigger gets the input as its trigger's value; HTTP ones are refused. */
function fireIn({ functions }: App, timers: Timers, { invoke, running }: HttpDeps) {
  return (name: string, input: unknown): string | undefined => {
    const fn = functions.find((each) => each.metadata.name === name);
    if (!fn || isTriggeredBy(fn, 'http')) return undefined;
    const timer = timers.fire(name);
    if (timer) return timer;
    const invocationId = randomUUID();
    // The invoker logs a failure; nobody waits for the result.
    running.track(name, invocationId, invoke({ fn, invocationId, data: toTypedData(input) })).catch(() => {});
    return invocationId;
  };
}

function summaryOf({ functions }: App, routes: readonly Route[], url: string): string[] {
  return functions.map((fn) => {
    const { name } = fn.metadata;
    const { type, options } = triggerOf(fn);
    const route = routes.find((each) => each.fn === fn);
    const what = route ? `${route.methods.join(',')} ${url}/${route.template}` : `${type} ${options.schedule ?? ''}`;
    return `  ${name}: ${what.trim()}`;
  });
}
