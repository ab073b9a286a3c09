/** Runs one side of a comparison in a process of its own and reads back what the operating system counted for it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Measured {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMb: number;
  readonly records: number;
  readonly requests: number;
}

/** Called by a side when it is done: prints what it used, as one JSON line. */
export function reportUsage(started: number, counts: { records: number; requests: number }): void {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const measured: Measured = {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    wallSeconds: (performance.now() - started) / 1000,
    peakMb: maxRSS / 1024,
    ...counts,
  };
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}

/** Runs `script` with Node and returns the JSON line it printed last. */
export async function runSide<Result = Measured>(
  script: string,
  env: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Result> {
  const child = spawn(process.execPath, [...flags, script], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = line;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
  return JSON.parse(last) as Result;
}

/** Starts `pageServer.ts`; resolves when it has its pages. */
export async function startPageServer(simulator: string, first: string): Promise<{ url: string; close(): void }> {
  const child = spawn(process.execPath, ['dev/bench/pageServer.ts', simulator, first], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the page server ended with ${code}`)));
  });
  return { url, close: () => void child.kill() };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
