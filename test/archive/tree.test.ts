import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMPTY_FRONTIER, frontierRoot, growFrontier } from '../../shared/archive/frontier.ts';
import { HASH_BYTES, nodeHash } from '../../shared/archive/merkle.ts';
import { consistencyRanges, inclusionRanges } from '../../shared/archive/subtrees.ts';
import { tilePath } from '../../shared/archive/tile.ts';
import { EMPTY_EDGE, growTiles } from '../../shared/archive/tileGrowth.ts';
import { consistencyProof, inclusionProof, type ReadTile, tilesOfRanges, treeRoot } from '../../shared/archive/tree.ts';
import { provesConsistency, provesInclusion, type TreeHead } from '../../shared/archive/treeProof.ts';
import { DefinedTree, leafAt, someLeaves } from '../support/definedTree.ts';

const SMALL = 130;
const BIG = 1_000_000;

let tree: DefinedTree;
let leaves: Buffer;
let read: ReadTile;
beforeAll(() => {
  leaves = someLeaves(BIG);
  tree = new DefinedTree(leaves);
  // A bigger tree's tiles begin with those of a smaller one, so these serve every size.
  const tiles = new Map(
    growTiles(EMPTY_EDGE, leaves).tiles.map(({ id, bytes }) => [`${id.level}/${id.index}`, bytes] as const),
  );
  read = ({ level, index }) => tiles.get(`${level}/${index}`) ?? Buffer.alloc(0);
});

const head = (size: number): TreeHead => ({ size, root: tree.root(0, size) });
let turn = 0;
const OTHER = Buffer.alloc(HASH_BYTES, 0x5a);

/**
 * Proofs that differ from this one in one hash by one bit, lack an end, or have a hash too many. Of a long one, one hash
 * in twelve is flipped, another one at each call.
 */
function* spoilt(proof: readonly Buffer[]): Generator<[how: string, proof: readonly Buffer[]]> {
  const step = proof.length > 12 ? 12 : 1;
  turn += 1;
  for (const [at, hash] of proof.entries()) {
    if ((at + turn) % step !== 0) continue;
    const flipped = Buffer.from(hash);
    flipped[at % HASH_BYTES] = (flipped[at % HASH_BYTES] as number) ^ (1 << (at % 8));
    yield [`hash ${at} flipped`, proof.with(at, flipped)];
    yield [`hash ${at} short`, proof.with(at, hash.subarray(1))];
  }
  if (proof.length > 0) {
    yield ['last cut off', proof.slice(0, -1)];
    yield ['first cut off', proof.slice(1)];
  }
  if (proof.length > 1) yield ['turned round', proof.toReversed()];
  yield ['one more at the end', [...proof, OTHER]];
  yield ['one more at the start', [OTHER, ...proof]];
}

/** What is wrong with the inclusion proof of this leaf, made and checked. Nothing, if all is well. */
function inclusionFaults(index: number, size: number): string[] {
  const now = head(size);
  const proof = inclusionProof(index, size, read);
  const leaf = leafAt(leaves, index);
  const right = Buffer.concat(proof).equals(Buffer.concat(tree.path(index, 0, size)));
  const faults = right && provesInclusion(proof, leaf, index, now) ? [] : ['not proved'];
  for (const [how, bad] of spoilt(proof)) if (provesInclusion(bad, leaf, index, now)) faults.push(how);
  for (const other of [index - 1, index + 1, index ^ 2, size, size + index, index + 0.5, Number.NaN]) {
    if (other !== index && provesInclusion(proof, leaf, other, now)) faults.push(`as number ${other}`);
  }
  for (const other of [size - 1, size + 1, size * 2]) {
    if (other <= BIG && provesInclusion(proof, leaf, index, head(other))) faults.push(`in ${other}`);
  }
  if (provesInclusion(proof, OTHER, index, now)) faults.push('another leaf');
  if (provesInclusion(proof, leaf, index, { size, root: OTHER })) faults.push('another root');
  return faults.map((fault) => `${index} in ${size}: ${fault}`);
}

/** The same for the proof that one tree begins with another. */
function consistencyFaults(older: number, newer: number): string[] {
  const then = head(older);
  const now = head(newer);
  const proof = consistencyProof(older, newer, read);
  const right = Buffer.concat(proof).equals(Buffer.concat(tree.proof(older, newer)));
  const faults = right && provesConsistency(proof, then, now) ? [] : ['not proved'];
  for (const [how, bad] of spoilt(proof)) if (provesConsistency(bad, then, now)) faults.push(how);
  for (const other of [older - 1, older + 1, newer + 1]) {
    if (other > 0 && other <= BIG && provesConsistency(proof, head(other), now)) faults.push(`from ${other}`);
  }
  for (const other of [newer - 1, newer + 1, newer * 2]) {
    if (other <= BIG && provesConsistency(proof, then, head(other))) faults.push(`to ${other}`);
  }
  if (provesConsistency(proof, { size: older, root: OTHER }, now)) faults.push('another old root');
  if (provesConsistency(proof, then, { size: newer, root: OTHER })) faults.push('another new root');
  if (older < newer && provesConsistency(proof, now, then)) faults.push('backwards');
  return faults.map((fault) => `${older} to ${newer}: ${fault}`);
}

