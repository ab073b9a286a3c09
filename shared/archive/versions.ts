/**
 * The set of versions known so far: what makes a row new, changed or a duplicate.
 *
 * A version is (id, SHA-256 of the line); since the line holds the id, the line's leaf hash alone tells versions apart.
 * It decides what is stored, so 16 bytes of it are kept. Ids only tell "new" from "changed" in the counts; 8 bytes of a
 * plain hash do. Both lie in open-addressing tables of numbers, tens of bytes a row instead of the hundreds that a `Set`
 * of strings takes, so that a window of 200,000 rows stays small.
 */

import type { Instant } from './time.ts';

/** `gone`: it may be one of the versions that were deleted. */
export type Novelty = 'new' | 'changed' | 'duplicate' | 'gone';

export interface Judging {
  /** Whether `unseen` will be asked for. */
  readonly countsUnseen?: boolean;
  /** Tells by its leaf hash a version that is news only where nothing of its id is known: it yields to every other. */
  readonly yields?: ((leaf: Buffer) => boolean) | undefined;
}

const LINE_WORDS = 4;
const ID_WORDS = 2;

export class Versions {
  readonly #lines = new WordSet(LINE_WORDS);
  readonly #ids = new WordSet(ID_WORDS);
  /** Lines added since the held ones were taken in; kept only when those that do not come are to be counted. */
  readonly #shown: WordSet | undefined;
  readonly #unseen = new Map<string, number>();
  readonly #deleted: (readonly [first: Instant, last: Instant])[] = [];
  readonly #line = new Int32Array(LINE_WORDS);
  readonly #id = new Int32Array(ID_WORDS);
  readonly #yields: Judging['yields'];

  constructor({ countsUnseen = false, yields }: Judging = {}) {
    if (countsUnseen) this.#shown = new WordSet(LINE_WORDS);
    this.#yields = yields;
  }

  /**
   * Takes in a version that the archive holds, before any row is added.
   * @param hour where it is missed if no row shows it; `undefined` where nobody misses it.
   */
  hold(id: string, leaf: Buffer, hour: string | undefined): void {
    this.#insert(id, leaf);
    if (hour !== undefined) this.#unseen.set(hour, (this.#unseen.get(hour) ?? 0) + 1);
  }

  /** Notes that versions from `first` to `last` were held, and were deleted. Which ones nobody can tell any more. */
  forget(first: Instant, last: Instant): void {
    this.#deleted.push([first, last]);
  }

  /**
   * Adds one row and says what it is: a new id, a known id with other bytes, a version that is here already, or one that
   * may have been deleted.
   * @param hour the UTC hour of the row; needed only to count what is unseen.
   * @param time when it was; needed only to tell what may have been deleted.
   */
  add(id: string, leaf: Buffer, hour = '', time?: Instant): Novelty {
    if (this.#yields?.(leaf) && this.#knows(id)) return 'duplicate';
    const novelty = this.#insert(id, leaf);
    if (novelty !== 'duplicate' && time !== undefined && this.#mayBeDeleted(time)) return 'gone';
    // A line that is here already, and comes for the first time, is a held one.
    if (this.#shown?.add(this.#line) && novelty === 'duplicate') {
      this.#unseen.set(hour, (this.#unseen.get(hour) ?? 0) - 1);
    }
    return novelty;
  }

  /** How many held versions no row has shown, by hour. */
  unseen(): Map<string, number> {
    return new Map([...this.#unseen].filter(([, count]) => count > 0));
  }

  #mayBeDeleted(time: Instant): boolean {
    return this.#deleted.some(([first, last]) => time >= first && time <= last);
  }

  #knows(id: string): boolean {
    hashText(id, this.#id);
    return this.#ids.has(this.#id);
  }

  #insert(id: string, leaf: Buffer): Novelty {
    for (let word = 0; word < LINE_WORDS; word += 1) this.#line[word] = leaf.readInt32LE(4 * word);
    if (!this.#lines.add(this.#line)) return 'duplicate';
    // A row without an id is a version of nothing else.
    if (id === '') return 'new';
    hashText(id, this.#id);
    return this.#ids.add(this.#id) ? 'new' : 'changed';
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

  /** `false` when the key, which is `words` words of `from` at `at`, is in the set already. */
  add(from: Int32Array, at = 0): boolean {
    if (this.#size * 4 >= this.#capacity * 3) this.#grow();
    const added = this.#insert(from, at);
    if (added) this.#size += 1;
    return added;
  }

  /** Whether a key of `words` words is in the set. */
  has(key: Int32Array): boolean {
    for (let slot = (key[0] as number) & (this.#capacity - 1); ; slot = (slot + 1) & (this.#capacity - 1)) {
      const there = slot * this.#words;
      if (this.#isFree(this.#slots, there)) return false;
      if (this.#isSame(this.#slots, there, key, 0)) return true;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Int32Array(this.#capacity * this.#words);
    for (let at = 0; at < old.length; at += this.#words) if (!this.#isFree(old, at)) this.#insert(old, at);
  }

  /** Linear probing from the slot that the first word names. */
  #insert(from: Int32Array, at: number): boolean {
    const slots = this.#slots;
    for (let slot = (from[at] as number) & (this.#capacity - 1); ; slot = (slot + 1) & (this.#capacity - 1)) {
      const there = slot * this.#words;
      if (this.#isFree(slots, there)) {
        for (let word = 0; word < this.#words; word += 1) slots[there + word] = from[at + word] as number;
        return true;
      }
      if (this.#isSame(slots, there, from, at)) return false;
    }
  }

  #isFree(slots: Int32Array, at: number): boolean {
    for (let word = 0; word < this.#words; word += 1) if (slots[at + word] !== 0) return false;
    return true;
  }

  #isSame(slots: Int32Array, there: number, from: Int32Array, at: number): boolean {
    for (let word = 0; word < this.#words; word += 1) if (slots[there + word] !== from[at + word]) return false;
    return true;
  }
}

/** Two independent 32-bit hashes of a text: FNV-1a and a multiplicative one, each with a final mix. */
function hashText(text: string, into: Int32Array): void {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b, 0x5bd1e995) + unit;
  }
  into[0] = mix(a ^ text.length);
  into[1] = mix(b) | 1;
}

function mix(word: number): number {
  const half = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const rest = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return rest ^ (rest >>> 16);
}
