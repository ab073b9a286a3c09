/**
 * Access tokens of Microsoft Entra ID: what makes one valid, and what it says of its bearer.
 *
 * Claims: learn.microsoft.com/entra/identity-platform/access-token-claims-reference. An id token is signed with the same keys
 * for the same audience, and may carry the same roles, so it is told apart by what only one of the two has.
 */
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { GUID } from '../archive/names.ts';
import { type Caller, ROLES } from './caller.ts';
import type { KeySource } from './keys.ts';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly tenantId: string;
}

/** A token is not valid. The message says why, in words of ours only: ASCII without quotes, for a header. */
export class BadToken extends Error {
  override readonly name = 'BadToken';
}

/** Characters of a token. With all the roles there are it has some 2,000. */
const LONGEST = 16 * 1024;
/** Seconds by which our clock and the issuer's may differ. */
const CLOCK_TOLERANCE = 60;
/** Header parameters that bring or name a key, or change what the others mean: nobody's business but the issuer's. */
const FORBIDDEN = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'zip'];
const NEEDED = ['iss', 'aud', 'exp', 'nbf', 'tid', 'ver', 'oid', 'sub', 'azp'];
const ONLY_IN_ID_TOKENS = ['nonce', 'at_hash', 'c_hash'];

interface Check {
  readonly holds: (claims: JWTPayload, rules: TokenRules) => boolean;
  readonly fault: string;
}

const CHECKS: readonly Check[] = [
  { holds: ({ aud }, { audience }) => aud === audience, fault: 'it was issued for another audience' },
  { holds: ({ tid }, { tenantId }) => tid === tenantId, fault: 'it was issued for another tenant' },
  { holds: ({ ver }) => ver === '2.0', fault: 'it is not a token of version 2.0' },
  { holds: ({ oid, azp }) => isGuid(oid) && isGuid(azp), fault: 'it does not say who asks' },
  {
    // A user's access token names scopes; an app's is its own subject. An id token is neither.
    holds: (claims) =>
      (isFilled(claims.scp) || claims.sub === claims.oid) &&
      !ONLY_IN_ID_TOKENS.some((name) => Object.hasOwn(claims, name)),
    fault: 'it is an id token, and an access token is needed',
  },
];

/**
 * @param now milliseconds since 1970.
 * @returns who asks, with those of our roles that the token carries; that may be none. `cookie` is for the caller to say.
 * @throws BadToken, and what `keys` throws.
 */
export async function verifyToken(
  token: string,
  rules: TokenRules,
  keys: KeySource,
  now: number,
): Promise<Omit<Caller, 'cookie'>> {
  refuseUnread(token);
  const claims = await verified(token, rules, keys, now);
  for (const { holds, fault } of CHECKS) if (!holds(claims, rules)) throw new BadToken(fault);
  const carried: readonly unknown[] = Array.isArray(claims.roles) ? claims.roles : [];
  return {
    oid: String(claims.oid),
    appId: String(claims.azp),
    roles: ROLES.filter((role) => carried.includes(role)),
  };
}

/** What is refused before a key is asked for. */
function refuseUnread(token: string): void {
  if (token.length > LONGEST) throw new BadToken(`it is longer than ${LONGEST} characters`);
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new BadToken('it is not a signed JSON Web Token');
  const header = headerOf(token);
  if (FORBIDDEN.some((name) => Object.hasOwn(header, name))) throw new BadToken('its header brings or names a key');
  // Without one, which key is meant would be a guess.
  if (!isFilled(header.kid)) throw new BadToken('its header does not say which key signed it');
}

function headerOf(token: string) {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new BadToken('its header cannot be read');
  }
}

async function verified(token: string, rules: TokenRules, keys: KeySource, now: number): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer: rules.issuer,
      audience: rules.audience,
      requiredClaims: NEEDED,
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now),
    });
    return payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new BadToken(faultOf(error), { cause: error });
  }
}

const CLAIM_FAULTS: Readonly<Record<string, string>> = {
  iss: 'it was issued by somebody else',
  aud: 'it was issued for another audience',
  nbf: 'it is not valid yet',
};

function faultOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return `it lacks the claim ${error.claim}`;
    return CLAIM_FAULTS[error.claim] ?? `its claim ${error.claim} is wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it is not signed with RS256';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the key that signed it is not one of the issuer';
  return 'its signature or its form is wrong';
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isGuid(value: unknown): value is string {
  return typeof value === 'string' && GUID.test(value.toLowerCase());
}
