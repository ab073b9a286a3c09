/**
 * Chance that can be repeated: every number that the simulated tenant is made of comes from here.
 *
 * `hash` answers for one fact about one row ("how late is it?") without drawing the facts before it; `Random` gives a
 * row its own long sequence. Both depend on their arguments only, never on time, process or order of calls.
 */

/** A uint32 that depends on all four integers and on nothing else (MurmurHash3's 32-bit mixing). */
export function hash(a: number, b: number, c: number, d: number): number {
  let h = mix(mix(mix(mix(0x9747b28c, a), b), c), d);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** `hash` as a fraction in [0, 1). */
export function chance(a: number, b: number, c: number, d: number): number {
  return hash(a, b, c, d) / 2 ** 32;
}

/**
 * A sequence of uint32 (Chris Doty-Humphrey's sfc32). Different arguments are different 128-bit states, so that two rows
 * never share their ids, which a 32-bit seed could not promise.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(a: number, b: number, c: number) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    for (let round = 0; round < 12; round += 1) this.next();
  }

  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }

  /** One of the list, each as likely as the others. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

function mix(h: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = h ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
