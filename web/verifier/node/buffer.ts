/** What the verifier takes from `node:buffer`, in a browser: the package `buffer` has the rest of it. */
import { Buffer } from 'buffer';

export { Buffer };

// Node compares with any bytes, the package with its own kind only.
Buffer.prototype.equals = function equals(this: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(this, other) === 0;
};

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    STRICT.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
