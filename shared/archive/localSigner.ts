/** A signer whose key is in this process: for development and tests. In Azure the key never leaves its vault. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Signer } from './note.ts';

const ADVICE = 'make one with: openssl ecparam -name prime256v1 -genkey -noout';

/**
 * Signs with a private key in PEM (SEC 1 or PKCS #8, without a passphrase).
 * @throws RangeError when it is not a P-256 private key. The message holds nothing of it.
 */
export function localSigner(pem: string): Signer {
  const key = privateKey(pem);
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return { spki, sign: async (bytes) => sign('sha256', bytes, { key, dsaEncoding: 'der' }) };
}

function privateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // Without the cause: it may quote the key.
    throw new RangeError(`the signing key is not a private key in PEM; ${ADVICE}`);
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new RangeError(`the signing key is not one of the curve P-256; ${ADVICE}`);
  }
  return key;
}
