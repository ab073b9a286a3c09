/** Public keys as files that openssl reads: PEM, in exactly the form that openssl writes. */
import { fromBase64 } from './base64.ts';
import { isP256Spki } from './ecdsa.ts';

const PEM = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)\n-----END PUBLIC KEY-----\n$/;

/** The file of a public key, given as SPKI in DER. */
export function publicKeyFile(spki: Uint8Array): string {
  const lines =
    Buffer.from(spki)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

/** The SPKI of such a file; `undefined` unless it is what `publicKeyFile` makes of a P-256 key, to the byte. */
export function readPublicKeyFile(bytes: Uint8Array): Buffer | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const spki = fromBase64((PEM.exec(text)?.[1] ?? '').replaceAll('\n', ''));
  return spki && isP256Spki(spki) && publicKeyFile(spki) === text ? spki : undefined;
}
