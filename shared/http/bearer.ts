/** Where a request carries its token. Headers that say who asks without proof, `X-MS-CLIENT-PRINCIPAL…`, are never read. */
import type { IncomingMessage } from 'node:http';
import type { HttpRequest } from '@azure/functions';
import { BadToken } from '../access/token.ts';

/** What App Service's sign-in adds out of a browser's session: learn.microsoft.com/azure/app-service/configure-authentication-oauth-tokens. */
const SESSION = 'x-ms-token-aad-access-token';

export interface Carried {
  readonly token: string;
  /** It came out of a browser's session. */
  readonly cookie: boolean;
}

/**
 * @param incoming the request as it arrived: of two `Authorization` headers Node shows only the first elsewhere.
 * @returns `undefined` where there is none.
 * @throws BadToken where there are several, or something else than a bearer token.
 */
export function carriedToken({ headers }: HttpRequest, incoming: IncomingMessage | undefined): Carried | undefined {
  const sent = incoming?.rawHeaders.filter((name, n) => n % 2 === 0 && name.toLowerCase() === 'authorization') ?? [];
  if (sent.length > 1) throw new BadToken('the request has several Authorization headers');
  const session = headers.get(SESSION) || undefined;
  const authorization = headers.get('authorization') || undefined;
  if (authorization === undefined) return session === undefined ? undefined : { token: session, cookie: true };
  const token = /^Bearer +([^\s,]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new BadToken('Authorization does not hold one bearer token');
  if (session !== undefined && session !== token) throw new BadToken('the request carries two different tokens');
  // Who sends it in Authorization has it in hand; a page of another origin has only the cookie.
  return { token, cookie: false };
}
