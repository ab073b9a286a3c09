/**
 * HTTP in streaming mode: the request is forwarded to the library's own server, the invocation is told beside it.
 *
 * What the real host does badly is done here too, because the app must live with it: a handler that throws or returns
 * nothing leaves the client hanging (the log says so), and `params` mixes the body's and the query's names with the
 * route's. A body with a length is read whole before the call; only a chunked one streams.
 */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './body.ts';
import type { TypedData } from './coreTypes.ts';
import { forward } from './forward.ts';
import { type HttpDeps, sendStatus, singleHeaders } from './http.ts';
import { requestParams } from './params.ts';
import type { StreamProxy } from './proxy.ts';
import type { RouteMatch } from './router.ts';
import { joinRepeated } from './typedData.ts';

export interface StreamingDeps extends HttpDeps {
  readonly proxy: StreamProxy;
}

/** Silence after which the real host's forwarder gives up, in milliseconds. */
const IDLE_LIMIT_MS = 240_000;

/** Answers one request through the library's streaming path. Rejects when the client leaves before its body has been read. */
export async function serveStreaming(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { route, params }: RouteMatch,
  deps: StreamingDeps,
): Promise<void> {
  const body = request.headers['content-length'] === undefined ? undefined : await readBody(request, deps.bodyLimit);
  if (body === 'tooLarge') return sendStatus(response, 413);
  const invocationId = randomUUID();
  const triggerMetadata: Record<string, TypedData> = {
    ...requestParams(body, url.searchParams, params),
    Headers: { json: JSON.stringify(Object.fromEntries(singleHeaders(request))) },
    Query: { json: JSON.stringify(Object.fromEntries(joinRepeated(url.searchParams))) },
  };

  // Invoked when the library has the request, not before: a client that leaves earlier leaves no invocation behind.
  deps.proxy.expect(invocationId, (proxied) => {
    const work = deps.invoke({ fn: route.fn, invocationId, data: { http: {} }, triggerMetadata });
    deps.running.track(route.name, invocationId, work).then(
      () => warnIfHanging(proxied, 'returned nothing'),
      () => warnIfHanging(proxied, 'failed'),
    );
  });
  const warnIfHanging = (proxied: ServerResponse, what: string) => {
    if (proxied.writableEnded || proxied.destroyed) return;
    const state = proxied.headersSent ? 'in the middle of the body' : 'without an answer';
    deps.log(
      'error',
      route.name,
      `Invocation ${invocationId} ${what} in streaming mode: as the real host would, this one leaves the client hanging ` +
        `${state} (here for ${IDLE_LIMIT_MS / 1000} s). Answer from a catch, and destroy the response of a failed body.`,
    );
  };
  forward(
    request,
    response,
    {
      port: deps.proxy.port,
      body,
      bodyLimit: deps.bodyLimit,
      idleLimitMs: IDLE_LIMIT_MS,
      headers: {
        'x-ms-invocation-id': invocationId,
        'x-forwarded-host': url.host,
        'x-forwarded-proto': url.protocol.replace(':', ''),
      },
    },
    () => deps.proxy.forget(invocationId),
  );
}
