/**
 * The same facts for ES and CommonJS apps, buffered and streaming: what a client, a timer and a hook may rely on.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endHosts, type HostProcess, startHost } from './support/hostProcess.ts';

const KEY = 'not a secret';
const APPS = ['esm-buffered', 'cjs-buffered', 'esm-streaming', 'cjs-streaming'] as const;

afterAll(endHosts);

describe.each(APPS)('%s', (app) => {
  let host: HostProcess;
  const get = (path: string, init?: RequestInit) => fetch(host.url + path, init);
  const text = async (path: string, init?: RequestInit) => (await get(path, init)).text();

  beforeAll(async () => {
    host = await startHost({ app });
  });

  it('says once that it listens, then lists the functions in the order of their names', () => {
    const lines = host.output().split('\n');
    expect(lines.filter((line) => line.startsWith('Functions host listening on'))).toEqual([
      `Functions host listening on ${host.url}`,
    ]);
    const names = lines.filter((line) => /^ {2}\S+: /.test(line)).map((line) => line.trim().split(':')[0] ?? '');
    expect(names).toEqual([...names].sort());
    expect(names).toContain('echo');
    expect(lines).toContain('  job: timerTrigger %JOB_SCHEDULE%');
    expect(lines).toContain(`  echo: GET,HEAD,POST ${host.url}/api/echo/{id:int}/{opt?}`);
  });

  it('runs the appStart hooks with the app directory, which is the working directory', () => {
    expect(host.output()).toMatch(new RegExp(`started in .*apps/${app}\n`));
  });

  it('hands method, absolute url, query, headers, route parameters and body to the handler', async () => {
    const answer = await get('/api/echo/42/%C3%A4%20b?q=1&q=2&z=', {
      method: 'POST',
      headers: { 'x-given': 'yes', 'content-type': 'text/plain' },
      body: 'the body €',
    });
    expect(answer.headers.get('x-method')).toBe('POST');
    expect(await answer.json()).toMatchObject({
      method: 'POST',
      url: `${host.url}/api/echo/42/%C3%A4%20b?q=1&q=2&z=`,
      params: { id: '42', opt: 'ä b' },
      header: 'yes',
      body: 'the body €',
    });
  });

  it('answers HEAD with the headers and no body', async () => {
    const answer = await get('/api/echo/1', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('x-method'), await answer.text()]).toEqual([200, 'HEAD', '']);
  });

  it.each([
    ['a path without a function', 'GET', '/api/absent'],
    ['a path outside the prefix', 'GET', '/echo/1'],
    ['a wrong method', 'DELETE', '/api/echo/1'],
    ['a parameter that breaks its constraint', 'GET', '/api/echo/one'],
    ['an admin route that is none', 'GET', '/admin/host/keys'],
    ['an unknown function to fire', 'POST', '/admin/functions/absent'],
  ])('answers 404 for %s', async (_what, method, path) => {
    expect((await get(path, { method })).status).toBe(404);
  });

  it('tries functions in the order of their names: the first hides the specific one', async () => {
    expect(await text('/api/users/me')).toBe('a-user');
    expect(await text('/api/users/me', { method: 'DELETE' })).toBe('b-me');
  });

  it('keeps bytes as they are', async () => {
    const body = await (await get('/api/bytes')).arrayBuffer();
    expect([...new Uint8Array(body)]).toEqual([0, 255, 13, 10, 128]);
  });

  it('passes status, headers and cookies on', async () => {
    const answer = await get('/api/cookies');
    expect([answer.status, answer.headers.get('x-one'), await answer.text()]).toEqual([201, '1', 'made']);
    const [first = '', second = ''] = answer.headers.getSetCookie();
    expect(new Set(first.split('; '))).toEqual(
      new Set(['a=b%20c', 'Max-Age=60', 'Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict']),
    );
    expect(new Set(second.split('; '))).toEqual(
      new Set(['d=e', 'Expires=Wed, 02 Jan 2030 03:04:05 GMT', 'Domain=example.org', 'SameSite=None']),
    );
  });

  it.each([
    ['/api/no-content', 204],
    ['/api/not-modified', 304],
  ])('answers %s without a body', async (path, status) => {
    const answer = await get(path);
    expect([answer.status, await answer.text(), answer.headers.get('content-length')]).toEqual([status, '', null]);
  });

  it('lets hooks change inputs, handler, result and log lines', async () => {
    expect(await text('/api/hooked')).toBe('pre wrapped handler');
    await get('/api/logging');
    await host.seen(/information logging: a \*\*\* word/);
    expect(host.output()).not.toContain('too fine');
  });

  it('asks for no key where none is configured', async () => {
    expect(await text('/api/key-function')).toBe('open');
    expect(await text('/api/key-admin')).toBe('open');
  });

  it('hands a fired timer its status, not past due', async () => {
    await host.fire('job');
    const [, line = ''] = /information job: timer (.*)/.exec(host.output()) ?? [];
    expect(JSON.parse(line)).toEqual({
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '0001-01-01T00:00:00',
        next: expect.stringMatching(/^\d{4}-01-01T00:00:00\+00:00$/),
        lastUpdated: expect.stringMatching(/\+00:00$/),
      },
      isPastDue: false,
    });
  });

  it('hands the input of a fired function of another trigger to it', async () => {
    await host.fire('queued', { body: JSON.stringify({ input: { id: 7 } }) });
    expect(host.output()).toContain('information queued: message {"id":7}');
  });

  it('lists a fired timer as running until it has ended', async () => {
    const fired = host.fire('held-job');
    await host.seen(/held-job begins/);
    expect((await host.running()).map(({ name }) => name)).toContain('held-job');
    await get('/api/release');
    await fired;
    expect((await host.running()).map(({ name }) => name)).not.toContain('held-job');
  });

  it('refuses to fire an HTTP function, a malformed input, and for another site', async () => {
    const post = (init: RequestInit, name = 'job') =>
      get(`/admin/functions/${name}`, { method: 'POST', ...init }).then(({ status }) => status);
    expect(await post({}, 'echo')).toBe(400);
    expect(await post({ body: '[1' })).toBe(400);
    expect(await post({ headers: { 'sec-fetch-site': 'cross-site' } })).toBe(403);
  });

  it('listens on 127.0.0.1 only', async () => {
    const addresses = (await (await get('/api/listeners')).json()) as string[];
    expect(addresses).toEqual(app.endsWith('streaming') ? ['127.0.0.1', '127.0.0.1'] : ['127.0.0.1']);
  });

  it('stops at SIGTERM: appTerminate hooks run, exit 0', async () => {
    expect(await host.stop()).toBe(0);
    expect(host.output()).toContain('terminating');
  });
});

describe.each(['esm-buffered', 'cjs-streaming'])('%s with a master key', (app) => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await startHost({ app, env: { FUNCTIONS_HOST_MASTER_KEY: KEY } });
  });

  const code = encodeURIComponent(KEY);
  it.each([
    ['a function of level function', 'GET', '/api/key-function', 200],
    ['a function of level admin', 'GET', '/api/key-admin', 200],
    ['the status', 'GET', '/admin/host/status', 200],
    ['firing a timer', 'POST', '/admin/functions/job', 202],
  ])('guards %s', async (_what, method, path, status) => {
    const answers = [
      await fetch(host.url + path, { method }),
      await fetch(`${host.url}${path}?code=wrong`, { method }),
      await fetch(`${host.url}${path}?code=${code}`, { method, headers: { 'x-functions-key': 'wrong' } }),
      await fetch(`${host.url}${path}?code=${code}`, { method }),
      await fetch(host.url + path, { method, headers: { 'x-functions-key': KEY } }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, status, status]);
    expect(await answers[0]?.text()).toBe('');
  });

  it('lets anonymous functions pass', async () => {
    expect((await fetch(`${host.url}/api/bytes`)).status).toBe(200);
  });
});
