/**
 * The Graph simulator: Microsoft Graph's HTTP for every log type of the product, over a seeded tenant, on 127.0.0.1.
 *
 * A request is taken in Graph's order: token, limits, query, page. Faults come between limits and query, or spoil the
 * page; conditions come with the query. What was delivered whole is remembered, so that an archive can be compared with
 * what Graph showed it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, formatSimulatedTime, type SimulatedTime, simulatedClock } from '../../shared/clock.ts';
import { createConditions } from './conditions.ts';
import { control, isControl } from './control.ts';
import type { World } from './existing.ts';
import { createFaultPlan } from './faultPlan.ts';
import { createGraph } from './graph.ts';
import { createShown } from './shown.ts';
import { createTenant } from './tenant.ts';

export interface SimulatorOptions {
  /** 0, the default, is any free port. */
  readonly port?: number;
  readonly seed?: number;
  /** Days of history before the origin of time. */
  readonly days?: number;
  /** Records a day, over all log types together. */
  readonly perDay?: number;
  /** The tenant's clock; by default it shows now and runs at `speed`. */
  readonly time?: SimulatedTime;
  /** Runs in place of `time`, whose origin still is where history ends. */
  readonly clock?: Clock;
  /** Multiplies the request limits and divides the waiting that is asked for. */
  readonly speed?: number;
  /** Names of faults. */
  readonly faults?: string[];
}

export interface Simulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;

/** @throws Error when a fault is unknown or the port is taken. */
export async function startGraphSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { seed = 1, days = 30, perDay = 2000, speed = 1 } = options;
  const time = options.time ?? { origin: Date.now(), speed };
  const clock = options.clock ?? simulatedClock(time);
  const tenant = createTenant(seed, perDay);
  const plan = createFaultPlan(seed, options.faults ?? []);
  const start = time.origin - days * DAY_MS;
  const world: World = { tenant, plan, conditions: createConditions(), shown: createShown(tenant), start };
  // A stopped clock does not stop the limits: they are real then.
  const graph = createGraph(world, clock, speed > 0 ? speed : 1);
  const report = () => ({
    days,
    speed,
    clock: formatSimulatedTime(time),
    requests: graph.requests(),
    violations: graph.violations,
  });
  const controlled = { world, now: clock.now, report };

  const handle = (request: IncomingMessage, response: ServerResponse, url: URL) =>
    isControl(url.pathname) ? control(controlled, request, response, url) : graph.handle(request, response, url);
  const server = createServer((request, response) => {
    const url = URL.parse(`http://127.0.0.1${request.url}`);
    if (url === null) response.writeHead(400).end();
    else handle(request, response, url).catch((error: unknown) => fail(request, response, error));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, close: () => close(server) };
}

/** A mistake of the simulator itself must not look like an answer of Graph. */
function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  process.stderr.write(
    `Graph simulator failed on ${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}\n`,
  );
  response.destroy();
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
