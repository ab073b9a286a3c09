/**
 * Access tokens of Microsoft Entra ID: who they say asks, if they are genuine and meant for this archive.
 *
 * What a v2.0 access token looks like, and what tells an id token from it: Microsoft's references of access token and id
 * token claims. Both carry `roles` and the same audience where the page and the API are one app registration, so an id
 * token is known by what it lacks (`azp`, the client) and by what only it has (`nonce`, `at_hash`, `c_hash`); and whoever
 * asks without a scope is an app, whose `sub` is its `oid`.
 */
import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import { type Caller, ROLES } from './caller.ts';
import { type KeySource, KeysUnreachable } from './keys.ts';

/** A token is not good. The message says why, for the person who sent it, and nothing of the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly tenantId: string;
}

/** Who asks, but for where the token came from. */
export type Bearer = Omit<Caller, 'cookie'>;

/** @throws TokenRefused; KeysUnreachable when it cannot be told. */
export type TokenCheck = (token: string) => Promise<Bearer>;

/** Characters. Entra's tokens have a few thousand. */
const LONGEST = 16 * 1024;
const TOLERANCE_SECONDS = 60;
/** Header members that would have us take a key, or a rule, from the token itself. */
const FORBIDDEN_HEADERS = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64', 'zip', 'enc'];
const ONLY_IN_ID_TOKENS = ['nonce', 'at_hash', 'c_hash'];
const KID = /^[\w-]{1,128}$/;
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param clock its wall clock decides what has expired. */
export function createTokenCheck(settings: TokenSettings, keys: KeySource, clock: Clock): TokenCheck {
  return async (token) => {
    // Cheap refusals first: nothing is fetched and no signature is computed for what cannot be a token of ours.
    refuseShape(token);
    return bearerOf(await verified(token, settings, keys, clock), settings.tenantId);
  };
}

function refuseShape(token: string): void {
  if (token.length > LONGEST) throw new TokenRefused(`it has ${token.length} characters; ${LONGEST} are the most`);
  if (!COMPACT.test(token)) throw new TokenRefused('it is not a signed JSON Web Token');
  const { alg, kid, typ, ...others } = headerOf(token);
  if (alg !== 'RS256') throw new TokenRefused('it is not signed with RS256');
  if (typeof kid !== 'string' || !KID.test(kid)) throw new TokenRefused('its header names no key');
  if (typ !== undefined && !(typeof typ === 'string' && typ.toUpperCase() === 'JWT'))
    throw new TokenRefused('its type is not JWT');
  const forbidden = FORBIDDEN_HEADERS.find((name) => Object.hasOwn(others, name));
  if (forbidden !== undefined) throw new TokenRefused(`its header has '${forbidden}'`);
}

function headerOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'));
    if (typeof header === 'object' && header !== null) return header as Record<string, unknown>;
  } catch {
    // Said below: what is not JSON is no header.
  }
  throw new TokenRefused('its header is not JSON');
}

async function verified(
  token: string,
  { issuer, audience }: TokenSettings,
  keys: KeySource,
  clock: Clock,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ['RS256'],
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: new Date(clock.now()),
      requiredClaims: ['exp', 'nbf', 'iat', 'tid', 'oid', 'sub', 'azp', 'ver'],
    });
    return payload;
  } catch (error) {
    throw asRefusal(error);
  }
}

/** What jose says of a token, in words that repeat nothing of it. Whatever is not the token's fault is passed on. */
function asRefusal(error: unknown): unknown {
  if (error instanceof KeysUnreachable) return error;
  if (error instanceof errors.JWTExpired) return new TokenRefused('it has expired');
  if (error instanceof errors.JWTClaimValidationFailed) return new TokenRefused(`its '${error.claim}' is not right`);
  if (error instanceof errors.JWKSNoMatchingKey)
    return new TokenRefused('it is signed with a key that is not the issuer’s');
  if (error instanceof errors.JWSSignatureVerificationFailed) return new TokenRefused('its signature is wrong');
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return new TokenRefused('it is malformed');
  return error;
}

function bearerOf(claims: JWTPayload, tenantId: string): Bearer {
  const { tid, ver, oid, azp, sub, scp, roles } = claims;
  if (ver !== '2.0')
    throw new TokenRefused("its version is not 2.0: set requestedAccessTokenVersion to 2 in the app's manifest");
  if (typeof tid !== 'string' || tid.toLowerCase() !== tenantId) throw new TokenRefused('it is of another tenant');
  if (typeof oid !== 'string' || !GUID.test(oid)) throw new TokenRefused("its 'oid' is not right");
  if (typeof azp !== 'string' || !GUID.test(azp)) throw new TokenRefused("its 'azp' is not right");
  const forPeople = typeof scp === 'string' && scp.trim() !== '';
  const isIdToken = ONLY_IN_ID_TOKENS.some((name) => Object.hasOwn(claims, name)) || (!forPeople && sub !== oid);
  if (isIdToken) throw new TokenRefused('it is an id token; send the access token');
  if (scp !== undefined && !forPeople) throw new TokenRefused("its 'scp' is not right");
  if (roles !== undefined && !(Array.isArray(roles) && roles.every((role) => typeof role === 'string')))
    throw new TokenRefused("its 'roles' is not right");
  return { oid: oid.toLowerCase(), appId: azp.toLowerCase(), roles: ROLES.filter((role) => roles?.includes(role)) };
}
