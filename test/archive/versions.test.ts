import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Novelty, Versions } from '../../shared/archive/versions.ts';

const leafOf = (text: string) => createHash('sha256').update(text).digest();

/** What `Versions` promises, said with plain sets. */
class Oracle {
  readonly #lines = new Set<string>();
  readonly #ids = new Set<string>();

  add(id: string, leaf: Buffer): Novelty {
    const line = leaf.toString('hex');
    if (this.#lines.has(line)) return 'duplicate';
    this.#lines.add(line);
    if (id === '') return 'new';
    const known = this.#ids.has(id);
    this.#ids.add(id);
    return known ? 'changed' : 'new';
  }
}

const row = fc.record({ id: fc.oneof(fc.constant(''), fc.nat({ max: 8 }).map(String)), body: fc.nat({ max: 5 }) });

describe('the versions known', () => {
  it('judges any rows as plain sets do', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200 }), (rows) => {
        const versions = new Versions();
        const oracle = new Oracle();
        for (const { id, body } of rows) {
          const leaf = leafOf(`${id} ${body}`);
          expect(versions.add(id, leaf)).toBe(oracle.add(id, leaf));
        }
      }),
    );
  });

  it('forgets nothing while it grows to 10,000 rows', () => {
    const versions = new Versions();
    const oracle = new Oracle();
    const judge = (id: string, body: number) => {
      const leaf = leafOf(`${id} ${body}`);
      const [ours, theirs] = [versions.add(id, leaf), oracle.add(id, leaf)];
      if (ours !== theirs) expect.fail(`${id} version ${body} is ${theirs}, not ${ours}`);
    };
    for (let n = 0; n < 10_000; n += 1) {
      judge(`id-${n}`, 0);
      // Everything said before must still be known after each growth.
      judge(`id-${Math.floor(n / 2)}`, n % 3);
    }
    for (let n = 0; n < 10_000; n += 1) judge(`id-${n}`, 0);
  });

  it('tells hashes apart that differ in any one of their first 16 bytes, in one crowded slot', () => {
    const base = Buffer.alloc(32, 0xab);
    const leaves = [base];
    for (let byte = 0; byte < 16; byte += 1) {
      const leaf = Buffer.from(base);
      leaf[byte] = 0xcd;
      leaves.push(leaf);
    }
    const versions = new Versions();
    for (const leaf of leaves) expect(versions.add('', leaf)).toBe('new');
    for (const leaf of leaves) expect(versions.add('', leaf)).toBe('duplicate');
  });

  it('finds hashes that all want the same slot, before and after growth', () => {
    const versions = new Versions();
    const leaves = Array.from({ length: 2000 }, (_, n) => {
      const leaf = Buffer.alloc(32);
      leaf.writeUInt32LE(1023, 0);
      leaf.writeUInt32LE(n, 4);
      return leaf;
    });
    for (const leaf of leaves) expect(versions.add('', leaf)).toBe('new');
    for (const leaf of leaves) expect(versions.add('', leaf)).toBe('duplicate');
  });

  it('takes hashes with words of zero', () => {
    const versions = new Versions();
    const leaves = [0, 1, 2, 3].map((word) => {
      const leaf = Buffer.alloc(32);
      leaf.writeUInt32LE(7, word * 4);
      return leaf;
    });
    for (const leaf of leaves) expect(versions.add('', leaf)).toBe('new');
    for (const leaf of leaves) expect(versions.add('', leaf)).toBe('duplicate');
  });

  it('takes each row without an id for new, unless its bytes are known', () => {
    const versions = new Versions();
    expect(versions.add('', leafOf('a'))).toBe('new');
    expect(versions.add('', leafOf('b'))).toBe('new');
    expect(versions.add('', leafOf('a'))).toBe('duplicate');
  });

  it('knows an old version again after a newer one', () => {
    const versions = new Versions();
    expect(versions.add('x', leafOf('x 1'))).toBe('new');
    expect(versions.add('x', leafOf('x 2'))).toBe('changed');
    expect(versions.add('x', leafOf('x 1'))).toBe('duplicate');
    expect(versions.add('x', leafOf('x 3'))).toBe('changed');
  });

  it('takes what yields for news only where nothing of its id is held or was shown', () => {
    const open = ['held open', 'shown open', 'alone open', 'alone open too'];
    const leaves = open.map(leafOf);
    const versions = new Versions({ yields: (leaf) => leaves.some((each) => each.equals(leaf)) });
    versions.hold('held', leafOf('held ended'), undefined);
    expect(versions.add('shown', leafOf('shown ended'))).toBe('new');
    expect(open.map((text) => versions.add(text.split(' ')[0] ?? '', leafOf(text)))).toEqual([
      'duplicate',
      'duplicate',
      'new',
      'duplicate',
    ]);
    expect(versions.add('alone', leafOf('alone ended'))).toBe('changed');
  });

  it('does not keep the buffers it is given', () => {
    const versions = new Versions();
    const leaf = leafOf('a');
    versions.add('a', leaf);
    leaf.fill(0xff);
    expect(versions.add('a', leafOf('a'))).toBe('duplicate');
  });
});
