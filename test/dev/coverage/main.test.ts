/** The command as somebody runs it: against servers that answer as an archive does, or not at all. */
import { spawn } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';

const span = (state: string) => ({ from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', state });
const answer = (logType: string, state: string) => ({
  logType,
  state,
  coveredTo: '2026-11-02T00:00:00.0000000Z',
  spans: [span(state)],
  gaps: [],
  means: 'what was shown',
});

function archive(states: Readonly<Record<string, string>>): RequestListener {
  return (request, response) => {
    const name = /\/api\/coverage\/(\w+)/.exec(request.url ?? '')?.[1];
    if (name === undefined) {
      response.end(JSON.stringify({ logTypes: Object.keys(states).map((logType) => ({ logType })) }));
    } else if (states[name] === 'torn') {
      response.writeHead(503, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ detail: `entry 3 of ${name} is missing` }));
    } else response.end(JSON.stringify(answer(name, states[name] ?? '')));
  };
}

const run = (listener: RequestListener, ...args: readonly string[]) => runIn({}, listener, ...args);

async function runIn(more: NodeJS.ProcessEnv, listener: RequestListener, ...args: readonly string[]) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, ['dev/coverage/main.ts', '--url', url, ...args], {
    env: { ...process.env, ...more },
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  server.close();
  return { code, text: output.join('') };
}

describe('npm run coverage', () => {
  it('ends with 0 when nothing is missing, and shows every log type', async () => {
    const { code, text } = await run(archive({ directoryAudits: 'settled', provisioning: 'pending' }));
    expect(code).toBe(0);
    expect(text).toContain('directoryAudits: settled');
    expect(text).toContain('provisioning: pending');
  });

  it('ends with 1 when there is a gap, or a log type that cannot be told, which hides no other', async () => {
    expect(await run(archive({ directoryAudits: 'gap' }))).toMatchObject({ code: 1 });
    const { code, text } = await run(archive({ directoryAudits: 'torn', provisioning: 'settled' }));
    expect(code).toBe(1);
    expect(text).toContain('directoryAudits: cannot be told. entry 3 of directoryAudits is missing');
    expect(text).toContain('provisioning: settled');
  });

  it('prints the answers as they are with --json', async () => {
    const { text } = await run(archive({ directoryAudits: 'settled' }), '--json', '--log-type', 'directoryAudits');
    expect(JSON.parse(text)).toEqual(answer('directoryAudits', 'settled'));
  });

  it('brings the token of the environment with every request, and shows it to nobody on the way', async () => {
    const brought: (string | undefined)[] = [];
    const settled = archive({ directoryAudits: 'settled' });
    const listener: RequestListener = (request, response) => {
      brought.push(request.headers.authorization);
      settled(request, response);
    };
    const env = { COVERAGE_TOKEN: 'a-token' };
    expect(await runIn(env, listener)).toMatchObject({ code: 0 });
    expect(await run(listener)).toMatchObject({ code: 0 });
    expect(brought).toEqual(['Bearer a-token', 'Bearer a-token', undefined, undefined]);
    const { code, text } = await runIn(env, listener, '--url', 'http://archive.example');
    expect([code, text]).toEqual([
      2,
      expect.stringMatching(/^coverage: http:\/\/archive\.example would show the token/),
    ]);
    expect(text).not.toContain('a-token');
  });

  it.each([
    [['--log-type', 'directoryAudits'], 'entry 3 of directoryAudits is missing'],
    [['--url', 'http://127.0.0.1:1'], "Start the archive with 'npm start'"],
    [['--form', 'x'], "Unknown option '--form'"],
  ])('ends with 2 and one line when it cannot ask: %j', async (args, line) => {
    const { code, text } = await run(archive({ directoryAudits: 'torn' }), ...args);
    expect(code).toBe(2);
    expect(text).toContain(line);
    expect(text.trim().split('\n')).toHaveLength(1);
  });
});
