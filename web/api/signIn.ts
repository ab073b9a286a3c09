/**
 * Sign-in through the platform (EasyAuth): `/.auth/…` are its routes, and the archive's code checks the token that it
 * keeps. Where the archive runs with AUTH_MODE=none there is no sign-in and none of this is asked.
 */

/** Whether this page was served by an archive that wants a sign-in. */
export function hasSignIn(): boolean {
  return document.documentElement.dataset.authMode !== 'none';
}

/** Where another tab says that the sign-in is done. */
const CHANNEL = 'entra-log-archive-sign-in';
/** The view that a sign-in in another tab ends at. */
export const SIGNED_IN_VIEW = 'signed-in';

/** The platform's page for signing in, which leads back to `target`, a path of this page. */
export function signInUrl(target: string): string {
  return `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(target)}`;
}

export function signOutUrl(): string {
  return '/.auth/logout?post_logout_redirect_uri=/';
}

/** Has the platform renew the token it keeps. @returns whether that was done. */
export async function refreshSignIn(): Promise<boolean> {
  if (!hasSignIn()) return false;
  // Offline or refused, the answer is the same: somebody has to sign in.
  const response = await fetch('/.auth/refresh', { cache: 'no-store' }).catch(() => undefined);
  return response?.ok === true;
}

/** The name of who is signed in; `undefined` when nobody is, or there is no sign-in. */
export async function readUser(): Promise<string | undefined> {
  if (!hasSignIn()) return undefined;
  const response = await fetch('/.auth/me', { cache: 'no-store' }).catch(() => undefined);
  if (!response?.ok) return undefined;
  const [identity] = (await response.json().catch(() => [])) as { user_id?: string }[];
  return identity?.user_id;
}

export function tellSignedIn(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('signed-in');
  channel.close();
}

/** Calls back when somebody signed in in another tab. @returns ends the watch. */
export function watchSignIn(onSignedIn: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = onSignedIn;
  return () => channel.close();
}
