/**
 * The parts of the local stack, each started when the one before it is up: source, storage, Functions host.
 */

import { createServer } from 'node:net';
import path from 'node:path';
import { connectStorage } from '../../shared/storage/connect.ts';
import { startAzurite } from '../azurite.ts';
import { parseFaults, unknownFaults } from '../graphSimulator/faultTable.ts';
import { WORKER_FLAGS } from '../workerFlags.ts';
import { startChild } from './children.ts';
import { hostEnvironment } from './environment.ts';
import { FOLDER, LOGS, SIGNING_KEY } from './folders.ts';
import { writeLife } from './life.ts';
import type { Lifecycle } from './lifecycle.ts';
import { takeLock } from './lock.ts';
import type { Options } from './options.ts';
import { oneLine, StartProblem } from './problem.ts';
import { ensureSigningKey } from './signingKey.ts';
import { foreignSource, nowAt, type Source, tenantToSimulate } from './source.ts';

const WRITE_LIFE_MS = 5000;

/**
 * Refuses a port that is taken before anything is started. 0 is any free one.
 * @throws StartProblem
 */
export async function requireFreePort(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used: ${error.message}`;
      reject(new StartProblem(`Port ${port} ${why}. Stop what listens there, or choose another with --port (0: any).`));
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

/**
 * The storage: the one that is named, if it answers, or our Azurite, on whatever ports are free.
 * @returns its connection string.
 */
export async function startStorage({ storage }: Options, lifecycle: Lifecycle): Promise<string> {
  if (storage === undefined) return startOurStorage(lifecycle);
  try {
    await connectStorage({ connectionString: storage }).ensure([]);
  } catch (error) {
    throw new StartProblem(`--storage cannot be used: ${oneLine(error)}`);
  }
  return storage;
}

async function startOurStorage(lifecycle: Lifecycle): Promise<string> {
  const location = path.join(FOLDER, 'azurite');
  const say = (line: string) => process.stderr.write(`${line}\n`);
  lifecycle.onEnd(await takeLock(location, lifecycle.signal, say));
  const starting = startAzurite({ location });
  // Ctrl-C may come while it starts: it is ended all the same, once it can be.
  lifecycle.onEnd(async () => (await starting.catch(() => undefined))?.close());
  try {
    return (await starting).connectionString;
  } catch (error) {
    throw new StartProblem(oneLine(error));
  }
}

/** The Graph to pull from: the one that is named, or our simulator. */
export async function startSource(options: Options, lifecycle: Lifecycle): Promise<Source> {
  if (options.graph) return foreignSource(options.graph, process.env, options.once, lifecycle.signal);
  const { tenantId, clock, speed } = tenantToSimulate(options, FOLDER);
  const args = { days: options.days, 'per-day': options.perDay, seed: options.seed, port: 0, clock, speed };
  const [, graphUrl = ''] = await startChild(
    {
      name: 'Graph simulator',
      script: 'dev/graphSimulator/main.ts',
      args: [...flags(args), ...(options.faults ? [`--faults=${options.faults}`] : [])],
      env: process.env,
      ready: /Graph simulator listening on (http:\S+)/,
      logFolder: LOGS,
    },
    lifecycle,
  );
  const keep = () => writeLife(FOLDER, tenantId, nowAt(clock));
  const keeping = setInterval(keep, WRITE_LIFE_MS).unref();
  lifecycle.onEnd(() => {
    clearInterval(keeping);
    keep();
  });
  return { graphUrl, tenantId, clock, speed, tellsTruth: true };
}

/** Refuses names that are not faults of the simulator. */
export function requireKnownFaults(faults: string | undefined): void {
  const [unknown] = unknownFaults(parseFaults(faults ?? ''));
  if (unknown === undefined) return;
  throw new StartProblem(`There is no fault '${unknown}'. 'npm run graph-simulator -- --help' lists them all.`);
}

/**
 * The Functions host with the app in it.
 * @param signIn settings of who may ask; nobody is asked who he is without them.
 * @returns its URL, without a slash at the end.
 */
export async function startHost(
  options: Pick<Options, 'port' | 'days'>,
  source: Source,
  storage: string,
  lifecycle: Lifecycle,
  signIn?: Readonly<Record<string, string>>,
): Promise<string> {
  ensureSigningKey(SIGNING_KEY);
  const [, url = ''] = await startChild(
    {
      name: 'Functions host',
      script: 'dev/functionsHost/main.ts',
      flags: WORKER_FLAGS,
      args: flags({ app: '.', port: options.port, status: path.join(FOLDER, 'host'), grace: 10 }),
      env: hostEnvironment(process.env, options, source, storage, signIn),
      ready: /Functions host listening on (http:\S+)/,
      logFolder: LOGS,
    },
    lifecycle,
  );
  return url;
}

function flags(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
