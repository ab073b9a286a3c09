import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { CONDITIONS } from '../../../dev/graphSimulator/conditionTable.ts';
import { FAULTS } from '../../../dev/graphSimulator/faultTable.ts';
import { get } from './client.ts';

const MAIN = 'dev/graphSimulator/main.ts';

function run(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const text = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    text.err += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}

describe('the command line', () => {
  it('lists every fault and every condition in its help, once', async () => {
    const { code, out, err } = await ended(run(['--help']));
    expect([code, err]).toEqual([0, '']);
    const rows = out.split('\n');
    for (const { name, text } of [...FAULTS, ...CONDITIONS]) {
      expect(rows.filter((row) => row.startsWith(`  ${name} `) && row.endsWith(` ${text}`))).toHaveLength(1);
    }
  });

  it.each([
    [['--gremlins'], /^graph-simulator: Unknown option '--gremlins'.*--help lists the flags\n$/],
    [['extra'], /^graph-simulator: Unexpected argument 'extra'.*\n$/],
    [['--faults', 'late-rows,gremlins'], /^graph-simulator: there is no fault 'gremlins'; --help lists them\n$/],
    [['--days', '0'], /^graph-simulator: --days wants a whole number from 1 to 3650, not '0'\n$/],
    [['--speed', 'fast'], /^graph-simulator: --speed wants a number of 0 or more, not 'fast'\n$/],
    [['--clock', 'now'], /^graph-simulator: --clock wants <origin>\*<speed>.*not 'now'\n$/],
  ])('refuses %j in one line', async (args, message) => {
    const { code, out, err } = await ended(run(args));
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(err.trimEnd()).not.toContain('\n');
  });

  it('refuses a port that is taken in one line', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const { code, err } = await ended(run(['--port', String(port)]));
    expect([code, err]).toEqual([1, `graph-simulator: port ${port} is taken; choose another with --port\n`]);
    blocker.close();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('starts what it was told, says where, and stops at %s', async (signal) => {
    const child = run([
      '--seed',
      '9',
      '--days',
      '2',
      '--per-day',
      '300',
      '--clock',
      '2026-11-21T08:00:00Z*0',
      '--faults',
      'all',
    ]);
    const end = ended(child);
    const [first] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const [, url] = /^Graph simulator listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(first)) ?? [];
    const described = JSON.parse((await get(`${url}/_simulator`)).body.toString()) as Record<string, unknown>;
    expect(described).toMatchObject({
      seed: 9,
      days: 2,
      perDay: 300,
      now: '2026-11-21T08:00:00.000Z',
      faults: FAULTS.map(({ name }) => name),
    });
    child.kill(signal);
    expect(await end).toMatchObject({ code: 0, err: '' });
  });
});
