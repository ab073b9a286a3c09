/**
 * The library's own HTTP server of streaming mode, held to the loopback interface.
 *
 * The library listens on a random port of ALL interfaces, without authentication. While its capabilities are asked for,
 * `listen` of every server is narrowed to 127.0.0.1 and the server is caught; afterwards `listen` is as before.
 * Catching it also tells exactly when a forwarded request has reached the library.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';

const LOOPBACK = '127.0.0.1';

export interface StreamProxy {
  readonly port: number;
  /** Calls `arrived` once, when the library has the request with this `x-ms-invocation-id`. */
  expect(invocationId: string, arrived: (response: ServerResponse) => void): void;
  /** Gives up waiting; without effect once it has arrived. */
  forget(invocationId: string): void;
  close(): void;
}

/** The library's server when `start` made one, that is: in streaming mode. */
export async function catchProxy(start: () => Promise<unknown>): Promise<StreamProxy | undefined> {
  const servers: net.Server[] = [];
  const listen = net.Server.prototype.listen;
  // Only the library starts a server at this point, and only by `listen(callback)` or `listen(port, callback)`.
  net.Server.prototype.listen = function (this: net.Server, ...given: unknown[]) {
    servers.push(this);
    const port = given.find((each) => typeof each === 'number') ?? 0;
    const callback = given.find((each) => typeof each === 'function') as (() => void) | undefined;
    return listen.call(this, { port, host: LOOPBACK }, callback);
  } as typeof listen;
  try {
    await start();
  } finally {
    net.Server.prototype.listen = listen;
  }
  const server = servers.find((each) => each.listening);
  return server && watch(server);
}

function watch(server: net.Server): StreamProxy {
  const expected = new Map<string, (response: ServerResponse) => void>();
  // The library's listener was first: when this one runs, the library has the request.
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const id = String(request.headers['x-ms-invocation-id']);
    const arrived = expected.get(id);
    expected.delete(id);
    arrived?.(response);
  });
  return {
    port: (server.address() as net.AddressInfo).port,
    expect: (id, arrived) => expected.set(id, arrived),
    forget: (id) => expected.delete(id),
    close: () => {
      server.close();
    },
  };
}
