/** The keys that the sign-in service signs tokens with. They come from the configured issuer; no token says from where. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** The keys could not be had: whether a token is valid is not known. */
export class KeysUnreachable extends Error {
  override readonly name = 'KeysUnreachable';
}

/**
 * Where an issuer publishes its keys (learn.microsoft.com/entra/identity-platform/access-tokens, "Token signing keys").
 * @param issuer as in tokens, `<authority>/<tenant>/v2.0`.
 */
export function keysUrl(issuer: string): URL {
  return new URL(`${issuer.replace(/\/v2\.0$/, '')}/discovery/v2.0/keys`);
}

/**
 * Fetches keys when they are needed and keeps them for ten minutes; for a key id that is not among them it asks again, at
 * most twice a minute. What it gives throws KeysUnreachable where that fails.
 */
export function openKeys(issuer: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(keysUrl(issuer));
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      // These two say something of the token, everything else of the keys.
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new KeysUnreachable(`the keys of ${issuer} cannot be had: ${causeOf(error)}`, { cause: error });
    }
  };
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says only "fetch failed"; why is in its cause.
  return error.cause instanceof Error ? `${error.message}, ${error.cause.message}` : error.message;
}
