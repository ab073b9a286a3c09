/** One version of a key in Azure Key Vault, by the app's own identity. It needs the role Key Vault Crypto User on the key. */
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import type { VaultKey } from './vaultSigner.ts';

/** Tries of a request that is not answered; a run that cannot sign leaves it to the next. */
const RETRIES = { retryOptions: { maxRetries: 2 } };

/**
 * Opens a key. Nothing is asked of the vault yet. The client is loaded here: who signs with a file does without it.
 * @param keyId `https://<vault>/keys/<name>/<version>`.
 * @param httpClient what sends the requests; that of the SDK by default.
 */
export async function openVaultKey(
  keyId: string,
  credential: TokenCredential,
  httpClient?: HttpClient,
): Promise<VaultKey> {
  const { CryptographyClient, KeyClient } = await import('@azure/keyvault-keys');
  const { origin, pathname } = new URL(keyId);
  const [, , name = '', version = ''] = pathname.split('/');
  const options = { ...RETRIES, ...(httpClient && { httpClient }) };
  const client = new CryptographyClient(keyId, credential, options);
  return {
    publicKey: async () => {
      const { key } = await new KeyClient(origin, credential, options).getKey(name, { version });
      const { crv, x, y } = key ?? {};
      if (crv !== 'P-256' || !x || !y) throw new RangeError(`${keyId} is not a key of the curve P-256: make an EC key`);
      return { x, y };
    },
    sign: async (sha256) => (await client.sign('ES256', sha256)).result,
  };
}
