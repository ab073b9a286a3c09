/**
 * What the verifier takes from `node:crypto`, in a browser. WebCrypto has the same and answers later; the verifier does
 * not wait. A test holds both verdicts against each other, to the byte.
 */
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Buffer } from './buffer.ts';

/** In the SPKI of a P-256 key the point stands at the end: 04 and the two coordinates. */
const POINT_BYTES = 65;

export interface KeyObject {
  readonly point: Uint8Array;
}

/** SHA-256, in hex where nothing else is wanted. */
export function hash(algorithm: 'sha256', data: Uint8Array | string): string;
export function hash(algorithm: 'sha256', data: Uint8Array | string, output: 'binary'): string;
export function hash(algorithm: 'sha256', data: Uint8Array | string, output: 'buffer'): Buffer;
export function hash(_algorithm: 'sha256', data: Uint8Array | string, output: 'hex' | 'binary' | 'buffer' = 'hex') {
  const digest = asBuffer(sha256(typeof data === 'string' ? Buffer.from(data) : data));
  return output === 'buffer' ? digest : digest.toString(output);
}

/** SHA-256 of what comes piece by piece. */
export function createHash(_algorithm: 'sha256') {
  const running = sha256.create();
  const self = {
    update: (data: Uint8Array) => {
      running.update(data);
      return self;
    },
    digest: () => asBuffer(running.digest()),
  };
  return self;
}

/** A key, given as SPKI in DER. @throws Error when its point is not on the curve. */
export function createPublicKey({ key }: { readonly key: Uint8Array }): KeyObject {
  const point = key.slice(-POINT_BYTES);
  p256.Point.fromBytes(point).assertValidity();
  return { point };
}

/** Whether the key made this signature, r and s, over these bytes. */
export function verify(
  _algorithm: 'sha256',
  bytes: Uint8Array,
  { key }: { readonly key: KeyObject },
  signature: Uint8Array,
): boolean {
  // A signature with a high s is as good as its twin for openssl and Node, so it is here.
  return p256.verify(signature, bytes, key.point, { lowS: false });
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
