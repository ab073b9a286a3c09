/**
 * Where the two HTTP modes differ, and what streaming does to slow, leaving and betrayed clients.
 */

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endHosts, type HostProcess, startHost } from './support/hostProcess.ts';

const MB = 1024 * 1024;

afterAll(endHosts);

describe('buffered mode', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await startHost({ app: 'cjs-buffered', env: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000' } });
  });

  it('answers 500 without a body when the handler throws, and logs it', async () => {
    const answer = await fetch(`${host.url}/api/throws`);
    expect([answer.status, await answer.text()]).toEqual([500, '']);
    await host.seen(/error throws: Invocation \S+ failed: Error: thrown by the handler/);
  });

  it('answers 204 when the handler returns nothing', async () => {
    expect((await fetch(`${host.url}/api/nothing`)).status).toBe(204);
  });

  it('keeps query and body out of params', async () => {
    const body = JSON.stringify({ opt: 'body', admin: true });
    const answer = await fetch(`${host.url}/api/echo/7?opt=query&x=1`, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ params: { id: '7' }, query: { opt: 'query', x: '1' } });
  });

  it('answers 413 for a body beyond the limit, with and without a length', async () => {
    const chunked = new Blob([Buffer.alloc(1001)]).stream();
    const answers = [
      await fetch(`${host.url}/api/upload`, { method: 'POST', body: Buffer.alloc(1001) }),
      await fetch(`${host.url}/api/upload`, { method: 'POST', body: chunked, duplex: 'half' }),
      await fetch(`${host.url}/api/upload`, { method: 'POST', body: Buffer.alloc(1000) }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([413, 413, 200]);
  });
});

describe('streaming mode', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await startHost({ app: 'esm-streaming' });
  });

  const state = async () => (await fetch(`${host.url}/api/state`)).json() as Promise<Record<string, unknown>>;
  const open = async (path: string): Promise<IncomingMessage> => {
    const request = http.get(host.url + path);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  };

  it('mixes body fields and query into params, the route above the query above the body', async () => {
    const body = JSON.stringify({ id: 'body', opt: 'body', admin: true, size: 1.5, none: null, deep: { a: 1 } });
    const answer = await fetch(`${host.url}/api/echo/7?opt=query&code=k&x=1&x=2`, { method: 'POST', body });
    const { params } = (await answer.json()) as { params: unknown };
    expect(params).toEqual({ id: '7', opt: 'query', admin: 'true', size: '1.5', x: '1,2' });
  });

  it.each([
    ['/api/throws', /error throws: .* failed in streaming mode: .* leaves the client hanging without an answer/],
    ['/api/nothing', /error nothing: .* returned nothing in streaming mode: .* hanging without an answer/],
  ])('leaves the client of %s without an answer, and says so', async (path, line) => {
    const leave = new AbortController();
    const answer = fetch(host.url + path, { signal: leave.signal }).then(
      () => 'answered',
      () => 'left',
    );
    await host.seen(line);
    // A whole round trip later there is still no answer.
    await state();
    leave.abort();
    expect(await answer).toBe('left');
  });

  it('leaves the client hanging in the middle when the body fails, and says so', async () => {
    const response = await open('/api/fails-in-body');
    expect(String(await once(response, 'data'))).toBe('first ');
    await host.seen(/error fails-in-body: .* hanging in the middle of the body/);
    await state();
    expect([response.complete, response.destroyed]).toEqual([false, false]);
    response.destroy();
  });

  it('holds the app back when the client does not read', async () => {
    const bytes = 256 * MB;
    const response = await open(`/api/flood?bytes=${bytes}`);
    let before = await state();
    for (let quiet = 0; quiet < 5; quiet++) {
      await sleep(50);
      const now = await state();
      if (now.produced !== before.produced || !now.waiting) quiet = -1;
      before = now;
    }
    // What the sockets of two hops hold, and no more.
    expect(Number(before.produced)).toBeLessThan(bytes / 4);

    let received = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) received += chunk.length;
    expect(received).toBe(bytes);
  });

  it('tells the app at once when the client leaves', async () => {
    const response = await open(`/api/flood?bytes=${1024 * MB}`);
    response.once('error', () => {});
    await once(response, 'data');
    response.destroy();
    let now = await state();
    while (!now.left) {
      await sleep(5);
      now = await state();
    }
    expect(Number(now.produced)).toBeLessThan(1024 * MB);
    expect(await host.running()).toEqual([]);
  });

  it('outlives a client that leaves an app which does not notice', async () => {
    const response = await open('/api/unaware');
    response.once('error', () => {});
    await once(response, 'data');
    response.destroy();
    let now = await state();
    while (!now.unawareEnded) {
      await sleep(5);
      now = await state();
    }
    expect(await host.running()).toEqual([]);
  });

  it('breaks the transfer when the app destroys its response, and never ends it cleanly', async () => {
    const response = await open('/api/broken');
    let received = '';
    const read = async () => {
      for await (const chunk of response) received += chunk;
    };
    await expect(read()).rejects.toThrow('aborted');
    expect([received, response.complete]).toEqual(['first second ', false]);
  });

  it.each([
    ['with a length', (body: Buffer) => ({ body })],
    ['chunked', (body: Buffer) => ({ body: new Blob([body]).stream(), duplex: 'half' as const })],
  ])('passes a large upload %s on unchanged', async (_how, init) => {
    const body = randomBytes(20 * MB);
    const answer = await fetch(`${host.url}/api/upload`, { method: 'POST', ...init(body) });
    expect(await answer.text()).toBe(createHash('sha256').update(body).digest('hex'));
  });

  it('passes an answer on that comes before the upload has been read', async () => {
    const body = new Blob([Buffer.alloc(8 * MB)]).stream();
    const answer = await fetch(`${host.url}/api/deaf`, { method: 'POST', body, duplex: 'half' });
    expect([answer.status, await answer.text()]).toEqual([409, 'not interested']);
  });

  it('adds the invocation id to the answer, whatever the client sent', async () => {
    const headers = { 'x-ms-invocation-id': 'mine', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const answer = await fetch(`${host.url}/api/echo/1`, { headers });
    expect(answer.headers.get('x-ms-invocation-id')).toMatch(/^[0-9a-f]{8}-/);
    expect(await answer.json()).toMatchObject({ url: `${host.url}/api/echo/1` });
  });

  it('answers many requests at once, each its own', async () => {
    const ids = Array.from({ length: 50 }, (_, id) => id);
    const answers = await Promise.all(ids.map(async (id) => (await fetch(`${host.url}/api/echo/${id}`)).json()));
    expect(answers.map((answer) => Number((answer as { params: { id: string } }).params.id))).toEqual(ids);
  });
});

describe('behind a proxy that ends TLS', () => {
  it('tells the app the scheme of the client, where ASP.NET is told to', async () => {
    const host = await startHost({ app: 'esm-streaming', env: { ASPNETCORE_FORWARDEDHEADERS_ENABLED: 'true' } });
    const url = async (scheme: string) => {
      const answer = await fetch(`${host.url}/api/echo/1`, { headers: { 'x-forwarded-proto': scheme } });
      return ((await answer.json()) as { url: string }).url;
    };
    expect(await url('https')).toBe(`${host.url.replace('http:', 'https:')}/api/echo/1`);
    expect(await url('gopher')).toBe(`${host.url}/api/echo/1`);
  });
});
