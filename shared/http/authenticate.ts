/** Who asks: the token of a request, checked. */
import type { IncomingMessage } from 'node:http';
import type { HttpRequest } from '@azure/functions';
import type { Caller } from '../access/caller.ts';
import { createKeySource, KeysUnreachable } from '../access/keys.ts';
import { BadToken, verifyToken } from '../access/token.ts';
import type { Deps } from '../deps.ts';
import { carriedToken } from './bearer.ts';
import { Problem } from './problem.ts';

/**
 * @returns `undefined` where the settings open the archive, which they can only on one machine.
 * @throws Problem 401 for want of a valid token, 503 where none can be checked.
 */
export type Authenticate = (request: HttpRequest, incoming: IncomingMessage | undefined) => Promise<Caller | undefined>;

/** Make one for all routes: it keeps the issuer's keys. Nothing is fetched before the first token. */
export function createAuthenticate({ config, clock, log }: Deps): Authenticate {
  if (config.authMode === 'none') return async () => undefined;
  const { authIssuer: issuer, authAudience: audience = '', tenantId } = config;
  const keys = createKeySource(issuer, clock);
  return async (request, incoming) => {
    try {
      const carried = carriedToken(request, incoming);
      if (!carried) throw signInNeeded();
      const caller = await verifyToken(carried.token, { issuer, audience, tenantId }, keys, clock.now());
      return { ...caller, cookie: carried.cookie };
    } catch (error) {
      if (error instanceof BadToken) throw invalidToken(error.message);
      if (!(error instanceof KeysUnreachable)) throw error;
      log(
        'error',
        `a token could not be checked, the keys of ${issuer} cannot be had: ${error.message}. Check AUTH_ISSUER and the app's way out.`,
        {
          kind: error.name,
        },
      );
      throw new Problem(503, 'Sign-in not checkable', UNCHECKED, {}, { 'retry-after': '10' });
    }
  };
}

/**
 * Who asks what everybody may ask: nobody where there is no token that can be believed, or none with a role. That the keys
 * cannot be had is logged by then, and is no reason to say less than without a token.
 */
export async function callerIfAny(
  authenticate: Authenticate,
  ...request: Parameters<Authenticate>
): Promise<Caller | undefined> {
  try {
    const caller = await authenticate(...request);
    return caller && caller.roles.length > 0 ? caller : undefined;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

const UNCHECKED =
  'The keys of the sign-in service cannot be had right now, so the token could not be checked. Nothing was read. Try again ' +
  'shortly; if this stays, give the id to the operator.';

const HOW =
  "Sign in on the archive's page, or send 'Authorization: Bearer <token>' with one of " +
  'az account get-access-token --scope api://<appId>/.default';

/** RFC 6750, section 3.1: whoever sent no token is told no error code. */
function signInNeeded(): Problem {
  return new Problem(401, 'Sign-in needed', `This needs a token. ${HOW}`, {}, challenge(''));
}

function invalidToken(fault: string): Problem {
  const said = `, error="invalid_token", error_description="The token is not valid: ${fault}"`;
  return new Problem(401, 'Token not valid', `The token is not valid: ${fault}. ${HOW}`, {}, challenge(said));
}

const challenge = (said: string) => ({ 'www-authenticate': `Bearer realm="entra-log-archive"${said}` });
