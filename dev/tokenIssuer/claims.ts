/**
 * What the loopback issuer's tokens say: the claims of version 2.0 tokens of Microsoft Entra ID by which the app judges
 * (learn.microsoft.com/entra/identity-platform/access-token-claims-reference, …/id-token-claims-reference).
 */
import { createHash } from 'node:crypto';
import type { Role } from '../../shared/access/caller.ts';

/** Client id of the app registration that tokens are for. There is none: the id is as good as any. */
export const AUDIENCE = '4c1f7a52-8f0e-4d0b-9a37-5d2b6e90c1f4';
/** Client id of the app through which they are asked for. */
const CLIENT_APP = 'b7d9e1c3-2a64-4f58-8c05-17f3a9d6e2b0';

/** Seconds. Entra's own live for 60 to 90 minutes. */
export const LIFETIME = 3600;

/** Whom a token is about. */
export interface Subject {
  /** GUID. */
  readonly oid: string;
  readonly roles: readonly Role[];
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * What a token of each kind says beside what all say. A user's access token names scopes; an app's is about itself; an id
 * token is neither, and opens nothing.
 */
export const KINDS = {
  user: ({ oid }) => ({ sub: pairwise(oid), azp: CLIENT_APP, scp: 'user_impersonation' }),
  app: ({ oid }) => ({ sub: oid, azp: CLIENT_APP }),
  id: ({ oid }) => ({ sub: pairwise(oid), nonce: 'of-the-sign-in' }),
} as const satisfies Readonly<Record<string, (subject: Subject) => Claims>>;

export type Kind = keyof typeof KINDS;

/** @param now seconds since 1970. */
export function claimsOf(kind: Kind, subject: Subject, issuer: string, tenantId: string, now: number): Claims {
  return {
    iss: issuer,
    aud: AUDIENCE,
    iat: now,
    nbf: now,
    exp: now + LIFETIME,
    tid: tenantId,
    ver: '2.0',
    oid: subject.oid,
    // Whoever has none has no such claim.
    ...(subject.roles.length > 0 && { roles: subject.roles }),
    ...KINDS[kind](subject),
  };
}

/** A user has another subject for each app. */
function pairwise(oid: string): string {
  return createHash('sha256').update(`${AUDIENCE} ${oid}`).digest('base64url');
}
