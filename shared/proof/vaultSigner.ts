/**
 * A signer whose private key never leaves its Key Vault.
 *
 * Key Vault signs a digest with ES256 and answers r and s, 32 bytes each; notes take ASN.1 DER.
 */
import { createPublicKey, hash } from 'node:crypto';
import { derFromRaw } from '../archive/ecdsa.ts';
import type { Signer } from '../archive/note.ts';

/** What a vault does with one version of one key. */
export interface VaultKey {
  /** The public key's point. @throws when it is not one of P-256, or the vault cannot be reached. */
  publicKey(): Promise<{ readonly x: Uint8Array; readonly y: Uint8Array }>;
  /** ES256 over a SHA-256: r and s. */
  sign(sha256: Uint8Array): Promise<Uint8Array>;
}

/**
 * Makes a signer of a vault's key. Asks the vault for the public key.
 * @throws what the vault throws.
 */
export async function vaultSigner(key: VaultKey): Promise<Signer> {
  const spki = spkiOf(await key.publicKey());
  return { spki, sign: async (bytes) => derFromRaw(await key.sign(hash('sha256', bytes, 'buffer'))) };
}

function spkiOf({ x, y }: { readonly x: Uint8Array; readonly y: Uint8Array }): Buffer {
  const text = (number: Uint8Array) => Buffer.from(number).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: text(x), y: text(y) };
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' });
}
