/** The keys that the issuer signs tokens with, fetched when they are needed and kept. */
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.ts';

/** The issuer's keys cannot be had, so it cannot be told whether a token is good. */
export class KeysUnreachable extends Error {
  override readonly name = 'KeysUnreachable';
}

export type KeySource = JWTVerifyGetKey;

/** Entra's advice is to look for new keys once a day; one that is not known is looked for at once. */
const MAX_AGE_MS = 24 * 3600 * 1000;
const TIMEOUT_MS = 5000;
/** After a failure nobody asks again for so long: a flood of tokens must not become a flood of requests. */
const PAUSE_MS = 5000;
/** Between two looks for a key that is not known. */
const COOLDOWN_MS = 30_000;

/** Where an issuer publishes its keys: `…/{tenant}/v2.0` → `…/{tenant}/discovery/v2.0/keys`. */
export function keysUrl(issuer: string): URL {
  return new URL(issuer.replace(/\/v2\.0$/, '/discovery/v2.0/keys'));
}

/** @throws KeysUnreachable when asked for a key and the issuer does not answer with keys. */
export function createKeySource(issuer: string, clock: Pick<Clock, 'elapsed'>): KeySource {
  let failedAt = Number.NEGATIVE_INFINITY;
  const fetchKeys = async (url: string, init: RequestInit): Promise<Response> => {
    if (clock.elapsed() - failedAt < PAUSE_MS) throw new KeysUnreachable('they could not be fetched a moment ago');
    try {
      const response = await fetch(url, init);
      const { status } = response;
      if (status !== 200) throw new KeysUnreachable(`the issuer answered ${status}`);
      // Read here, so that an answer that breaks off counts as a failure too.
      return new Response(await response.arrayBuffer(), { status });
    } catch (cause) {
      failedAt = clock.elapsed();
      throw cause instanceof KeysUnreachable ? cause : new KeysUnreachable(messageOf(cause), { cause });
    }
  };
  const keys = createRemoteJWKSet(keysUrl(issuer), {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
    [customFetch]: fetchKeys,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof KeysUnreachable) throw error;
      // An answer that is no set of keys, or one that holds a key twice.
      failedAt = clock.elapsed();
      throw new KeysUnreachable(messageOf(error), { cause: error });
    }
  };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says only that it failed; why is in its cause.
  return error.cause instanceof Error ? `${error.message}, ${error.cause.message}` : error.message;
}
