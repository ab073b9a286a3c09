/** A checkpoint (C2SP signed note) opened with WebCrypto: the signature of one given key first, then what it says. */
import { fromBase64 } from './bytes.ts';

export interface OpenedCheckpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

const NUMBER_BYTES = 32;
const ID_BYTES = 4;
const TEXT = /^([^\n]+)\n(0|[1-9]\d{0,11})\n([^\n]{44})\n$/;
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** @param spki of the key in DER. @returns `undefined` unless that key signed the note and the note is a checkpoint. */
export async function openCheckpoint(
  note: string,
  spki: Uint8Array<ArrayBuffer>,
): Promise<OpenedCheckpoint | undefined> {
  const end = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, end);
  const [, origin, size, root] = TEXT.exec(text) ?? [];
  if (origin === undefined || root === undefined) return undefined;
  const key = await crypto.subtle.importKey('spki', spki, P256, false, ['verify']);
  for (const line of note.slice(end + 1).split('\n')) {
    const [, name, encoded = ''] = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
    const raw = name === origin ? rawFromDer(fromBase64(encoded).subarray(ID_BYTES)) : undefined;
    if (raw && (await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, bytesOf(text)))) {
      return { origin, size: Number(size), root: fromBase64(root) };
    }
  }
  return undefined;
}

/** The r and s that WebCrypto wants, of a signature in ASN.1 DER; `undefined` where it has not that form. */
function rawFromDer(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const length = der[3] ?? 0;
  const numbers = [der.subarray(4, 4 + length), der.subarray(6 + length)];
  if (der[0] !== 0x30 || der[2] !== 2 || der[4 + length] !== 2 || der[1] !== der.length - 2) return undefined;
  const raw = new Uint8Array(2 * NUMBER_BYTES);
  for (const [n, digits] of numbers.entries()) {
    const short = digits[0] === 0 ? digits.subarray(1) : digits;
    if (short.length > NUMBER_BYTES) return undefined;
    raw.set(short, (n + 1) * NUMBER_BYTES - short.length);
  }
  return raw;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
