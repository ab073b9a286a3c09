/**
 * The whole stack for a test: real Azurite behind the WORM proxy, the Graph simulator with its clock frozen until the
 * test moves it, and Functions hosts as processes of their own that can be killed. `compareWithTruth` is the judge: what
 * Graph showed against what the archive serves.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { connectionString } from '../../dev/azurite.ts';
import { parseFaults } from '../../dev/graphSimulator/faultTable.ts';
import { startGraphSimulator } from '../../dev/graphSimulator/server.ts';
import { simulatedTenantId } from '../../dev/graphSimulator/tenant.ts';
import { formatSimulatedTime, systemClock } from '../../shared/clock.ts';
import { ACCESS_LOG_TYPE, LOG_TYPES } from '../../shared/logTypes.ts';
import type { LogTypeStatus } from '../../shared/status.ts';
import { canaryEnvironment } from './canaries.ts';
import { startFaultProxy } from './faultProxy.ts';
import { startWormAzurite } from './wormAzurite.ts';

export interface StackOptions {
  readonly days: number;
  readonly perDay: number;
  /** What every clock shows at first, in milliseconds since 1970; now by default. It settles which rows there are. */
  readonly origin?: number;
  readonly seed?: number;
  /** Names in a comma list, or `all`. */
  readonly faults?: string;
  /** Graph's limits and the app's budget, both this many times the real ones. */
  readonly speed?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** Root of the function app; the project's own by default. */
  readonly app?: string;
}

export interface Host {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it wrote so far. */
  readonly output: () => string;
  /** Sends a signal and resolves, once it has ended and its output is read, with its exit code; `null` if it was killed. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  kill(): Promise<void>;
}

const SPEED = 1000;
const SETTLE_SECONDS = 900;

export type Stack = Awaited<ReturnType<typeof startStack>>;

export async function startStack(options: StackOptions) {
  const time = { origin: options.origin ?? Date.now(), speed: 0 };
  let now = time.origin;
  const { days, perDay, seed = 1, speed = SPEED } = options;
  const azurite = await startWormAzurite({}, () => now);
  const blobProxy = await startFaultProxy(azurite.blobUrl);
  const simulator = await startGraphSimulator({
    days,
    perDay,
    seed,
    time,
    clock: { ...systemClock, now: () => now },
    speed,
    faults: parseFaults(options.faults ?? ''),
  });
  const statusDirectory = mkdtempSync(join(tmpdir(), 'entra-log-archive-'));
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    ...canaryEnvironment(),
    TENANT_ID: simulatedTenantId(seed, perDay),
    GRAPH_BASE_URL: simulator.url,
    ArchiveStorage: connectionString(blobProxy.url, azurite.tableUrl),
    AUTH_MODE: 'none',
    PULL_SCHEDULE: '0 */15 * * * *',
    // Only when a test fires them.
    CHECKPOINT_SCHEDULE: '0 0 0 1 1 *',
    VERIFY_SCHEDULE: '0 0 0 1 1 *',
    GRAPH_REPORTS_PER_10S: String(4 * speed),
    GRAPH_RISK_PER_SECOND: String(speed),
    ...Object.fromEntries([...LOG_TYPES.keys()].map((name) => [`SOURCE_RETENTION_DAYS__${name}`, String(days)])),
    ...options.settings,
  };
  const hosts = new Set<Host>();

  return {
    azurite,
    /** Between the hosts and Azurite's blobs; it counts, and does nothing else unless told to. */
    blobProxy,
    simulator,
    env,
    /** What every clock shows: milliseconds since 1970. */
    get now() {
      return now;
    },
    /** Seconds since 1970 that every watermark ends at. */
    get target() {
      return Math.floor((now / 1000 - SETTLE_SECONDS) / 60) * 60;
    },
    /** Lets so many milliseconds pass. A host keeps the time it was started at, so those that run are killed. */
    async pass(milliseconds: number): Promise<void> {
      for (const host of hosts) await host.kill();
      hosts.clear();
      now += milliseconds;
    },
    /** @param settings above those of the stack. Throws with all that the host wrote when it refuses to start. */
    async startHost(settings: Readonly<Record<string, string>> = {}): Promise<Host> {
      const clock = { SIMULATED_CLOCK: formatSimulatedTime({ origin: now, speed: 0 }) };
      const host = await startHost({ ...env, ...clock, ...settings }, statusDirectory, options.app ?? '.');
      hosts.add(host);
      return host;
    },
    async close(): Promise<void> {
      for (const host of hosts) await host.kill();
      await simulator.close();
      await blobProxy.close();
      await azurite.close();
      rmSync(statusDirectory, { recursive: true, force: true });
    },
  };
}

async function startHost(env: NodeJS.ProcessEnv, statusDirectory: string, app: string): Promise<Host> {
  const args = ['dev/functionsHost/main.ts', '--app', app, '--port', '0', '--status', statusDirectory];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  // `close`, unlike `exit`, comes after the last line has been read.
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const match = /listening on (http:\/\/\S+)/.exec(line);
      if (match?.[1]) resolve(match[1]);
    });
    child.once('close', (code) => reject(new Error(`the host ended with ${code}: ${lines.join('\n')}`)));
  });
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    url,
    process: child,
    output: () => lines.join('\n'),
    stop,
    async kill() {
      await stop('SIGKILL');
    },
  };
}

