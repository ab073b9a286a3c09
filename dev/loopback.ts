/**
 * An HTTP server for this machine alone. It listens on 127.0.0.1, and answers nobody who calls it by another name: a page
 * from elsewhere whose name was bound to this address would send its own (DNS rebinding).
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '../shared/settings.ts';

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Cuts what is open. */
  close(): Promise<void>;
}

/** @param url as the client sees it: its own name for this machine, and the port. */
type Handle = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

/**
 * Listens on `port` (0: any free one).
 * @param name for the line on standard error that tells of a mistake of `handle`; the client's transfer breaks then.
 * @throws when the port is taken.
 */
export async function listenOnLoopback(port: number, name: string, handle: Handle): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    const url = urlOf(request);
    if (url === undefined) return answerText(response, 421, 'This is for the machine that it runs on.');
    Promise.resolve(handle(request, response, url)).catch((error: unknown) => {
      if (request.destroyed || response.destroyed) return;
      process.stderr.write(`${name} failed on ${request.method} ${url.pathname}: ${error}\n`);
      response.destroy();
    });
  });
  // Uploads may take longer than Node's five minutes.
  server.requestTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers a line of text that nobody keeps. */
export function answerText(response: ServerResponse, status: number, line: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${line}\n`);
}

/** Answers JSON that nobody keeps. */
export function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

function urlOf({ headers: { host = '' }, url: target = '' }: IncomingMessage): URL | undefined {
  const url = target.startsWith('/') ? URL.parse(`http://${host}${target}`) : null;
  return url && url.host === host && isLoopback(url.hostname) ? url : undefined;
}
