import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HASH_BYTES, leafHash, rootOf } from '../../shared/archive/merkle.ts';

const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const rootOfLines = (lines: readonly Uint8Array[]) => rootOf(Buffer.concat(lines.map(leafHash)));

/** The definition of RFC 6962, 2.1, word for word: slow, recursive, independent of the code under test. */
function definedRoot(lines: readonly Uint8Array[]): Buffer {
  const [only] = lines;
  if (only === undefined) return sha256();
  if (lines.length === 1) return sha256(Buffer.of(0), only);
  let split = 1;
  while (split * 2 < lines.length) split *= 2;
  return sha256(Buffer.of(1), definedRoot(lines.slice(0, split)), definedRoot(lines.slice(split)));
}

/** The vectors that implementations of Certificate Transparency share: roots over the first 1 to 8 of these leaves. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the Merkle root', () => {
  it('of nothing is the SHA-256 of nothing', () => {
    expect(rootOf(Buffer.alloc(0)).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it.each(ROOTS.map((root, index) => [index + 1, root] as const))('of %i known leaves is %s', (count, root) => {
    const lines = LEAVES.slice(0, count).map((hex) => Buffer.from(hex, 'hex'));
    expect(rootOfLines(lines).toString('hex')).toBe(root);
  });

  it('is the one that RFC 6962 defines, at every size to 130', () => {
    const lines = Array.from({ length: 130 }, (_, index) => Buffer.from(`line ${index}`));
    for (let count = 0; count <= lines.length; count += 1) {
      expect(rootOfLines(lines.slice(0, count)).equals(definedRoot(lines.slice(0, count)))).toBe(true);
    }
  });

  it('is the one that RFC 6962 defines, for any lines', () => {
    const lines = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(lines, (some) => {
        expect(rootOfLines(some).equals(definedRoot(some))).toBe(true);
      }),
    );
  });

  it('takes 100,000 leaves without recursion', () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => Buffer.from(String(index)));
    expect(rootOfLines(lines).equals(definedRoot(lines))).toBe(true);
  });

  it('leaves its input as it was and returns bytes of its own', () => {
    const leaves = Buffer.concat([leafHash(Buffer.of(1)), leafHash(Buffer.of(2)), leafHash(Buffer.of(3))]);
    const before = Buffer.from(leaves);
    const root = rootOf(leaves);
    const copy = Buffer.from(root);
    rootOf(Buffer.alloc(5 * HASH_BYTES));
    expect(leaves.equals(before)).toBe(true);
    expect(root.equals(copy)).toBe(true);
  });

  it('refuses leaves that are not whole hashes', () => {
    expect(() => rootOf(Buffer.alloc(33))).toThrow(RangeError);
  });
});

describe('a leaf hash', () => {
  it('tells a leaf from a node: a line that looks like two hashes is not their parent', () => {
    const [left, right] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];
    expect(leafHash(Buffer.concat([left, right])).equals(rootOf(Buffer.concat([left, right])))).toBe(false);
  });

  it.each([0, 1, 64 * 1024 - 2, 64 * 1024 - 1, 64 * 1024, 300_000])(
    'of %i bytes is SHA-256 of 00 and them',
    (length) => {
      const bytes = Buffer.alloc(length, 'x');
      expect(leafHash(bytes).equals(sha256(Buffer.of(0), bytes))).toBe(true);
    },
  );

  it('is the same whatever was hashed before', () => {
    leafHash(Buffer.alloc(5000, 0xff));
    expect(leafHash(Buffer.from('a')).equals(sha256(Buffer.of(0), Buffer.from('a')))).toBe(true);
  });
});
