/**
 * A cache that is bounded by weight: the least recently used goes first. What is in it can always be made again.
 */

/** Holds values until their weights exceed a limit. */
export class Cache<T> {
  readonly #entries = new Map<string, { value: T; weight: number }>();
  readonly #limit: number;
  readonly #weigh: (value: T) => number;
  #weight = 0;

  /** `limit` in the unit of `weigh`. */
  constructor(limit: number, weigh: (value: T) => number) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  /** The value under `key`, made by `make` when it is not held. */
  get(key: string, make: () => T): T {
    const held = this.#entries.get(key);
    if (held !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, held);
      return held.value;
    }
    const value = make();
    const weight = this.#weigh(value);
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    this.#evict();
    return value;
  }

  /** Everything held, in the unit of `weigh`. */
  get weight(): number {
    return this.#weight;
  }

  #evict(): void {
    for (const [key, { weight }] of this.#entries) {
      if (this.#weight <= this.#limit || this.#entries.size === 1) return;
      this.#entries.delete(key);
      this.#weight -= weight;
    }
  }
}
