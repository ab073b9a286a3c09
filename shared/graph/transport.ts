/**
 * The last link of the Graph client's middleware chain: one HTTP request over `node:http(s)`, raw bytes back.
 *
 * The SDK's own last link uses `fetch`, which costs a second of CPU per 300 MB and hands out text; records must come
 * back as the bytes that Graph sent. It follows no redirect and retries nothing, and a response body is bounded.
 */
import {
  type Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import { release } from '../archive/memory.ts';

export interface GraphAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What one request carries through the chain, since the SDK itself would rewrite the URL and wrap the body. */
export class Exchange {
  readonly url: URL;
  /** Path and query, as they go over the wire. */
  readonly target: string;
  readonly signal: AbortSignal;
  authorization = '';
  answer: GraphAnswer | undefined;
  failure: unknown;

  constructor(url: URL, target: string, signal: AbortSignal) {
    this.url = url;
    this.target = target;
    this.signal = signal;
  }

  static of(context: Context): Exchange {
    const exchange = context.middlewareControl?.getMiddlewareOptions(Exchange);
    if (!(exchange instanceof Exchange)) throw new Error('a Graph request was sent without its exchange');
    return exchange;
  }
}

/** Graph did not answer whole within the time or size allowed; `kind` says which. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly kind: 'timeout' | 'tooLarge' | 'cut';

  constructor(kind: 'timeout' | 'tooLarge' | 'cut', message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

export interface TransportLimits {
  /** Milliseconds for a whole answer. */
  readonly timeoutMs: number;
  /** Bytes of a body. */
  readonly maxBodyBytes: number;
}

/** The link itself. It never throws: what went wrong is left on the exchange, because the SDK would re-wrap it. */
export function transport(limits: TransportLimits, agent: HttpAgent): Middleware {
  return {
    async execute(context: Context): Promise<void> {
      const exchange = Exchange.of(context);
      try {
        exchange.answer = await send(exchange, context.options?.headers as Record<string, string>, limits, agent);
      } catch (error) {
        exchange.failure = error;
      }
      context.response = new Response(null, { status: 200 });
    },
  };
}

function send(
  exchange: Exchange,
  headers: Record<string, string>,
  limits: TransportLimits,
  agent: HttpAgent,
): Promise<GraphAnswer> {
  const { url, target, signal } = exchange;
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      agent,
      signal,
      path: target,
      headers: { ...headers, authorization: exchange.authorization, 'accept-encoding': 'identity' },
    });
    let answered = false;
    const timer = setTimeout(() => {
      request.destroy(new TransportError('timeout', `no whole answer within ${limits.timeoutMs / 1000} s`));
    }, limits.timeoutMs);
    request.on('error', reject);
    request.on('close', () => {
      clearTimeout(timer);
      // Node says nothing else of an answer that wants to go on in another protocol: it closes the connection.
      if (!answered) reject(new TransportError('cut', 'the connection was closed without an answer'));
    });
    request.on('response', (response) => {
      answered = true;
      collect(response, limits.maxBodyBytes).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        (error) => {
          request.destroy();
          reject(error);
        },
      );
    });
    request.end();
  });
}

/**
 * The whole body in one buffer of its own, made once where its length is announced. Node reports a body that ends before
 * its announced length, or its last chunk, as an error.
 */
function collect(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const announced = Number(response.headers['content-length']);
  let body = Buffer.allocUnsafeSlow(announced <= maxBytes ? announced : FIRST_BYTES);
  let length = 0;
  return new Promise((resolve, reject) => {
    response.on('data', (chunk: Buffer) => {
      const end = length + chunk.length;
      if (end > maxBytes) {
        return reject(new TransportError('tooLarge', `the answer is larger than ${maxBytes} bytes`));
      }
      if (end > body.length) body = grown(body, end);
      chunk.copy(body, length);
      release(chunk);
      length = end;
    });
    response.on('end', () => resolve(body.subarray(0, length)));
    response.on('error', (cause) => {
      reject(new TransportError('cut', `the answer broke off after ${length} bytes`, { cause }));
    });
  });
}

/** The room a body begins with that does not say how long it is. */
const FIRST_BYTES = 1024 * 1024;

function grown(body: Buffer<ArrayBuffer>, least: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(least, 2 * body.length));
  body.copy(larger);
  release(body);
  return larger;
}
