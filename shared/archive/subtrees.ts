/**
 * The shape of the tree of RFC 6962: which leaves a subtree holds, whatever their hashes are.
 *
 * A tree of n leaves splits at the largest power of two below n. So every subtree on the way is a row of *whole*
 * subtrees, of 2^k leaves each, growing smaller to the right; only whole ones keep their hash as the tree grows, and only
 * they are stored. Sizes go up to 10^12, beyond 32-bit operators: all arithmetic here is on plain numbers.
 */
import { nodeHash } from './merkle.ts';

/** Leaves `[from, to)` under one node, whole or at the right edge of a tree. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** The 2^level leaves from `index` * 2^level on, all of them present. */
export interface WholeSubtree {
  readonly level: number;
  readonly index: number;
}

/** The whole subtrees that a range consists of, from left to right, biggest first. */
export function wholeSubtrees({ from, to }: LeafRange): readonly WholeSubtree[] {
  const found: WholeSubtree[] = [];
  let level = Math.ceil(Math.log2(Math.max(to - from, 1)));
  for (let at = from; at < to; at += 2 ** level) {
    while (2 ** level > to - at) level -= 1;
    found.push({ level, index: at / 2 ** level });
  }
  return found;
}

/** The hash over whole subtrees that stand side by side, biggest first: joined from the right. At least one. */
export function joinSubtrees(hashes: readonly Buffer[]): Buffer {
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/**
 * The ranges whose hashes prove that leaf `index` is in the tree of `size` leaves (RFC 6962, 2.1.1), from the leaf up.
 * @throws RangeError when there is no such leaf.
 */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  if (!isWhole(index, 0) || !isWhole(size, 1) || index >= size) {
    throw new RangeError(`there is no leaf ${index} in a tree of ${size}`);
  }
  const ranges: LeafRange[] = [];
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = splitOf(from, to);
    ranges.push(index < middle ? { from: middle, to } : { from, to: middle });
    if (index < middle) to = middle;
    else from = middle;
  }
  return ranges.reverse();
}

/**
 * The ranges whose hashes prove that the tree of `size` leaves begins with the tree of `oldSize` (RFC 6962, 2.1.2).
 * @throws RangeError unless 1 ≤ `oldSize` ≤ `size`: RFC 6962 proves nothing about the empty tree.
 */
export function consistencyRanges(oldSize: number, size: number): readonly LeafRange[] {
  if (!isWhole(oldSize, 1) || !isWhole(size, 1) || oldSize > size) {
    throw new RangeError(`a tree of ${size} leaves does not begin with a tree of ${oldSize}`);
  }
  const ranges: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (oldSize < to) {
    const middle = splitOf(from, to);
    ranges.push(oldSize <= middle ? { from: middle, to } : { from, to: middle });
    if (oldSize <= middle) to = middle;
    else from = middle;
  }
  // The whole old tree needs no hash: whoever asks has its root.
  if (from > 0) ranges.push({ from, to });
  return ranges.reverse();
}

/** Where the node over `[from, to)`, of two leaves or more, splits. */
function splitOf(from: number, to: number): number {
  let width = 1;
  while (width * 2 < to - from) width *= 2;
  return from + width;
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}
