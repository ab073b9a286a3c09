/**
 * Microsoft Graph, as far as the archive needs it: GET a URL, get the raw answer.
 *
 * It goes through `@microsoft/microsoft-graph-client` with a middleware chain of two links of our own: one adds the
 * token, one sends. None of the SDK's retry, redirect or telemetry links is used. The bearer token goes to the
 * configured origin and nowhere else.
 */
import { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { TokenCredential } from '@azure/identity';
import { Client, type Context, type Middleware, ResponseType } from '@microsoft/microsoft-graph-client';
import { GraphFailure } from './failure.ts';
import { Exchange, type GraphAnswer, transport } from './transport.ts';

export interface GraphClient {
  /**
   * Sends one GET and returns whatever came back, errors of HTTP included.
   * @param url absolute, on the configured origin; it is sent as it stands.
   * @throws GraphFailure for another origin, before anything is sent.
   * @throws TransportError, or the socket's own error, when no whole answer came.
   */
  get(url: string, signal: AbortSignal): Promise<GraphAnswer>;
  /** The configured origin, without a slash at the end. */
  readonly origin: string;
}

export interface GraphClientOptions {
  readonly origin: string;
  /** Where tokens come from; `undefined` sends a fixed token (a simulator on this machine). */
  readonly credential: TokenCredential | undefined;
  readonly timeoutMs?: number;
  readonly maxBodyBytes?: number;
}

const MEBIBYTE = 1024 * 1024;

export function createGraphClient(options: GraphClientOptions): GraphClient {
  const limits = { timeoutMs: options.timeoutMs ?? 120_000, maxBodyBytes: options.maxBodyBytes ?? 64 * MEBIBYTE };
  const agent = options.origin.startsWith('https:')
    ? new HttpsAgent({ keepAlive: true })
    : new Agent({ keepAlive: true });
  const first = authenticate(options);
  first.setNext?.(transport(limits, agent));
  const client = Client.initWithMiddleware({ middleware: first, baseUrl: options.origin });
  return {
    origin: options.origin,
    async get(url, signal) {
      const parsed = onOrigin(url, options.origin);
      const exchange = new Exchange(parsed, targetOf(url, parsed), signal);
      await client
        .api(url)
        .middlewareOptions([exchange])
        .header('Prefer', 'include-unknown-enum-members')
        .responseType(ResponseType.RAW)
        .get();
      if (!exchange.answer) throw exchange.failure;
      return exchange.answer;
    },
  };
}

/** @throws GraphFailure when the URL leaves the configured origin or carries a user: following it could give the token away. */
export function onOrigin(url: string, origin: string): URL {
  const parsed = URL.parse(url);
  // Not `parsed.origin`: that of `blob:https://graph.microsoft.com/x` is the one inside.
  const home = parsed && `${parsed.protocol}//${parsed.host}` === origin;
  if (!home || parsed.username !== '' || parsed.password !== '') {
    throw new GraphFailure('broken', `a link points outside ${origin}; it was not followed`);
  }
  return parsed;
}

/** Path and query as they were given, for links are followed verbatim: a URL object would write `%27` for `'`. */
function targetOf(url: string, parsed: URL): string {
  const target = url.slice(parsed.origin.length);
  const sendable = url.startsWith(`${parsed.origin}/`) && /^[!-~]+$/.test(target) && !target.includes('#');
  return sendable ? target : parsed.pathname + parsed.search;
}

function authenticate({ credential, origin }: GraphClientOptions): Middleware {
  let next: Middleware | undefined;
  return {
    setNext(middleware) {
      next = middleware;
    },
    async execute(context: Context): Promise<void> {
      const exchange = Exchange.of(context);
      try {
        exchange.authorization = `Bearer ${await token(credential, origin, exchange.signal)}`;
      } catch (error) {
        exchange.failure = error;
        context.response = new Response(null, { status: 200 });
        return;
      }
      await next?.execute(context);
    },
  };
}

async function token(credential: TokenCredential | undefined, origin: string, signal: AbortSignal): Promise<string> {
  if (!credential) return 'local-simulator';
  const answer = await credential.getToken(`${origin}/.default`, { abortSignal: signal });
  if (!answer) throw new Error('the credential gave no token for Microsoft Graph');
  return answer.token;
}
