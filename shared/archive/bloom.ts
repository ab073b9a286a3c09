/**
 * A Bloom filter: a set of values in about 12 bits each that may take a stranger for a member, and never a member for a
 * stranger.
 *
 * A value is a whole number of 53 bits, as `hashValue` makes them. Its eight bits follow from that number alone by
 * enhanced double hashing (Dillinger and Manolios, "Bloom Filters in Probabilistic Verification", 2004). With as many
 * values as it was sized for it takes one stranger in 320 for a member.
 */

const BITS_PER_VALUE = 12;
const BITS_SET = 8;
const TWO_TO_32 = 4_294_967_296;

export class Bloom {
  /** The bits; the lowest bit of the first byte is number 0. */
  readonly bytes: Buffer;

  /** @param bytes what `bytes` of another one was; at least one. */
  constructor(bytes: Buffer) {
    if (bytes.length === 0) throw new RangeError('a Bloom filter has at least one byte');
    this.bytes = bytes;
  }

  /** An empty one with room for so many values. */
  static sized(values: number): Bloom {
    return new Bloom(Buffer.alloc(Math.max(8, Math.ceil((values * BITS_PER_VALUE) / 8))));
  }

  /** One with room for just these values. */
  static of(values: ReadonlySet<number>): Bloom {
    return Bloom.sized(values.size).with(values);
  }

  /** A copy that holds some values more. */
  with(values: Iterable<number>): Bloom {
    const copy = new Bloom(Buffer.from(this.bytes));
    for (const value of values) copy.#add(value);
    return copy;
  }

  /** `false`: the value was never added. */
  has(value: number): boolean {
    const bits = this.bytes.length * 8;
    let [at, step] = startOf(value);
    for (let n = 0; n < BITS_SET; n += 1) {
      const bit = at % bits;
      if (((this.bytes[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false;
      at = (at + step) >>> 0;
      step = (step + n) >>> 0;
    }
    return true;
  }

  #add(value: number): void {
    const bits = this.bytes.length * 8;
    let [at, step] = startOf(value);
    for (let n = 0; n < BITS_SET; n += 1) {
      const bit = at % bits;
      this.bytes[bit >>> 3] = (this.bytes[bit >>> 3] as number) | (1 << (bit & 7));
      at = (at + step) >>> 0;
      step = (step + n) >>> 0;
    }
  }
}

/** The first bit and the first step, 32 bits each. */
function startOf(value: number): [at: number, step: number] {
  const low = value >>> 0;
  const high = Math.floor(value / TWO_TO_32);
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return [low, (mixed ^ (mixed >>> 15)) >>> 0];
}
