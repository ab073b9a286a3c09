/** Files of sketches: they say what they cover, and a damaged one says nothing. */
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bloom } from '../../shared/archive/bloom.ts';
import { decodeSketches, encodeSketches, sketchKey } from '../../shared/archive/sketch.ts';
import { hashValue } from '../../shared/archive/sketchValues.ts';

const KEY = fc.integer({ min: 0, max: 1000 }).map((n) => sketchKey({ sha256: hash('sha256', String(n)) }));
const SKETCHES = fc.array(
  fc.record({
    covers: fc.array(KEY),
    filter: fc.uniqueArray(fc.string()).map((texts) => Bloom.of(new Set(texts.map(hashValue)))),
  }),
);

describe('a file of sketches', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(SKETCHES, (sketches) => {
        expect(decodeSketches(encodeSketches(sketches))).toEqual(sketches);
      }),
    );
  });

  it('says nothing once any bit of it is another, or when it is cut or longer', () => {
    const file = encodeSketches([{ covers: ['a', 'b'], filter: Bloom.of(new Set([hashValue('x')])) }]);
    for (let bit = 0; bit < file.length * 8; bit += 1) {
      const damaged = Buffer.from(file);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeSketches(damaged)).toBeUndefined();
    }
    for (let length = 0; length < file.length; length += 1)
      expect(decodeSketches(file.subarray(0, length))).toBeUndefined();
    expect(decodeSketches(Buffer.concat([file, Buffer.from('x')]))).toBeUndefined();
  });

  it.each([
    ['format', /"v":1/, '"v":2'],
    ['table of values', /"values":"[0-9a-f]{16}"/, '"values":"0000000000000000"'],
  ])('says nothing when it is of another %s', (_what, old, other) => {
    const file = encodeSketches([]).toString('latin1').slice(0, -32);
    const changed = Buffer.from(file.replace(old, other), 'latin1');
    expect(String(changed)).not.toBe(file);
    expect(decodeSketches(Buffer.concat([changed, hash('sha256', changed, 'buffer')]))).toBeUndefined();
  });
});
