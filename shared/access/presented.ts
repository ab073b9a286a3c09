/** The token that a request brings along, and where it came from. */
import { TokenRefused } from './tokens.ts';

export interface Presented {
  readonly token: string;
  /** It came out of a browser's session, not from whoever wrote the request. */
  readonly cookie: boolean;
}

/**
 * Where EasyAuth puts the access token of a session. Without EasyAuth in front anybody can send it, which gains nothing:
 * it is verified like any other. `X-MS-CLIENT-PRINCIPAL*` are claims without a signature and are never looked at.
 */
const SESSION_HEADER = 'x-ms-token-aad-access-token';
const BEARER = /^Bearer +([^\s,]+)$/i;

/**
 * @param authorizations every `Authorization` header of the request.
 * @returns `undefined` when the request brings none.
 * @throws TokenRefused when it cannot be told which token is meant.
 */
export function presented(headers: Pick<Headers, 'get'>, authorizations: readonly string[]): Presented | undefined {
  if (authorizations.length > 1) throw new TokenRefused('there are two Authorization headers');
  const session = headers.get(SESSION_HEADER)?.trim() || undefined;
  const [authorization] = authorizations;
  if (authorization === undefined) return session === undefined ? undefined : { token: session, cookie: true };
  const token = BEARER.exec(authorization.trim())?.[1];
  if (token === undefined) throw new TokenRefused("Authorization is not 'Bearer' and one token");
  if (session !== undefined && session !== token)
    throw new TokenRefused('Authorization and the session of the browser bring different tokens');
  return { token, cookie: false };
}
