/**
 * An imitation of App Service's sign-in (EasyAuth) before the development host, as far as the Explorer and the app rely on
 * it: set up as infra/modules/easyAuth.bicep sets up the real one, it lets everybody through and adds the tokens of
 * whoever is signed in. What comes from outside in those headers is dropped.
 *
 * It checks no token of `Authorization`, which the real one may refuse before the app sees it.
 */
import type { Clock } from '../../shared/clock.ts';
import { forward } from '../functionsHost/forward.ts';
import { answerText, type LoopbackServer, listenOnLoopback } from '../loopback.ts';
import type { TokenIssuer } from '../tokenIssuer/issuer.ts';
import { cookieOf } from './cookie.ts';
import { headersOf, isPlatforms } from './headers.ts';
import { authRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';

export interface EasyAuthOptions {
  /** To listen on; 0 is any free one. */
  readonly port: number;
  /** Of the Functions host. */
  readonly hostUrl: string;
  readonly issuer: Pick<TokenIssuer, 'sign'>;
  /** That of the issuer and the app. */
  readonly clock: Pick<Clock, 'now'>;
}

/** Silence after which Azure's load balancer gives up: learn.microsoft.com/azure/azure-functions/functions-scale. */
const IDLE_LIMIT_MS = 230_000;

/** Starts it. @throws when the port is taken. */
export function startEasyAuth({ port, hostUrl, issuer, clock }: EasyAuthOptions): Promise<LoopbackServer> {
  const sessions = createSessions(issuer, clock);
  const routes = authRoutes(sessions);
  const hostPort = Number(new URL(hostUrl).port);
  return listenOnLoopback(port, 'EasyAuth', (request, response, url) => {
    if (url.pathname.startsWith('/.auth/')) {
      const key = `${request.method} ${url.pathname}`;
      const route = Object.hasOwn(routes, key) ? routes[key] : undefined;
      return route
        ? route(request, response, url)
        : answerText(response, 404, 'There is no such route of the sign-in.');
    }
    const options = {
      port: hostPort,
      headers: headersOf(sessions.find(cookieOf(request))),
      drops: isPlatforms,
      body: undefined,
      // The host counts.
      bodyLimit: Number.POSITIVE_INFINITY,
      idleLimitMs: IDLE_LIMIT_MS,
    };
    forward(request, response, options, () => undefined);
  });
}
