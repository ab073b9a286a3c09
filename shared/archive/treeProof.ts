/**
 * Checks the two proofs of RFC 6962, by the algorithms of RFC 9162, 2.1.3.2 and 2.1.4.2. They share nothing with the code
 * that makes proofs, and answer `false` to anything that does not fit: hostile input never makes them throw.
 *
 * A size is only as good as the root beside it: both come from one checkpoint, which is authenticated first. (Some trees
 * of other sizes have a path of the same form, so a proof alone does not tell the size.)
 */
import { HASH_BYTES, nodeHash } from './merkle.ts';

/** What a checkpoint says of a tree. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether the leaf with this leaf hash is number `index` of the tree. */
export function provesInclusion(
  proof: readonly Uint8Array[],
  leaf: Uint8Array,
  index: number,
  { size, root }: TreeHead,
): boolean {
  if (![leaf, root, ...proof].every(isHash) || !isSize(size) || !Number.isSafeInteger(index)) return false;
  if (index < 0 || index >= size) return false;
  const climb = new Climb(index, size - 1);
  let hash = leaf;
  for (const sibling of proof) {
    if (climb.atTop) return false;
    hash = climb.siblingSide() === 'left' ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    climb.up();
  }
  return climb.atTop && same(hash, root);
}

/** Whether the newer tree begins with all leaves of the older. Sizes are 1 or more; equal sizes take an empty proof. */
export function provesConsistency(proof: readonly Uint8Array[], older: TreeHead, newer: TreeHead): boolean {
  if (![older.root, newer.root, ...proof].every(isHash)) return false;
  if (!isSize(older.size) || !isSize(newer.size) || older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && same(older.root, newer.root);
  const climb = new Climb(older.size - 1, newer.size - 1);
  climb.skipRights();
  // An old tree that is one whole subtree is where the climb starts, and its root is known.
  const [start, ...siblings] = climb.atStart ? [older.root, ...proof] : proof;
  if (start === undefined || proof.length === 0) return false;
  let [oldHash, newHash] = [start, start];
  for (const sibling of siblings) {
    if (climb.atTop) return false;
    const side = climb.siblingSide();
    // What stands to the right is not in the old tree.
    if (side === 'left') oldHash = nodeHash(sibling, oldHash);
    newHash = side === 'left' ? nodeHash(sibling, newHash) : nodeHash(newHash, sibling);
    climb.up();
  }
  return climb.atTop && same(oldHash, older.root) && same(newHash, newer.root);
}

/** The way from a node to the root: its number in its level, and that of the last node there. */
class Climb {
  private at: number;
  private last: number;

  constructor(at: number, last: number) {
    this.at = at;
    this.last = last;
  }

  /** The level has one node: the root. */
  get atTop(): boolean {
    return this.last === 0;
  }

  /** The node is the first of its level. */
  get atStart(): boolean {
    return this.at === 0;
  }

  /**
   * Where the next sibling stands. The last node of a level may have none; it first moves up, as it is, to where it is a
   * right child.
   */
  siblingSide(): 'left' | 'right' {
    if (this.at % 2 === 0 && this.at !== this.last) return 'right';
    while (this.at % 2 === 0 && this.at !== 0) this.up();
    return 'left';
  }

  /** Up as long as the node is a right child: up to the largest subtree that ends with it. */
  skipRights(): void {
    while (this.at % 2 === 1) this.up();
  }

  up(): void {
    this.at = Math.floor(this.at / 2);
    this.last = Math.floor(this.last / 2);
  }
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 1;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
