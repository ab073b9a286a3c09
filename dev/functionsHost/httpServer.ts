/**
 * The host's HTTP server on 127.0.0.1: admin routes, then the app's routes, then the key, then the mode.
 */

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Admin } from './admin.ts';
import { HostError, stackOf } from './hostError.ts';
import { sendStatus } from './http.ts';
import type { CheckKey } from './keys.ts';
import type { Log } from './log.ts';
import type { RouteMatch, Router } from './router.ts';

export interface ServerDeps {
  readonly admin: Admin;
  readonly router: Router;
  /** TLS ends at a proxy before the host, which says the client's scheme. */
  readonly behindProxy: boolean;
  readonly checkKey: CheckKey;
  readonly log: Log;
  /** Aborted: no request is served any more. */
  readonly stopping: AbortSignal;
  /** Answers a request that matched a route, in the app's mode. */
  serve(request: IncomingMessage, response: ServerResponse, url: URL, match: RouteMatch): Promise<void>;
}

/** Listens on `port` (0: any free one) and resolves with the server and its port. Throws `HostError` when it is taken. */
export async function listen(port: number, deps: ServerDeps): Promise<{ server: http.Server; port: number }> {
  const server = http.createServer((request, response) => {
    // A client that leaves shows on `request` and `response`; what else fails here is a fault of the host.
    handle(request, response, deps).catch((error) => {
      if (request.destroyed || response.destroyed) return;
      deps.log('error', 'host', `${request.method} failed in the host itself: ${stackOf(error)}`);
      if (response.headersSent) response.destroy();
      else sendStatus(response, 500);
    });
  });
  // Uploads may take longer than Node's five minutes; idle connections live as long as with the real server.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 130_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, port)));
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function handle(request: IncomingMessage, response: ServerResponse, deps: ServerDeps): Promise<void> {
  if (deps.stopping.aborted) {
    response.setHeader('connection', 'close');
    return sendStatus(response, 503);
  }
  const url = requestUrl(request, deps.behindProxy);
  if (!url) return sendStatus(response, 400);
  if (/^\/admin\//i.test(url.pathname)) return deps.admin(request, response, url);
  const match = deps.router(request.method ?? 'GET', url.pathname);
  if (!match) return sendStatus(response, 404);
  if (match.route.authLevel !== 'anonymous' && !deps.checkKey(request, url)) return sendStatus(response, 401);
  await deps.serve(request, response, url, match);
}

/** The absolute URL as the client asked for it; `undefined` when its parts make none. */
function requestUrl(request: IncomingMessage, behindProxy: boolean): URL | undefined {
  const { host = '127.0.0.1', 'x-forwarded-proto': forwarded } = request.headers;
  const scheme = behindProxy && forwarded === 'https' ? 'https' : 'http';
  const target = request.url ?? '';
  return target.startsWith('/') ? (URL.parse(`${scheme}://${host}${target}`) ?? undefined) : undefined;
}

function refusal(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return new HostError(`Cannot listen on 127.0.0.1:${port}: ${error.message}`);
  return new HostError(
    `Port ${port} is taken. Stop what listens there, or choose another with --port (0 is any free one).`,
  );
}
