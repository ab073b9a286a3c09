/**
 * The set of versions known so far: what makes a row new, changed or a duplicate.
 *
 * A version is (id, SHA-256 of the line); since the line holds the id, the line's leaf hash alone tells versions apart.
 * It decides what is stored, so 16 bytes of it are kept. Ids only tell "new" from "changed" in the counts; 8 bytes of a
 * plain hash do. Both lie in open-addressing tables of numbers, tens of bytes a row instead of the hundreds that a `Set`
 * of strings takes, so that a window of 200,000 rows stays small.
 */

export type Novelty = 'new' | 'changed' | 'duplicate';

export class Versions {
  readonly #lines = new WordSet(4);
  readonly #ids = new WordSet(2);

  /** Adds one row and says what it is: a new id, a known id with other bytes, or a version that is here already. */
  add(id: string, leaf: Buffer): Novelty {
    const line = [leaf.readInt32LE(0), leaf.readInt32LE(4), leaf.readInt32LE(8), leaf.readInt32LE(12)];
    if (!this.#lines.add(line)) return 'duplicate';
    // A row without an id is a version of nothing else.
    if (id === '') return 'new';
    return this.#ids.add(hashText(id)) ? 'new' : 'changed';
  }
}

/** A set of keys that are a fixed number of 32-bit words. All zero marks a free slot; such a key does not occur. */
class WordSet {
  readonly #words: number;
  #capacity = 1024;
  #slots: Int32Array;
  #size = 0;

  constructor(words: number) {
    this.#words = words;
    this.#slots = new Int32Array(this.#capacity * words);
  }

  /** `false` when the key is in the set already. */
  add(key: readonly number[]): boolean {
    if (this.#size * 4 >= this.#capacity * 3) this.#grow();
    const added = this.#insert(key);
    if (added) this.#size += 1;
    return added;
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Int32Array(this.#capacity * this.#words);
    for (let at = 0; at < old.length; at += this.#words) {
      const key = Array.from(old.subarray(at, at + this.#words));
      if (key.some((word) => word !== 0)) this.#insert(key);
    }
  }

  /** Linear probing from the slot that the first word names. */
  #insert(key: readonly number[]): boolean {
    const words = this.#words;
    const slots = this.#slots;
    for (let slot = (key[0] ?? 0) & (this.#capacity - 1); ; slot = (slot + 1) & (this.#capacity - 1)) {
      let same = true;
      let free = true;
      for (let word = 0; word < words; word += 1) {
        const there = slots[slot * words + word];
        if (there !== key[word]) same = false;
        if (there !== 0) free = false;
      }
      if (same) return false;
      if (!free) continue;
      slots.set(key, slot * words);
      return true;
    }
  }
}

/** Two independent 32-bit hashes of a text: FNV-1a and a multiplicative one, each with a final mix. */
function hashText(text: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b, 0x5bd1e995) + unit;
  }
  return [mix(a ^ text.length), mix(b) | 1];
}

function mix(word: number): number {
  const half = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const rest = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return rest ^ (rest >>> 16);
}