describe('proofs', () => {
  it('hold for every leaf and every older tree at all sizes to 130, and nothing near them does', () => {
    let proofs = 0;
    for (let size = 1; size <= SMALL; size += 1) {
      for (let n = 0; n < size; n += 1, proofs += 2) {
        expect([...inclusionFaults(n, size), ...consistencyFaults(n + 1, size)]).toEqual([]);
      }
    }
    expect(proofs).toBe(17_030);
  });

  it.each([
    ['inclusion', inclusionFaults],
    ['consistency', (n: number, size: number) => consistencyFaults(n + 1, size)],
  ])('of %s hold at 5,000 random places in sizes to 1,000,000, and nothing near them does', (_, faultsOf) => {
    const random = someLeaves(5_000);
    for (let at = 0; at < random.length; at += HASH_BYTES) {
      const size = 1 + (random.readUInt32LE(at) % BIG);
      const faults = faultsOf(random.readUInt32LE(at + 4) % size, size);
      if (faults.length > 0) expect(faults).toEqual([]);
    }
  });

  it('fit the height of the tree, whatever root they lead to', () => {
    const leaf = leafAt(leaves, 0);
    const above = (root: Uint8Array) => nodeHash(OTHER, root);
    expect(provesInclusion([OTHER], leaf, 0, { size: 1, root: above(leaf) })).toBe(false);
    expect(provesInclusion(inclusionProof(0, 4, read), leaf, 0, { ...head(4), size: 8 })).toBe(false);
    const longer = [...consistencyProof(3, 4, read), OTHER];
    const raised = (size: number) => ({ size, root: above(head(size).root) });
    expect(provesConsistency(longer, raised(3), raised(4))).toBe(false);
    expect(provesConsistency(consistencyProof(3, 4, read), head(3), { ...head(4), size: 8 })).toBe(false);
  });

  it('of a million leaves have 20 hashes and come out of 5 tiles', () => {
    const ranges = inclusionRanges(654_321, BIG);
    expect(ranges.length).toBe(20);
    expect(tilesOfRanges(ranges, BIG).map(tilePath)).toEqual([
      'tile/0/x002/555',
      'tile/1/009',
      'tile/2/000.p/15',
      'tile/1/015.p/66',
      'tile/0/x003/906.p/64',
    ]);
  });

  it('are read out of the tiles that were named, and no others', () => {
    for (const [ranges, size, make] of [
      [inclusionRanges(70_000, 300_001), 300_001, (from: ReadTile) => inclusionProof(70_000, 300_001, from)],
      [consistencyRanges(66_000, 300_001), 300_001, (from: ReadTile) => consistencyProof(66_000, 300_001, from)],
    ] as const) {
      const used = new Set<string>();
      make((tile) => {
        used.add(tilePath(tile));
        return read(tile);
      });
      expect([...used].sort()).toEqual(tilesOfRanges(ranges, size).map(tilePath).sort());
    }
  });

  it.each([
    [0, 0],
    [5, 5],
    [-1, 5],
    [0.5, 5],
    [0, 2 ** 60],
  ])('are not made of leaf %d in a tree of %d', (index, size) => {
    expect(() => inclusionProof(index, size, read)).toThrow(RangeError);
  });

  it.each([
    [0, 5],
    [6, 5],
    [1.5, 5],
    [0, 0],
  ])('are not made of the tree of %d in that of %d', (older, newer) => {
    expect(() => consistencyProof(older, newer, read)).toThrow(RangeError);
    expect(provesConsistency([], { size: older, root: OTHER }, { size: newer, root: OTHER })).toBe(false);
  });

  it('are not made out of a tile that is too short', () => {
    expect(() => inclusionProof(3, 300, () => Buffer.alloc(43 * HASH_BYTES))).toThrow(/tile\/0\/000 has 1376 bytes/);
  });

  it('beyond 32 bits keep their form', () => {
    const size = 1e12 - 1;
    expect(inclusionRanges(size - 1, size).at(-1)).toEqual({ from: 0, to: 2 ** 39 });
    expect(consistencyRanges(2 ** 39, size)).toEqual([{ from: 2 ** 39, to: size }]);
  });
});

describe('a root', () => {
  it('grown in irregular batches is the one that RFC 6962 defines, after each batch', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(700), { maxLength: 12 }), (batches) => {
        let frontier = EMPTY_FRONTIER;
        for (const batch of batches) {
          const from = frontier.size;
          frontier = growFrontier(frontier, leaves.subarray(from * HASH_BYTES, (from + batch) * HASH_BYTES));
          expect(frontier.size).toBe(from + batch);
          expect(frontierRoot(frontier).equals(tree.root(0, frontier.size))).toBe(true);
        }
      }),
    );
  });

  it('grows from any frontier as often as wanted: growing does not change it', () => {
    const before = growFrontier(EMPTY_FRONTIER, leaves.subarray(0, 7 * HASH_BYTES));
    const root = frontierRoot(before);
    growFrontier(before, leaves.subarray(0, 9 * HASH_BYTES));
    expect(frontierRoot(before).equals(root)).toBe(true);
    expect(() => growFrontier(before, Buffer.alloc(31))).toThrow(RangeError);
  });

  it.each([0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 777_777, BIG])('of %d leaves is read out of tiles', (size) => {
    expect(treeRoot(size, read).equals(tree.root(0, size))).toBe(true);
  });
});
