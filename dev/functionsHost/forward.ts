/**
 * Forwards one HTTP request to a server on the loopback interface and streams the answer back.
 *
 * A slow client pauses the upstream; a client that leaves destroys the upstream request at once; an upstream that
 * breaks in mid-body breaks the client's transfer and never ends it cleanly. Nothing is buffered but what sockets hold.
 * Silence of `idleLimitMs` ends the exchange: 504 before the first byte, a broken transfer after it.
 */

import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { pipeline, Transform } from 'node:stream';
import { sendStatus } from './http.ts';

export interface ForwardOptions {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Set above the client's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Which of the client's own, in lower case, are not passed on. */
  readonly drops?: (name: string) => boolean;
  /** The body where it has been read already; else the request is streamed. */
  readonly body: Buffer | undefined;
  /** Bytes of a streamed request body, at most. A larger one is a 413. */
  readonly bodyLimit: number;
  readonly idleLimitMs: number;
}

/** Headers of one hop (RFC 9110 §7.6.1): they are not passed on, in either direction. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Starts forwarding; `closed` is called once, when the upstream exchange is over in whatever way. */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  options: ForwardOptions,
  closed: () => void,
): void {
  const { drops = () => false } = options;
  const { 'transfer-encoding': encoding, 'content-length': length } = request.headers;
  const streamed = options.body === undefined && (encoding ?? length) !== undefined;
  const upstream = http.request({
    host: '127.0.0.1',
    port: options.port,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    agent: false,
    headers: {
      ...Object.fromEntries(Object.entries(endToEnd(request)).filter(([name]) => !drops(name))),
      ...(streamed && length === undefined && { 'transfer-encoding': 'chunked' }),
      ...options.headers,
      // One connection for each exchange all the same. But told to close, a server that answers before it has read the
      // upload would reset the connection, and its answer would be lost.
      connection: 'keep-alive',
    },
  });
  let failure = 502;
  upstream.setTimeout(options.idleLimitMs, () => {
    failure = 504;
    upstream.destroy(new Error('idle'));
  });
  upstream.on('response', (answer) => sendAnswer(answer, response));
  // After the first byte the broken answer stream breaks the client's transfer by itself.
  upstream.on('error', () => response.headersSent || response.destroyed || sendStatus(response, failure));
  upstream.on('close', closed);
  response.on('close', () => upstream.destroy());

  if (!streamed) return void upstream.end(options.body);
  const counted = limited(options.bodyLimit).on('error', (error) => {
    failure = 413;
    upstream.destroy(error);
  });
  // Not `pipeline`: an upstream that answers early and closes must not take the client's socket with it.
  request.pipe(counted).pipe(upstream);
  upstream.on('close', () => {
    request.unpipe(counted);
    request.resume();
  });
}

function sendAnswer(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, endToEnd(answer));
  response.flushHeaders();
  // On failure of either side `pipeline` destroys the other: that is the whole error handling.
  pipeline(answer, response, () => {});
}

/** Each header as often as it was sent: Node itself would keep the first of two `Authorization` and say nothing. */
function endToEnd({ headers, headersDistinct }: IncomingMessage): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const passed = Object.entries(headersDistinct).filter(([name]) => !HOP_BY_HOP.has(name) && !named.includes(name));
  return Object.fromEntries(passed.map(([name, values = []]) => [name, values.length > 1 ? values : values[0]]));
}

function limited(limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(new Error(`The request body is larger than ${limit} bytes.`));
      else done(null, chunk);
    },
  });
}
