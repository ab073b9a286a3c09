/**
 * SHA-256 of bytes that come piece by piece. WebCrypto wants all of them at once, and a download may be larger than memory.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from './bytes.ts';

export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. Nothing can be added after it. */
  digest(): string;
}

export function createSha256(): Sha256 {
  const running = sha256.create();
  return { update: (bytes) => void running.update(bytes), digest: () => toHex(running.digest()) };
}