export const PULL_TIMERS = ['pull-reports', 'pull-risk'];

export async function fire(host: Host, timer: string): Promise<void> {
  const response = await fetch(`${host.url}/admin/functions/${timer}`, { method: 'POST', body: '{}' });
  if (response.status !== 202) throw new Error(`firing ${timer} answered ${response.status}`);
}

/** Of the log types that are pulled. */
export async function statusOf(host: Host): Promise<LogTypeStatus[]> {
  const response = await fetch(`${host.url}/api/status`);
  if (!response.ok) throw new Error(`status answered ${response.status}: ${await response.text()}`);
  const { logTypes } = (await response.json()) as { logTypes: LogTypeStatus[] };
  return logTypes.filter(({ logType }) => logType !== ACCESS_LOG_TYPE.name);
}

/** Fires both pull timers until every log type has reached the target. */
export async function pullAll(host: Host, target: number, patienceMs = 240_000): Promise<LogTypeStatus[]> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const running = await runningTimers(host);
    for (const timer of PULL_TIMERS) if (!running.includes(timer)) await fire(host, timer);
    await pause(200);
    const status = await statusOf(host);
    if (status.every(({ watermark }) => watermark !== null && Date.parse(watermark) / 1000 >= target)) return status;
    if (Date.now() > end)
      throw new Error(`not pulled in time: ${JSON.stringify(status)}\n${host.output().slice(-4000)}`);
  }
}

/** Fires both pull timers once and waits until no run is left. */
export async function runTimers(host: Host): Promise<void> {
  for (const timer of PULL_TIMERS) await fire(host, timer);
  while ((await runningTimers(host)).length > 0) await pause(100);
}

export async function runningTimers(host: Host): Promise<string[]> {
  const status = (await (await fetch(`${host.url}/admin/host/status`)).json()) as { running: { name: string }[] };
  return status.running.map(({ name }) => name);
}

export interface Comparison {
  readonly logType: string;
  readonly shown: number;
  readonly archived: number;
  readonly missing: number;
  readonly extra: number;
  readonly doubled: number;
}

/** Compares, as sets of whole lines, what the simulator showed with what the archive serves, for every log type. */
export async function compareWithTruth(host: Host, graphUrl: string): Promise<Comparison[]> {
  const results: Comparison[] = [];
  for (const { logType, from, watermark } of await statusOf(host)) {
    const range = `from=${from}&to=${watermark}`;
    const shown = await hashLines(`${graphUrl}/_simulator/truth/${logType}?${range}`);
    const archived = await hashLines(`${host.url}/api/logs/${logType}?${range}&versions=all`);
    results.push({
      logType,
      shown: shown.set.size,
      archived: archived.set.size,
      missing: shown.set.difference(archived.set).size,
      extra: archived.set.difference(shown.set).size,
      doubled: archived.lines - archived.set.size,
    });
  }
  return results;
}

/** What `compareWithTruth` must give: everything, nothing else, nothing twice, and not nothing at all. */
export function faultsOf(comparisons: readonly Comparison[]): Comparison[] {
  return comparisons.filter(({ missing, extra, doubled, shown }) => missing + extra + doubled > 0 || shown === 0);
}

/**
 * How many lines of a route of the simulator the archive does not serve, by log type; those that lack none are left out.
 * @param route `tenant` is what exists now; `certain` is what every reader of what was shown is bound to hold.
 */
export async function notArchived(
  host: Host,
  graphUrl: string,
  route: 'tenant' | 'certain',
): Promise<Record<string, number>> {
  const lacking: Record<string, number> = {};
  for (const { logType, from, watermark } of await statusOf(host)) {
    const range = `from=${from}&to=${watermark}`;
    const path = route === 'tenant' ? `tenant/${logType}?${range}` : `truth/${logType}?${range}&certain=true`;
    const wanted = await hashLines(`${graphUrl}/_simulator/${path}`);
    const archived = await hashLines(`${host.url}/api/logs/${logType}?${range}&versions=all`);
    const missing = wanted.set.difference(archived.set).size;
    if (missing > 0 || wanted.set.size === 0) lacking[logType] = missing;
  }
  return lacking;
}

/** Puts conditions of the simulator in place of those in force. */
export async function setConditions(graphUrl: string, conditions: readonly object[]): Promise<void> {
  const url = `${graphUrl}/_simulator/conditions`;
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify(conditions) });
  if (!response.ok) throw new Error(`setting conditions answered ${response.status}: ${await response.text()}`);
}

export async function hashLines(url: string): Promise<{ set: Set<string>; lines: number }> {
  const set = new Set<string>();
  let lines = 0;
  for await (const line of readLines(url)) {
    set.add(createHash('sha256').update(line).digest('base64'));
    lines += 1;
  }
  return { set, lines };
}

/** The lines of an NDJSON answer, as bytes. */
export async function* readLines(url: string): AsyncGenerator<Buffer> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of Readable.fromWeb(response.body as never) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) throw new Error(`${url} ended in the middle of a line`);
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Memory of a host's process that is in RAM now, in bytes: VmRSS in Linux's /proc, elsewhere what `ps` says. */
export function residentBytes({ process: { pid } }: Host): number {
  const kibibytes =
    process.platform === 'linux'
      ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' });
  if (!(Number(kibibytes) > 0)) throw new Error(`the memory of process ${pid} cannot be read`);
  return Number(kibibytes) * 1024;
}
