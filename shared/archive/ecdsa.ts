/**
 * ECDSA over P-256 with SHA-256: the one signature algorithm of the archive.
 *
 * A signature has two forms. Notes, openssl and Go use ASN.1 DER; Azure Key Vault and WebCrypto use r and s, 32 bytes each.
 * A public key is its SPKI in DER, 91 bytes; its fingerprint is the SHA-256 of them.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';

/** Bytes of one of the two numbers of a signature. */
const NUMBER_BYTES = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** What the SPKI of every P-256 key begins with (RFC 5480); the two coordinates of an uncompressed point follow. */
const SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const SPKI_BYTES = SPKI_PREFIX.length + 2 * NUMBER_BYTES;

/** Whether the bytes have the form of a public key of P-256. That the point is on the curve is another matter. */
export function isP256Spki(spki: Uint8Array): boolean {
  return spki.length === SPKI_BYTES && SPKI_PREFIX.equals(spki.subarray(0, SPKI_PREFIX.length));
}

/** SHA-256 of a public key, lower-case hex. */
export function fingerprint(spki: Uint8Array): string {
  return hash('sha256', spki);
}

/** Whether the key made this signature, in DER, over these bytes. `false` to all that is not a key or a signature. */
export function isSignedBy(spki: Uint8Array, bytes: Uint8Array, der: Uint8Array): boolean {
  const raw = rawFromDer(der);
  const key = publicKey(spki);
  if (raw === undefined || key === undefined) return false;
  return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, raw);
}

/** The DER form of a signature given as r and s. @throws RangeError unless it has 64 bytes. */
export function derFromRaw(raw: Uint8Array): Buffer {
  if (raw.length !== 2 * NUMBER_BYTES) throw new RangeError(`r and s are 64 bytes, but ${raw.length} were given`);
  const numbers = Buffer.concat([derNumber(raw.subarray(0, NUMBER_BYTES)), derNumber(raw.subarray(NUMBER_BYTES))]);
  return Buffer.concat([Buffer.of(SEQUENCE, numbers.length), numbers]);
}

/** The r and s of a signature in DER; `undefined` unless it is what `derFromRaw` makes of them, to the byte. */
export function rawFromDer(der: Uint8Array): Buffer | undefined {
  const rLength = der[3] ?? 0;
  const numbers = [der.subarray(4, 4 + rLength), der.subarray(6 + rLength)].map(fixedNumber);
  const raw = Buffer.concat(numbers);
  return raw.length === 2 * NUMBER_BYTES && derFromRaw(raw).equals(der) ? raw : undefined;
}

/** A number as DER has it: no zeros in front, but for one where the number would else be negative. */
function derNumber(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const short = start < 0 ? Buffer.of(0) : bytes.subarray(start);
  const digits = (short[0] as number) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short;
  return Buffer.concat([Buffer.of(INTEGER, digits.length), digits]);
}

/** A number of at most 32 bytes, or 32 and a zero in front, as 32; another length shows as such. */
function fixedNumber(digits: Uint8Array): Uint8Array {
  if (digits.length > NUMBER_BYTES) return digits.subarray(1);
  return Buffer.concat([Buffer.alloc(NUMBER_BYTES - digits.length), digits]);
}

function publicKey(spki: Uint8Array): KeyObject | undefined {
  if (!isP256Spki(spki)) return undefined;
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    // The point is not on the curve. Nothing is signed by such a key.
    return undefined;
  }
}
