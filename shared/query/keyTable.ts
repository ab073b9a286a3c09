/**
 * Which of some keys stands at the cursor, told by its bytes: no text is made of a key that is nobody's.
 */
import type { JsonCursor } from '../archive/json.ts';

interface Candidate {
  readonly bytes: Buffer;
  readonly index: number;
}

export class KeyTable {
  readonly #keys: readonly string[];
  /** Candidates by length, first and last byte: nearly always one or none. */
  readonly #candidates: ReadonlyMap<number, readonly Candidate[]>;

  /** @param keys each once. */
  constructor(keys: readonly string[]) {
    this.#keys = keys;
    const candidates = keys.map((key, index) => ({ bytes: Buffer.from(key), index }));
    this.#candidates = Map.groupBy(candidates, ({ bytes }) => mark(bytes, 0, bytes.length));
  }

  /** The index of the key from its opening quote at `start` to the cursor; -1 when it is none of these. */
  find({ bytes, at }: JsonCursor, start: number, plain: boolean): number {
    // A key written with escapes means what it decodes to.
    if (!plain) return this.#keys.indexOf(JSON.parse(bytes.toString('utf8', start, at)) as string);
    const candidates = this.#candidates.get(mark(bytes, start + 1, at - 1));
    if (candidates === undefined) return -1;
    for (const candidate of candidates) if (holdsAt(bytes, start + 1, candidate.bytes)) return candidate.index;
    return -1;
  }
}

function mark(bytes: Buffer, from: number, to: number): number {
  return from === to ? 0 : ((to - from) << 16) | ((bytes[from] as number) << 8) | (bytes[to - 1] as number);
}

function holdsAt(bytes: Buffer, at: number, key: Buffer): boolean {
  for (let n = 0; n < key.length; n += 1) if (bytes[at + n] !== key[n]) return false;
  return true;
}
