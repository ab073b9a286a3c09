/**
 * HTTP in buffered mode: the whole request goes in, the whole answer comes out.
 *
 * A handler that returns nothing is a 204, one that throws a 500 without a body. `params` holds the route's parameters
 * and nothing else.
 */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './body.ts';
import { setCookieText } from './cookies.ts';
import type { HttpData, TypedData } from './coreTypes.ts';
import { type HttpDeps, sendStatus, singleHeaders } from './http.ts';
import type { RouteMatch } from './router.ts';
import { joinRepeated, toNullableMap } from './typedData.ts';

/** Statuses that have no body, nor a length. */
const WITHOUT_BODY = new Set([204, 205, 304]);

/** Answers one request through the library's in-memory path. */
export async function serveBuffered(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { route, params }: RouteMatch,
  { invoke, running, bodyLimit }: HttpDeps,
): Promise<void> {
  const body = await readBody(request, bodyLimit);
  if (body === 'tooLarge') return sendStatus(response, 413);
  const invocationId = randomUUID();
  const http: HttpData = {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: toNullableMap(singleHeaders(request)),
    nullableQuery: toNullableMap(joinRepeated(url.searchParams)),
    nullableParams: toNullableMap(Object.entries(params)),
    ...(body.length > 0 && { body: { bytes: body } }),
  };
  const answer = await running
    .track(route.name, invocationId, invoke({ fn: route.fn, invocationId, data: { http } }))
    // The invoker has logged it.
    .catch(() => 'failed' as const);
  if (answer === 'failed') return sendStatus(response, 500);
  const value = answer.returnValue?.http;
  if (!value) return sendStatus(response, 204);
  send(response, value);
}

function send(response: ServerResponse, http: HttpData): void {
  response.statusCode = Number(http.statusCode ?? 200);
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value);
  const cookies = (http.cookies ?? []).map(setCookieText);
  if (cookies.length > 0) response.appendHeader('set-cookie', cookies);
  const body = bytesOf(http.body);
  if (!WITHOUT_BODY.has(response.statusCode) && !response.hasHeader('content-length')) {
    response.setHeader('content-length', body.length);
  }
  response.end(body);
}

function bytesOf(data: TypedData | undefined): Buffer {
  if (data?.bytes) return Buffer.from(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength);
  return Buffer.from(data?.string ?? '');
}
