/** Bloom filters: a member is never denied, and strangers are taken for members about as often as theory says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bloom } from '../../shared/archive/bloom.ts';
import { hashValue } from '../../shared/archive/sketchValues.ts';

const VALUE = fc.integer({ min: 0, max: 2 ** 53 - 1 });

describe('a Bloom filter', () => {
  it('has every value that was added, in whatever size and through its bytes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(VALUE), fc.array(VALUE), fc.integer({ min: 0, max: 50 }), (first, then, room) => {
        const filter = new Bloom(Buffer.from(Bloom.sized(room).with(first).with(then).bytes));
        expect([...first, ...then].filter((value) => !filter.has(value))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('has nothing when nothing was added', () => {
    fc.assert(fc.property(VALUE, (value) => !Bloom.of(new Set()).has(value)));
  });

  it('leaves the one that it is made from as it was', () => {
    const empty = Bloom.sized(10);
    expect(empty.with([hashValue('a')]).has(hashValue('a'))).toBe(true);
    expect(empty.has(hashValue('a'))).toBe(false);
  });

  it('refuses to be made of no bytes', () => {
    expect(() => new Bloom(Buffer.alloc(0))).toThrow(RangeError);
  });

  // (1 - e^(-8/12))^8 = 0.0031.
  it.each([
    ['user names', 100, (n: number) => `user${n}@contoso.example`],
    ['user names', 20_000, (n: number) => `user${n}@contoso.example`],
    ['guids that differ in their end', 5000, (n: number) => `6f1b4c57-9d1e-8b2a-8c4d-${String(n).padStart(12, '0')}`],
    ['addresses', 5000, (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`],
    [
      'guids of a later second',
      300_000,
      (n: number) => `${n.toString(16).padStart(8, '0')}-9d1e-4b2a-8c4d-000000000000`,
    ],
  ])('of %s, %i of them, takes one stranger in about 320 for a member', (_what, count, make) => {
    const filter = Bloom.of(new Set(Array.from({ length: count }, (_, n) => hashValue(make(n)))));
    const strangers = 200_000;
    let taken = 0;
    for (let n = 0; n < strangers; n += 1) if (filter.has(hashValue(make(count + n)))) taken += 1;
    expect(taken / strangers).toBeGreaterThan(0.0015);
    expect(taken / strangers).toBeLessThan(0.005);
  });
});
