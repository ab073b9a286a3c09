import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readStatus } from '../../../dev/start/host.ts';
import { pullUpTo, targetOf } from '../../../dev/start/pulling.ts';
import { archiveStatus, logTypeStatus } from './statuses.ts';

const FROM = '2026-11-21T00:00:00Z';
const TARGET = Date.parse('2026-11-21T07:45:00Z');
const never = new AbortController().signal;

let server: Server | undefined;
afterEach(() => server?.close());

/** A host whose archive stands at `marks[n]` once the timers were fired n times. Answers `busy` status requests with 503. */
async function fakeHost(marks: readonly string[], busy = 0) {
  const fired: string[] = [];
  const authorizations: (string | undefined)[] = [];
  let refusals = busy;
  let running: { name: string; invocationId: string }[] = [];
  server = createServer((request, response) => {
    const name = /^\/admin\/functions\/(.*)$/.exec(request.url ?? '')?.[1];
    if (name && request.method === 'POST') {
      fired.push(name);
      running.push({ name, invocationId: `${name}-${fired.length}` });
      return response.writeHead(202, { 'x-ms-invocation-id': `${name}-${fired.length}` }).end();
    }
    if (request.url === '/admin/host/status') {
      // Each run is seen once; one of somebody else's never ends.
      const body = JSON.stringify({ running: [...running, { name: 'pull-risk', invocationId: 'scheduled' }] });
      running = [];
      return response.end(body);
    }
    authorizations.push(request.headers.authorization);
    if (request.url !== '/api/status') return response.writeHead(404).end();
    if (refusals > 0) {
      refusals -= 1;
      return response.writeHead(503).end('{"detail": "the index is being rebuilt"}');
    }
    const rounds = Math.floor(fired.length / 2);
    const watermark = marks[Math.min(rounds, marks.length - 1)] ?? FROM;
    const entries = marks.slice(0, rounds + 1).filter((mark, index) => mark !== marks[index - 1]).length;
    response.end(JSON.stringify(archiveStatus(logTypeStatus('riskyUsers', { from: FROM, watermark, entries }))));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, fired, authorizations };
}

const pull = (url: string, patience: number, onProgress = () => {}) =>
  pullUpTo({ url }, TARGET, { patience, onProgress }, never);

describe('pulling', () => {
  it('fires both timers until the target is reached', async () => {
    const host = await fakeHost([FROM, '2026-11-21T04:00:00Z', '2026-11-21T07:45:00Z']);
    let drawn = 0;
    const { logTypes } = await pull(host.url, 1, () => {
      drawn += 1;
    });
    expect(logTypes[0]?.watermark).toBe('2026-11-21T07:45:00Z');
    expect(host.fired).toEqual(['pull-reports', 'pull-risk', 'pull-reports', 'pull-risk']);
    expect(drawn).toBeGreaterThan(2);
  });

  it('fires nothing when all is there already', async () => {
    const host = await fakeHost(['2026-11-21T07:45:00Z']);
    await pull(host.url, 3);
    expect(host.fired).toEqual([]);
  });

  it('gives up when nothing moves, counting anew after each progress', async () => {
    const host = await fakeHost([FROM, FROM, '2026-11-21T04:00:00Z']);
    const { logTypes } = await pull(host.url, 2);
    expect(logTypes[0]?.watermark).toBe('2026-11-21T04:00:00Z');
    // One idle round, one that moved, two idle ones.
    expect(host.fired).toHaveLength(8);
  });

  it('stops when it is asked to', async () => {
    const host = await fakeHost([FROM]);
    const stop = new AbortController();
    const pulling = pullUpTo(
      host,
      TARGET,
      { patience: 1000, onProgress: () => stop.abort(new Error('enough')) },
      stop.signal,
    );
    await expect(pulling).rejects.toThrow('enough');
  });

  it('takes the settle time and whole minutes into account, as the app does', () => {
    expect(targetOf(archiveStatus())).toBe(TARGET);
  });
});

describe('a request', () => {
  it('is tried again while the index is being rebuilt', async () => {
    const { url } = await fakeHost([FROM], 1);
    expect((await readStatus({ url }, never)).logTypes).toHaveLength(1);
  });

  it('brings a token where one is wanted, a new one each time, and none where none is', async () => {
    const host = await fakeHost([FROM], 2);
    let made = 0;
    const token = async () => {
      made += 1;
      return `token-${made}`;
    };
    await readStatus({ url: host.url, signIn: { token, tokenUrl: '' } }, never);
    await readStatus({ url: host.url }, never);
    expect(host.authorizations).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-3', undefined]);
  });

  it('that is refused is one line with the reason', async () => {
    const { url } = await fakeHost([FROM]);
    await expect(readStatus({ url: `${url}/nowhere` }, never)).rejects.toThrow(
      /^GET http.*\/nowhere\/api\/status answered 404/,
    );
  });

  it('that nobody answers is one line with the reason', async () => {
    const { url } = await fakeHost([FROM]);
    server?.close();
    await once(server as Server, 'close');
    await expect(readStatus({ url }, never)).rejects.toThrow(/^GET http.* was not answered: connect ECONNREFUSED/);
  });
});
