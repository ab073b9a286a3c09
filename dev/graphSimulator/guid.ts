/**
 * GUIDs and the other identifiers that Graph builds from random bits, quickly: a row has a dozen of them.
 */
import type { Random } from './random.ts';

const HEX4 = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'));
const DASH_HEX4 = HEX4.map((text) => `-${text}`);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BASE64_PAIRS = Array.from(
  { length: 4096 },
  (_, value) => ALPHABET.charAt(value >> 6) + ALPHABET.charAt(value & 63),
);

/** A random GUID (version 4). */
export function guid(random: Random): string {
  return guidText(random.next(), random.next(), random.next(), random.next());
}

/**
 * The id of a sign-in, and the token identifier that goes with it: a GUID that ends in `00`, and base64url of its bytes
 * in .NET order (the first three groups little-endian); so seen in published records.
 */
export function signInId(random: Random): { id: string; tokenIdentifier: string } {
  const [a, b, c, d] = [random.next(), versioned(random.next()), varied(random.next()), (random.next() & ~0xff) >>> 0];
  const group = (first: number, second: number, third: number) =>
    (BASE64_PAIRS[(first << 4) | (second >>> 4)] ?? '') + (BASE64_PAIRS[((second & 15) << 8) | third] ?? '');
  const byte = (word: number, shift: number) => (word >>> shift) & 0xff;
  const tokenIdentifier =
    group(byte(a, 0), byte(a, 8), byte(a, 16)) +
    group(byte(a, 24), byte(b, 16), byte(b, 24)) +
    group(byte(b, 0), byte(b, 8), byte(c, 24)) +
    group(byte(c, 16), byte(c, 8), byte(c, 0)) +
    group(byte(d, 24), byte(d, 16), byte(d, 8));
  return { id: guidText(a, b, c, d), tokenIdentifier: `${tokenIdentifier}AA` };
}

/** `count` random hexadecimal digits, lower case; a multiple of four. */
export function hexadecimal(random: Random, count: number): string {
  let text = '';
  while (text.length < count) text += HEX4[random.next() & 0xffff];
  return text;
}

/** Five capitals and digits, as in the middle of an audit record's id. */
export function fiveCapitals(random: Random): string {
  return random.next().toString(36).toUpperCase().padStart(7, '0').slice(-5);
}

function guidText(a: number, b: number, c: number, d: number): string {
  const [second, third] = [versioned(b), varied(c)];
  const [head, tail] = [hex4(a >>> 16) + hex4(a & 0xffff), hex4(d >>> 16) + hex4(d & 0xffff)];
  const middle =
    dashHex4(second >>> 16) + dashHex4(second & 0xffff) + dashHex4(third >>> 16) + dashHex4(third & 0xffff);
  return head + middle + tail;
}

function hex4(value: number): string {
  return HEX4[value] ?? '';
}

function dashHex4(value: number): string {
  return DASH_HEX4[value] ?? '';
}

function versioned(word: number): number {
  return ((word & 0xffff0fff) | 0x4000) >>> 0;
}

function varied(word: number): number {
  return ((word & 0x3fffffff) | 0x80000000) >>> 0;
}
