/**
 * Sketches: for one segment, or for several together, a Bloom filter of the values in them; and the file that holds the
 * sketches of a day or of a month.
 *
 *     {"v":1,"values":"<VALUES_VERSION>","sketches":[{"covers":["<segment>",…],"bytes":n},…]}\n
 *     the filters' bytes, one after the other
 *     SHA-256 of everything before it, 32 bytes
 */
import { hash } from 'node:crypto';
import { Bloom } from './bloom.ts';
import { VALUES_VERSION } from './sketchValues.ts';

export interface Sketch {
  /** The segments whose values it holds, by `sketchKey`. */
  readonly covers: readonly string[];
  readonly filter: Bloom;
}

interface Header {
  readonly v: number;
  readonly values: string;
  readonly sketches: readonly { readonly covers: readonly string[]; readonly bytes: number }[];
}

const FORMAT = 1;
const LF = 0x0a;
const SUM_BYTES = 32;
/** Hex digits of a segment's SHA-256 by which sketches know it. */
const KEY_DIGITS = 32;

/** What sketches call a segment. Segments of the same bytes have the same. */
export function sketchKey({ sha256 }: { readonly sha256: string }): string {
  return sha256.slice(0, KEY_DIGITS);
}

export function encodeSketches(sketches: readonly Sketch[]): Buffer {
  const header: Header = {
    v: FORMAT,
    values: VALUES_VERSION,
    sketches: sketches.map(({ covers, filter }) => ({ covers, bytes: filter.bytes.length })),
  };
  const content = [Buffer.from(`${JSON.stringify(header)}\n`), ...sketches.map(({ filter }) => filter.bytes)];
  const whole = Buffer.concat(content);
  return Buffer.concat([whole, hash('sha256', whole, 'buffer')]);
}

/**
 * The sketches in a file, as views on its bytes. `undefined` when it is damaged, or written by another version that took
 * other values: it then says nothing about any segment.
 */
export function decodeSketches(file: Buffer): Sketch[] | undefined {
  const content = file.subarray(0, Math.max(0, file.length - SUM_BYTES));
  if (!hash('sha256', content, 'buffer').equals(file.subarray(content.length))) return undefined;
  let at = content.indexOf(LF) + 1;
  const header = JSON.parse(content.toString('utf8', 0, at)) as Header;
  if (header.v !== FORMAT || header.values !== VALUES_VERSION) return undefined;
  return header.sketches.map(({ covers, bytes }) => {
    at += bytes;
    return { covers, filter: new Bloom(content.subarray(at - bytes, at)) };
  });
}
