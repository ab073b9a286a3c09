/**
 * The set of versions known so far: what makes a row new, changed or a duplicate.
 *
 * A version is (id, SHA-256 of the line); since the line holds the id, the line's leaf hash alone tells versions apart.
 * Hashes are kept as the first 16 bytes in one open-addressing table of numbers: tens of bytes a row instead of the
 * hundreds that a `Set` of strings takes, so that a window of 200,000 rows stays small.
 */
import { hash } from 'node:crypto';

export type Novelty = 'new' | 'changed' | 'duplicate';

export class Versions {
  readonly #lines = new HashSet();
  readonly #ids = new HashSet();

  /** Adds one row and says what it is: a new id, a known id with other bytes, or a version that is here already. */
  add(id: string, leaf: Buffer): Novelty {
    if (!this.#lines.add(leaf)) return 'duplicate';
    // A row without an id is a version of nothing else.
    if (id === '') return 'new';
    return this.#ids.add(hash('sha256', id, 'buffer')) ? 'new' : 'changed';
  }
}

const WORDS = 4;

/** A set of hashes by their first 16 bytes. 2^-128 is the chance that two of them are taken for one. */
class HashSet {
  #slots = new Uint32Array(1024 * WORDS);
  #capacity = 1024;
  #size = 0;

  /** `false` when the hash is in the set already. */
  add(hashed: Buffer): boolean {
    if (this.#size * 2 >= this.#capacity) this.#grow();
    // Zero words mark a free slot; a hash that begins with 16 zero bytes does not occur.
    const added = insert(this.#slots, this.#capacity, [
      hashed.readUInt32LE(0),
      hashed.readUInt32LE(4),
      hashed.readUInt32LE(8),
      hashed.readUInt32LE(12),
    ]);
    if (added) this.#size += 1;
    return added;
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      const words = old.subarray(at, at + WORDS);
      if (words.some((word) => word !== 0)) insert(this.#slots, this.#capacity, words);
    }
  }
}

/** Linear probing from the slot that the first word names. `false` when the words are there already. */
function insert(slots: Uint32Array, capacity: number, words: ArrayLike<number>): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = [words[0], words[1], words[2], words[3]];
  for (let slot = a & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
    const at = slot * WORDS;
    const [w0, w1, w2, w3] = [slots[at], slots[at + 1], slots[at + 2], slots[at + 3]];
    if (w0 === a && w1 === b && w2 === c && w3 === d) return false;
    if (w0 === 0 && w1 === 0 && w2 === 0 && w3 === 0) {
      slots[at] = a;
      slots[at + 1] = b;
      slots[at + 2] = c;
      slots[at + 3] = d;
      return true;
    }
  }
}
