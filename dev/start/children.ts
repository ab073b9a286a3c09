/**
 * A process that `npm start` runs: in a session of its own, so that Ctrl-C in the terminal reaches only us and we end
 * everything in the right order; tied to us by a channel, so that it ends by itself when we are killed.
 *
 * What it prints goes into a file. When it ends while it is needed, everything ends, with one line that says why.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Lifecycle } from './lifecycle.ts';
import { StartProblem } from './problem.ts';

export interface ChildOptions {
  /** For people: `Functions host`. The log file is named after it. */
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Flags of Node itself. */
  readonly flags?: readonly string[];
  /** The line of standard output that says it is up. */
  readonly ready: RegExp;
  /** Where the log file goes. */
  readonly logFolder: string;
}

interface Child {
  readonly process: ChildProcess;
  readonly ready: Promise<RegExpExecArray>;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  /** The last line that says something: of standard error, else of standard output. */
  lastWords(): string;
}

const TETHER = fileURLToPath(new URL('./tether.ts', import.meta.url));
/** Longer than the grace of any of them. */
const PATIENCE_MS = 20_000;

/**
 * Starts a process and waits for its `ready` line. The lifecycle ends it.
 * @returns the match.
 * @throws StartProblem with its last words when it ends before; the reason of the lifecycle's signal.
 */
export async function startChild(options: ChildOptions, lifecycle: Lifecycle): Promise<RegExpExecArray> {
  const { name, logFolder } = options;
  const { signal } = lifecycle;
  signal.throwIfAborted();
  mkdirSync(logFolder, { recursive: true });
  const logFile = path.join(logFolder, `${name.toLowerCase().replaceAll(' ', '-')}.log`);
  const child = launch(options, logFile);
  let wanted = true;
  lifecycle.onEnd(() => {
    wanted = false;
    return end(child);
  });
  const refused = child.ended.then((how) => {
    throw new StartProblem(`${name} did not start: ${child.lastWords() || how}`);
  });
  const match = await Promise.race([child.ready, refused, aborted(signal)]);
  refused.catch(() => {});
  child.ended.then((how) => {
    if (wanted)
      lifecycle.fail(new StartProblem(`${name} ended unexpectedly (${how}). Its log, ${logFile}, may say why.`));
  });
  return match;
}

function launch({ name, script, args, env, flags = [], ready: pattern }: ChildOptions, logFile: string): Child {
  const log = createWriteStream(logFile);
  const child = spawn(process.execPath, [...flags, '--import', TETHER, script, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const words = { stdout: '', stderr: '' };
  const ready = new Promise<RegExpExecArray>((resolve) => {
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = child[stream];
      if (!input) continue;
      createInterface({ input }).on('line', (line) => {
        log.write(`${line}\n`);
        if (saysSomething(line)) words[stream] = withoutName(line.trim(), name);
        const match = stream === 'stdout' ? pattern.exec(line) : null;
        if (match) resolve(match);
      });
    }
  });
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => log.end(() => resolve(signal ?? `exit code ${code}`)));
  });
  return { process: child, ready, ended, lastWords: () => words.stderr || words.stdout };
}

async function end({ process: child, ended }: Child): Promise<void> {
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(impatient);
}

/** Neither empty nor part of a stack. */
function saysSomething(line: string): boolean {
  return line.trim() !== '' && !/^\s+(at |\^)|^Node\.js v|^\s*[{}]/.test(line);
}

/** Without the name in front, which is `Some name: ` or `some-name: `. */
function withoutName(line: string, name: string): string {
  const [prefix = '', ...rest] = line.split(': ');
  return prefix.toLowerCase().replaceAll('-', ' ') === name.toLowerCase() ? rest.join(': ') : line;
}

/** Rejects with the signal's reason once it is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
