/**
 * SHA-256 (FIPS 180-4) of bytes that come piece by piece. WebCrypto wants all of them at once, and a download may be
 * larger than memory.
 */

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K = Uint32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
/** The same of the square roots of the first 8. */
const START = Uint32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));
const BLOCK = 64;

export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. Nothing can be added after it. */
  digest(): string;
}

export function createSha256(): Sha256 {
  const state = Uint32Array.from(START);
  const words = new Uint32Array(BLOCK);
  const rest = new Uint8Array(BLOCK);
  let held = 0;
  let length = 0;

  const update = (bytes: Uint8Array) => {
    length += bytes.length;
    let at = 0;
    if (held > 0) {
      at = Math.min(BLOCK - held, bytes.length);
      rest.set(bytes.subarray(0, at), held);
      held += at;
      if (held < BLOCK) return;
      compress(state, words, rest, 0);
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) compress(state, words, bytes, at);
    held = bytes.length - at;
    rest.set(bytes.subarray(at));
  };

  return {
    update,
    digest: () => {
      const bits = length * 8;
      const end = new Uint8Array(((held + 8) & ~(BLOCK - 1)) + BLOCK - held);
      const view = new DataView(end.buffer);
      end[0] = 0x80;
      view.setUint32(end.length - 8, Math.floor(bits / 2 ** 32));
      view.setUint32(end.length - 4, bits >>> 0);
      update(end);
      return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
    },
  };
}

function compress(state: Uint32Array, w: Uint32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i += 1) {
    const j = at + i * 4;
    w[i] = (n(bytes[j]) << 24) | (n(bytes[j + 1]) << 16) | (n(bytes[j + 2]) << 8) | n(bytes[j + 3]);
  }
  for (let i = 16; i < 64; i += 1) {
    const x = n(w[i - 15]);
    const y = n(w[i - 2]);
    const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    w[i] = (n(w[i - 16]) + s0 + n(w[i - 7]) + s1) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + n(K[i]) + n(w[i])) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = (n(state[i]) + value) | 0;
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** An element of an array that is never read beyond its end. */
function n(value: number | undefined): number {
  return value as number;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

function fraction(root: number): number {
  return (root - Math.floor(root)) * 2 ** 32;
}
