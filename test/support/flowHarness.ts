/**
 * A whole small world for the flows: a fake Graph, in-memory stores and a clock that stands still until it is moved.
 *
 * Any number of instances of the app live in it at once, each with its own view of the stores (`storeHooks.ts`).
 * `check()` reads the archive anew from the stored bytes; call it after every step.
 */
import type { Entry, ReadEntry } from '../../shared/archive/entry.ts';
import { parseInstant } from '../../shared/archive/time.ts';
import type { Clock } from '../../shared/clock.ts';
import { type CollectOptions, collectNext } from '../../shared/collect.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import type { Deps } from '../../shared/deps.ts';
import type { LogFields } from '../../shared/logFields.ts';
import { type GraphLogType, isGraphs, LOG_TYPES, type LogType } from '../../shared/logTypes.ts';
import { checkLog, type LogReport } from './archiveCheck.ts';
import { createFakeGraph, type FakeRow, GRAPH_ORIGIN } from './fakeGraph.ts';
import { createMemoryStores } from './memoryStores.ts';
import { type Around, hooked, plainly } from './storeHooks.ts';

export const TENANT_ID = '3f0c8a52-6f1b-4c57-9d1e-8b2a7c4d5e60';
export const SETTLE_SECONDS = 900;
/** Seconds. */
export const DAY = 86_400;

export interface WorldOptions {
  /** The wall clock at the start. */
  readonly now?: string;
  /** Log types that are switched on; all that are not optional by default. */
  readonly logTypes?: readonly string[];
  /** What the source keeps, of every type that has a limit. */
  readonly sourceDays?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

export type World = ReturnType<typeof createWorld>;

/** By default it is 12:20 and the source keeps a day, so that one window, 13:00 of the day before to 12:05, is due. */
export function createWorld(options: WorldOptions = {}) {
  const { now = '2026-11-20T12:20:00Z', sourceDays = 1, logTypes } = options;
  const time = { now: Date.parse(now), elapsed: 0 };
  const clock: Clock = {
    now: () => time.now,
    elapsed: () => time.elapsed,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      time.elapsed += milliseconds;
    },
  };
  const graph = createFakeGraph(clock);
  const stores = createMemoryStores(clock);
  const config = withOnly(logTypes, readTestConfig(sourceDays, logTypes, options.settings));
  const logs: { level: string; message: string; fields: LogFields | undefined }[] = [];
  const world = {
    graph,
    stores,
    clock,
    config,
    logs,
    /** Moves both clocks. */
    advance(seconds: number) {
      time.now += seconds * 1000;
      time.elapsed += seconds * 1000;
    },
    logType: (name: string): GraphLogType => {
      const found = config.logTypes.find((logType) => logType.name === name);
      if (!found || !isGraphs(found)) throw new Error(`${name} is not switched on`);
      return found;
    },
    /** One instance of the app. */
    instance: (around: Around = plainly, pause?: (url: string) => Promise<void>): Deps => ({
      config,
      clock,
      graph: graph.client(pause),
      budgetOf: () => ({ intervalMs: 2500, grant: async (signal) => signal.throwIfAborted() }),
      log: (level, message, fields) => logs.push({ level, message, fields }),
      ...hooked(stores, around),
    }),
    /** Reads the whole archive of a log type anew and throws unless all of it is as it must be. */
    check: (name: string): LogReport => checkLog(stores, graph, config.tenantId, world.logType(name)),
    /** Second since 1970 up to which a run that starts now collects. */
    until: () => Math.floor((time.now / 1000 - SETTLE_SECONDS) / 60) * 60,
    /** Collects the next window as a run would. */
    collect: (name: string, deps: Deps = world.instance(), more: Partial<CollectOptions> = {}) =>
      collectNext(deps, world.logType(name), {
        until: world.until(),
        failures: 0,
        signal: new AbortController().signal,
        aimedRows: 50_000,
        settleSeconds: SETTLE_SECONDS,
        ...more,
      }),
    /** Collects until nothing is due. */
    async collectAll(name: string, deps?: Deps, more?: Partial<CollectOptions>) {
      while ((await world.collect(name, deps, more)).due);
    },
  };
  for (const container of containersOf(config)) stores.containers.set(container, new Map());
  return world;
}

function readTestConfig(
  days: number,
  names: readonly string[] | undefined,
  settings: WorldOptions['settings'],
): Config {
  const limited = [...LOG_TYPES.values()].filter(({ sourceRetentionDays }) => sourceRetentionDays !== undefined);
  return readConfig({
    TENANT_ID,
    GRAPH_BASE_URL: GRAPH_ORIGIN,
    ArchiveStorage: 'UseDevelopmentStorage=true',
    AUTH_MODE: 'none',
    ...(names && { LOG_TYPES: names.join(',') }),
    ...Object.fromEntries(limited.map(({ name }) => [`SOURCE_RETENTION_DAYS__${name}`, String(days)])),
    ...settings,
  });
}

/** Without the access log, which every real archive keeps beside what is pulled, unless it is named. */
function withOnly(names: readonly string[] = [...LOG_TYPES.keys()], config: Config): Config {
  const logTypes = config.logTypes.filter(({ name }) => names.includes(name));
  return { ...config, logTypes, everyLogType: logTypes };
}

export function containersOf(config: Config): string[] {
  return ['ledger', 'work', ...config.logTypes.map(({ name }) => `archive-${config.retentionDays(name)}d`)];
}

/**
 * A row of a log type, with the habits of real ones that a rewrite of JSON would lose.
 * @param time as the record prints it; `null` for a record without one.
 * @param compared what Graph's filter compares with, when that is finer than what it prints.
 */
export function row(logType: LogType, id: string, time: string | null, compared?: string, more = ''): FakeRow {
  const kind = logType.signInEventType === undefined ? '' : `,"signInEventTypes":["${logType.signInEventType}"]`;
  const line = `{"id":"${id}","${logType.timeField}":${JSON.stringify(time)}${kind},"x":0.0, "y":"\\u2013"${more}}`;
  return { line, compared: parseInstant(compared ?? time ?? '') };
}

/** `count` rows, `step` seconds apart, from `from` on. */
export function rows(logType: LogType, count: number, from: string, step: number, prefix = 'row'): FakeRow[] {
  const start = Date.parse(from) / 1000;
  return Array.from({ length: count }, (_unused, n) => {
    const time = new Date((start + Math.floor(n * step)) * 1000).toISOString();
    return row(logType, `${prefix}-${n}`, time.replace(/\.000Z$/, n % 3 === 0 ? 'Z' : `.${n % 10}200001Z`));
  });
}

/** The lines of rows, sorted: what an archive must hold, as a set. */
export function linesOf(list: readonly FakeRow[]): string[] {
  return list.map(({ line }) => line).sort();
}

/** A world with one log type. */
export function worldOf(
  name: string,
  options: Omit<WorldOptions, 'logTypes'> = {},
): { world: World; type: GraphLogType } {
  const world = createWorld({ ...options, logTypes: [name] });
  return { world, type: world.logType(name) };
}

/** What the read entries among some say. */
export function readsOf(entries: readonly Entry[]): ReadEntry['read'][] {
  return entries.filter((entry): entry is ReadEntry => entry.kind === 'read').map(({ read }) => read);
}

/** Seconds since 1970. */
export function seconds(text: string): number {
  return Date.parse(text) / 1000;
}
