/** Who asks, for tests of what comes after a token was found valid: a caller goes along with the call, without a token. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../../shared/access/caller.ts';
import { Problem } from '../../shared/http/problem.ts';

const calling = new AsyncLocalStorage<Caller | 'nobody'>();

/** Calls as somebody, or without a valid token. */
export function callAs<T>(caller: Caller | 'nobody', call: () => Promise<T>): Promise<T> {
  return calling.run(caller, call);
}

/** In place of `shared/http/authenticate.ts`. */
export async function authenticate(): Promise<Caller | undefined> {
  const caller = calling.getStore();
  if (caller === 'nobody') throw new Problem(401, 'Sign-in needed', 'There is no valid token.');
  return caller;
}
