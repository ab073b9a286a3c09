/**
 * Forwarding, between a client and an upstream that misbehaves on purpose.
 */

import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { forward } from '../../../dev/functionsHost/forward.ts';
import { catchProxy } from '../../../dev/functionsHost/proxy.ts';

const servers: net.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  }
});

async function listen(listener: RequestListener): Promise<number> {
  const server = http.createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A server that forwards everything to `upstream`, and what became of the exchanges. */
async function forwarding(upstream: number, options: { idleLimitMs?: number; bodyLimit?: number } = {}) {
  const closed = Promise.withResolvers<void>();
  const port = await listen((request, response) =>
    forward(
      request,
      response,
      {
        port: upstream,
        headers: { 'x-added': 'host' },
        body: undefined,
        bodyLimit: 1e9,
        idleLimitMs: 60_000,
        ...options,
      },
      closed.resolve,
    ),
  );
  return { url: `http://127.0.0.1:${port}`, closed: closed.promise };
}

describe('forward', () => {
  it('passes end-to-end headers on, in both directions, and no others', async () => {
    const seen = Promise.withResolvers<http.IncomingHttpHeaders>();
    const upstream = await listen((request, response) => {
      seen.resolve(request.headers);
      response.setHeader('connection', 'x-private');
      response.setHeader('x-private', '1');
      response.setHeader('x-public', '2');
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.end('x');
    });
    const { url } = await forwarding(upstream);
    const request = http.get(`${url}/p?q`, {
      headers: { connection: 'x-mine', 'x-mine': '1', te: 'trailers', 'x-kept': '2', 'x-added': 'client' },
    });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.resume();
    const headers = await seen.promise;
    expect([headers['x-mine'], headers.te, headers['x-kept'], headers['x-added']]).toEqual([
      undefined,
      undefined,
      '2',
      'host',
    ]);
    expect(answer.headers['x-private']).toBeUndefined();
    expect([answer.headers['x-public'], answer.headers['set-cookie']]).toEqual(['2', ['a=1', 'b=2']]);
  });

  it('answers 502 when the upstream breaks before its answer', async () => {
    const upstream = await listen((request) => request.socket.destroy());
    const { url } = await forwarding(upstream);
    expect((await fetch(url)).status).toBe(502);
  });

  it('answers 504 when the upstream stays silent for the idle limit', async () => {
    const upstream = await listen(() => {});
    const { url, closed } = await forwarding(upstream, { idleLimitMs: 50 });
    expect((await fetch(url)).status).toBe(504);
    await closed;
  });

  it('breaks the transfer when the upstream falls silent in mid-body', async () => {
    const upstream = await listen((_request, response) => void response.write('part'));
    const { url } = await forwarding(upstream, { idleLimitMs: 50 });
    await expect((await fetch(url)).text()).rejects.toThrow('terminated');
  });

  it('breaks the transfer when the upstream sends less than it announced', async () => {
    const upstream = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('part', () => response.destroy());
    });
    const { url } = await forwarding(upstream);
    await expect((await fetch(url)).text()).rejects.toThrow('terminated');
  });

  it('destroys the upstream request when the client leaves before the answer', async () => {
    const leave = new AbortController();
    const left = Promise.withResolvers<boolean>();
    const upstream = await listen((_request, response) => {
      response.on('close', () => left.resolve(response.writableFinished));
      leave.abort();
    });
    const { url, closed } = await forwarding(upstream);
    await expect(fetch(url, { signal: leave.signal })).rejects.toThrow('aborted');
    expect(await left.promise).toBe(false);
    await closed;
  });

  it('answers 413 for a streamed upload beyond the limit', async () => {
    const upstream = await listen((request) => void request.resume());
    const { url } = await forwarding(upstream, { bodyLimit: 1000 });
    const body = new Blob([Buffer.alloc(1001)]).stream();
    expect((await fetch(url, { method: 'POST', body, duplex: 'half' })).status).toBe(413);
  });
});

describe('catchProxy', () => {
  it('holds a server that listens everywhere to 127.0.0.1, and restores listen', async () => {
    const before = net.Server.prototype.listen;
    const server = http.createServer();
    servers.push(server);
    const proxy = await catchProxy(() => new Promise<void>((resolve) => server.listen(resolve)));
    expect(server.address()).toMatchObject({ address: '127.0.0.1', port: proxy?.port });
    expect(net.Server.prototype.listen).toBe(before);
  });

  it('restores listen when the start fails', async () => {
    const before = net.Server.prototype.listen;
    await expect(catchProxy(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(net.Server.prototype.listen).toBe(before);
  });

  it('finds no server in buffered mode', async () => {
    expect(await catchProxy(async () => {})).toBeUndefined();
  });

  it('tells of a request when it has arrived, once, and not when it is no longer expected', async () => {
    const server = http.createServer((_request, response) => response.end());
    servers.push(server);
    const proxy = await catchProxy(() => new Promise<void>((resolve) => server.listen(resolve)));
    const arrived: string[] = [];
    for (const id of ['a', 'b']) proxy?.expect(id, () => arrived.push(id));
    proxy?.forget('b');
    for (const id of ['a', 'a', 'b', 'c']) {
      await fetch(`http://127.0.0.1:${proxy?.port}`, { headers: { 'x-ms-invocation-id': id } });
    }
    expect(arrived).toEqual(['a']);
  });
});
