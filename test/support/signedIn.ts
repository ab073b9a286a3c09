/** A host of a stack that wants to know who asks, with the token issuer and the sign-in of `npm start -- --auth` round it. */
import { startEasyAuth } from '../../dev/easyAuth/proxy.ts';
import { startTokenIssuer, type TokenIssuer } from '../../dev/tokenIssuer/issuer.ts';
import type { Role } from '../../shared/access/caller.ts';
import type { Host, Stack } from './stack.ts';

export interface SignedIn {
  readonly host: Host;
  /** Of the sign-in in front of the host. */
  readonly url: string;
  readonly issuer: TokenIssuer;
  /**
   * Has issuer and sign-in live so many milliseconds before the host, whose clock stands still: what they make meanwhile is
   * as old as that.
   */
  before<T>(milliseconds: number, make: () => Promise<T>): Promise<T>;
  /** Signs in as the form does. @returns the header that a browser would send from then on. */
  signIn(name: string, ...roles: Role[]): Promise<{ readonly cookie: string }>;
  close(): Promise<void>;
}

/** @param settings of the host, above those of the stack. */
export async function startSignedIn(stack: Stack, settings: Readonly<Record<string, string>> = {}): Promise<SignedIn> {
  let late = 0;
  const clock = { now: () => stack.now - late };
  const issuer = await startTokenIssuer({ tenantId: String(stack.env.TENANT_ID), clock });
  const host = await stack.startHost({ ...issuer.settings, ...settings });
  const front = await startEasyAuth({ port: 0, hostUrl: host.url, issuer, clock });
  return {
    host,
    url: front.url,
    issuer,
    async before(milliseconds, make) {
      late = milliseconds;
      try {
        return await make();
      } finally {
        late = 0;
      }
    },
    async signIn(name, ...roles) {
      const form = new URLSearchParams({ name });
      for (const role of roles) form.append('roles', role);
      const init = { method: 'POST', body: form, redirect: 'manual' } as const;
      const answer = await fetch(`${front.url}/.auth/login/aad/callback`, init);
      const [cookie] = String(answer.headers.get('set-cookie')).split(';');
      if (answer.status !== 302 || !cookie) throw new Error(`signing in was answered ${answer.status}`);
      return { cookie };
    },
    async close() {
      await front.close();
      await issuer.close();
    },
  };
}
