/**
 * Who is signed in: by the value of a cookie, a person with the tokens that the store keeps.
 *
 * A session ends 8 hours after the sign-in (infra/modules/easyAuth.bicep); for 72 hours more it can be begun anew by
 * `/.auth/refresh` (learn.microsoft.com/azure/app-service/configure-authentication-oauth-tokens). An access token is handed on
 * as it is, expired or not, until it is refreshed.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '../../shared/access/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import { LIFETIME } from '../tokenIssuer/claims.ts';
import type { TokenIssuer } from '../tokenIssuer/issuer.ts';

export interface Person {
  /** As one signs in: `anna@contoso.example`. */
  readonly name: string;
  readonly roles: readonly Role[];
}

export interface Session {
  readonly person: Person;
  /** GUID. */
  readonly oid: string;
  readonly accessToken: string;
  readonly idToken: string;
  /** When the access token expires: ISO 8601. */
  readonly expiresOn: string;
}

export interface Sessions {
  /** @returns the value of the cookie. */
  begin(person: Person): Promise<string>;
  /** The session of a cookie, while it lasts. */
  find(cookie: string): Session | undefined;
  /** Renews the tokens, and the session where it has ended. @returns whether there was one to renew. */
  refresh(cookie: string): Promise<boolean>;
  end(cookie: string): void;
}

const HOUR_MS = 3_600_000;
const SESSION_MS = 8 * HOUR_MS;
const GRACE_MS = 72 * HOUR_MS;

export function createSessions({ sign }: Pick<TokenIssuer, 'sign'>, clock: Pick<Clock, 'now'>): Sessions {
  const all = new Map<string, Session & { readonly ends: number }>();

  async function withTokens(person: Person): Promise<Session> {
    const oid = oidOf(person.name);
    const subject = { oid, roles: person.roles };
    const expiresOn = new Date(clock.now() + LIFETIME * 1000).toISOString();
    return {
      person,
      oid,
      expiresOn,
      accessToken: await sign('user', subject),
      idToken: await sign('id', subject),
    };
  }

  return {
    async begin(person) {
      const cookie = randomBytes(32).toString('base64url');
      all.set(cookie, { ...(await withTokens(person)), ends: clock.now() + SESSION_MS });
      return cookie;
    },
    find(cookie) {
      const session = all.get(cookie);
      return session && clock.now() < session.ends ? session : undefined;
    },
    async refresh(cookie) {
      const session = all.get(cookie);
      if (!session || clock.now() >= session.ends + GRACE_MS) return false;
      const ends = clock.now() < session.ends ? session.ends : clock.now() + SESSION_MS;
      const renewed = { ...(await withTokens(session.person)), ends };
      // Who signed out in the meantime stays signed out.
      if (all.has(cookie)) all.set(cookie, renewed);
      return all.has(cookie);
    },
    end(cookie) {
      all.delete(cookie);
    },
  };
}

/** The same person is the same object of the directory each time: a GUID out of the name. */
function oidOf(name: string): string {
  const hex = createHash('sha256').update(name.toLowerCase()).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
