/**
 * The local storage: Azurite's blob and table services in a child process, on 127.0.0.1 only, without telemetry.
 *
 * With a `location` it keeps its data there and finds it again after a restart, provided it was closed or its parent
 * ended; it writes its metadata every few seconds and when it shuts down. It never outlives its parent.
 * It refuses to start with one error that says why and what to do.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { createInterface } from 'node:readline';

/** Azurite's fixed account. Name and key are public: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite */
export const DEVELOPMENT_ACCOUNT = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const;

export interface AzuriteOptions {
  /** Folder for the data, created where it is absent. Without it the data lives in memory. */
  readonly location?: string | undefined;
  /** 0 or absent: any free port. */
  readonly blobPort?: number | undefined;
  readonly tablePort?: number | undefined;
  /** Receives what Azurite prints, line by line. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface RunningAzurite {
  readonly connectionString: string;
  /** Without a trailing slash, for instance `http://127.0.0.1:10000/devstoreaccount1`. */
  readonly blobUrl: string;
  readonly tableUrl: string;
  /** Shuts down in order; resolves when the process has ended. Calling twice is harmless. */
  close(): Promise<void>;
}

const START_MS = 60_000;
const CLOSE_MS = 20_000;

/** Starts Azurite and waits until both services answer. Throws when it cannot start, and leaves no process behind. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<RunningAzurite> {
  if (options.location !== undefined) await makeFolder(options.location);
  const child = fork(new URL('./azuriteProcess.ts', import.meta.url), flags(options), {
    // A group of its own, so that Ctrl+C in the terminal reaches it only through its parent, which may still write.
    detached: true,
    env: withoutAzuriteSettings(process.env),
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const origins = await started(child, options).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  const blobUrl = `${origins.Blob}/${DEVELOPMENT_ACCOUNT.name}`;
  const tableUrl = `${origins.Table}/${DEVELOPMENT_ACCOUNT.name}`;
  return { connectionString: connectionString(blobUrl, tableUrl), blobUrl, tableUrl, close: () => close(child) };
}

/** The connection string for a blob and a table endpoint that speak for Azurite's account. */
export function connectionString(blobUrl: string, tableUrl: string): string {
  const { name, key } = DEVELOPMENT_ACCOUNT;
  const account = `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key}`;
  return `${account};BlobEndpoint=${blobUrl};TableEndpoint=${tableUrl};`;
}

function flags({ location, blobPort = 0, tablePort = 0 }: AzuriteOptions): string[] {
  const data = location === undefined ? ['--inMemoryPersistence'] : ['--location', location];
  const ports = ['--blobPort', `${blobPort}`, '--tablePort', `${tablePort}`, '--queuePort', '0'];
  return [...data, ...ports, '--silent', '--disableTelemetry', '--skipApiVersionCheck'];
}

/** Variables by which a developer's own Azurite is configured would change the accounts or the place of the data. */
function withoutAzuriteSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AZURITE_')));
}

async function makeFolder(location: string): Promise<void> {
  await mkdir(location, { recursive: true }).catch((error: Error) => {
    throw new Error(
      `The local storage (Azurite) cannot keep its data in '${location}': ${error.message}. Choose a folder that can be written.`,
    );
  });
}

interface Origins {
  Blob?: string;
  Table?: string;
}

const LISTENING = /Azurite (Blob|Table) service is successfully listening at (http:\S+)/;

/** Resolves with the origins of both services once they answer; rejects when the process ends or stays silent. */
async function started(child: ChildProcess, { log, ...options }: AzuriteOptions): Promise<Required<Origins>> {
  const origins: Origins = {};
  const printed: string[] = [];
  const stop = new AbortController();
  const listening = new Promise<void>((resolve) => {
    const read = (line: string) => {
      log?.(line);
      printed.push(line);
      const [, service, origin] = LISTENING.exec(line) ?? [];
      if (service && origin) origins[service as keyof Origins] = origin;
      if (origins.Blob && origins.Table) resolve();
    };
    for (const input of [child.stdout, child.stderr]) if (input) createInterface({ input }).on('line', read);
  });
  const ended = once(child, 'close', { signal: stop.signal }).then(() => {
    throw new Error(explain(printed, options));
  });
  const silent = setTimeout(() => child.kill('SIGKILL'), START_MS);
  try {
    await Promise.race([listening, ended]);
    const both = origins as Required<Origins>;
    await Promise.race([Promise.all([answers(both.Blob), answers(both.Table)]), ended]);
    return both;
  } finally {
    clearTimeout(silent);
    ended.catch(() => {});
    stop.abort();
  }
}

/** Resolves when a server at `origin` has answered anything at all. */
function answers(origin: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(origin, (response) => response.resume().once('end', resolve)).once('error', reject);
  });
}

function explain(printed: readonly string[], { location, blobPort, tablePort }: AzuriteOptions): string {
  const port = printed.map((line) => /EADDRINUSE.*:(\d+)/.exec(line)?.[1]).find(Boolean);
  const name = port === `${blobPort}` ? 'blobs' : port === `${tablePort}` ? 'tables' : 'storage';
  if (port) {
    return (
      `The local storage (Azurite) cannot start: port ${port} for ${name} is taken on 127.0.0.1. ` +
      'Stop what listens there (perhaps an Azurite of your own), or choose another port.'
    );
  }
  const place = location === undefined ? '' : `, or remove '${location}' to start empty`;
  const last = printed.slice(-3).join(' | ') || 'nothing';
  return `The local storage (Azurite) cannot start. It printed: ${last}. Run 'npm ci' if files are missing${place}.`;
}

async function close(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  const stuck = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
  await ended;
  clearTimeout(stuck);
  if (child.signalCode === 'SIGKILL') {
    throw new Error(
      `The local storage (Azurite) did not shut down within ${CLOSE_MS / 1000} s; its last seconds may be lost.`,
    );
  }
}
