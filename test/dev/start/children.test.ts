import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { type ChildOptions, startChild } from '../../../dev/start/children.ts';
import type { Lifecycle } from '../../../dev/start/lifecycle.ts';
import type { StartProblem } from '../../../dev/start/problem.ts';

const TETHER = fileURLToPath(new URL('../../../dev/start/tether.ts', import.meta.url));
/** Says that it is up, then that it is asked to end, and ends. */
const SERVER = `process.on('SIGTERM', () => { console.log('asked'); process.exit(0); });
setInterval(() => {}, 1000);
console.log('Server listening on http://127.0.0.1:1 ' + process.pid);`;

/** A lifecycle that only remembers. */
function fakeLifecycle() {
  const controller = new AbortController();
  const problems: StartProblem[] = [];
  const cleanUps: (() => unknown)[] = [];
  const lifecycle: Lifecycle = {
    signal: controller.signal,
    fail: (problem) => problems.push(problem),
    isUp: () => {},
    onEnd: (cleanUp) => cleanUps.push(cleanUp),
    exitCodeOf: () => 1,
    end: async () => {
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
    },
  };
  return { lifecycle, problems, controller };
}

function script(text: string): ChildOptions & { logFile: string } {
  const logFolder = mkdtempSync(path.join(tmpdir(), 'children-'));
  const file = path.join(logFolder, 'script.mjs');
  writeFileSync(file, text);
  const ready = /^Server listening on (\S+) (\d+)$/;
  const logFile = path.join(logFolder, 'test-server.log');
  return { name: 'Test server', script: file, args: [], env: process.env, ready, logFolder, logFile };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a child', () => {
  it('is up when it says so, and is asked to end in the end', async () => {
    const { lifecycle, problems } = fakeLifecycle();
    const options = script(SERVER);
    const [, url, pid] = await startChild(options, lifecycle);
    expect(url).toBe('http://127.0.0.1:1');
    await lifecycle.end();
    expect(isAlive(Number(pid))).toBe(false);
    expect(readFileSync(options.logFile, 'utf8')).toBe(`Server listening on http://127.0.0.1:1 ${pid}\nasked\n`);
    expect(problems).toEqual([]);
  });

  it.each([
    ['its last words', "console.error('Test server: port 1 is taken'); process.exit(1);", 'port 1 is taken'],
    ['the message of its error', "throw new Error('no such thing');", 'Error: no such thing'],
    ['its exit code when it said nothing', 'process.exit(9);', 'exit code 9'],
  ])('that does not start is told with %s', async (_, text, words) => {
    const { lifecycle, problems } = fakeLifecycle();
    await expect(startChild(script(text), lifecycle)).rejects.toThrow(`Test server did not start: ${words}`);
    await lifecycle.end();
    expect(problems).toEqual([]);
  });

  it('that is lost while it is needed ends the program, with one line', async () => {
    const { lifecycle, problems } = fakeLifecycle();
    const options = script(SERVER);
    const [, , pid] = await startChild(options, lifecycle);
    process.kill(Number(pid), 'SIGKILL');
    await vi.waitFor(() => expect(problems).toHaveLength(1), { timeout: 10_000 });
    expect(problems[0]?.message).toMatch(
      /^Test server ended unexpectedly \(SIGKILL\)\. Its log, .*test-server\.log, may say why\.$/,
    );
    await lifecycle.end();
  });

  it('is not waited for when the program shall end, and is ended', async () => {
    const { lifecycle, controller } = fakeLifecycle();
    const options = { ...script(SERVER), ready: /never/ };
    const starting = startChild(options, lifecycle);
    await vi.waitFor(() => expect(readFileSync(options.logFile, 'utf8')).not.toBe(''), { timeout: 10_000 });
    controller.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    await lifecycle.end();
    expect(readFileSync(options.logFile, 'utf8')).toMatch(/asked\n$/);
  });
});

describe('the tether', () => {
  it('asks a process to end when its parent is killed', async () => {
    const { script: child } = script(SERVER);
    const parent = `const { spawn } = require('node:child_process');
spawn(process.execPath, ['--import', ${JSON.stringify(TETHER)}, ${JSON.stringify(child)}], { detached: true, stdio: ['ignore', 1, 2, 'ipc'] });`;
    const killed = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    killed.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    await once(killed.stdout, 'close');
    expect(output).toMatch(/asked\n$/);
  });

  it('does not keep a process alive that has nothing to do', async () => {
    const { script: child } = script("console.log('done');");
    const ended = spawn(process.execPath, ['--import', TETHER, child], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    expect(await once(ended, 'exit')).toEqual([0, null]);
  });
});
