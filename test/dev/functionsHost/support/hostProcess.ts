/**
 * A development host as a child process, as a developer starts it: the command, its output, its signals.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { removeTempDirectories, tempDirectory } from './tempDirectory.ts';

const MAIN = fileURLToPath(new URL('../../../../dev/functionsHost/main.ts', import.meta.url));
const APPS = fileURLToPath(new URL('../apps/', import.meta.url));

export interface HostProcess {
  readonly url: string;
  readonly port: number;
  readonly statusDirectory: string;
  output(): string;
  /** Resolves when `pattern` has appeared in either output. */
  seen(pattern: RegExp): Promise<void>;
  /** Fires a function and resolves when its run has ended. */
  fire(name: string, init?: RequestInit): Promise<void>;
  running(): Promise<{ name: string; invocationId: string }[]>;
  signal(name: NodeJS.Signals): void;
  /** The exit code. */
  exited(): Promise<number>;
  /** SIGTERM, then the exit code. */
  stop(): Promise<number>;
}

export interface HostProcessOptions {
  /** A folder below `apps/`, or an absolute path. */
  readonly app: string;
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
  readonly status?: string;
}

const started = new Set<ChildProcess>();

/** Kills the hosts that are still running and removes their directories. */
export async function endHosts(): Promise<void> {
  for (const child of started) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  await removeTempDirectories();
}

/** Starts a host and waits until it listens. Throws with its output when it exits instead. */
export async function startHost(options: HostProcessOptions): Promise<HostProcess> {
  const statusDirectory = options.status ?? (await tempDirectory());
  const child = launch({ ...options, status: statusDirectory });
  const ready = /^Functions host listening on (http:\/\/127\.0\.0\.1:(\d+))$/m;
  await child.seen(ready);
  const [, url = '', port] = ready.exec(child.output()) ?? [];
  return { ...child, url, port: Number(port), statusDirectory, ...requests(url), stop: () => stop(child) };
}

/** Starts a host that is expected to end by itself. */
export async function runHost(options: HostProcessOptions): Promise<{ code: number; output: string }> {
  const child = launch(options);
  const code = await child.exited();
  return { code, output: child.output() };
}

type Launched = Pick<HostProcess, 'output' | 'seen' | 'exited' | 'signal'>;

function launch({ app, env = {}, args = [], status }: HostProcessOptions): Launched {
  const own = ['--app', path.resolve(APPS, app), ...(status ? ['--status', status] : [])];
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const child = spawn(process.execPath, [MAIN, ...own, ...port, ...args], {
    env: { PATH: process.env.PATH, JOB_SCHEDULE: '0 0 0 1 1 *', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  const exit = once(child, 'close').then(([code, signal]) => {
    started.delete(child);
    return signal ? -1 : Number(code);
  });
  let output = '';
  let gone = false;
  const read = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  exit.then(() => {
    gone = true;
  });
  return {
    output: () => output,
    seen: async (pattern) => {
      while (!pattern.test(output)) {
        if (gone) throw new Error(`The host ended without ${pattern}. Its output:\n${output}`);
        await sleep(5);
      }
    },
    exited: () => exit,
    signal: (name) => void child.kill(name),
  };
}

function requests(url: string): Pick<HostProcess, 'fire' | 'running'> {
  const running: HostProcess['running'] = async () => {
    const answer = await fetch(`${url}/admin/host/status`);
    const status = (await answer.json()) as { running: { name: string; invocationId: string }[] };
    return status.running;
  };
  return {
    running,
    fire: async (name, init = {}) => {
      const answer = await fetch(`${url}/admin/functions/${name}`, { method: 'POST', ...init });
      if (answer.status !== 202) throw new Error(`Firing ${name} was answered ${answer.status}.`);
      const id = answer.headers.get('x-ms-invocation-id');
      while ((await running()).some(({ invocationId }) => invocationId === id)) await sleep(5);
    },
  };
}

function stop(child: Launched): Promise<number> {
  child.signal('SIGTERM');
  return child.exited();
}
