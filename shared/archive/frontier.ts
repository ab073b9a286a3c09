/**
 * The frontier of a tree: the hashes of its whole subtrees from left to right, at most 40 of them. It is all that a root,
 * and any number of further leaves, need of the leaves before; so a root grows batch by batch in constant memory.
 */
import { countHashes, HASH_BYTES, nodeHash, rootOf } from './merkle.ts';
import { joinSubtrees } from './subtrees.ts';

export interface Frontier {
  /** Leaves so far. */
  readonly size: number;
  /** Biggest subtree first; one for each one-bit of `size`. */
  readonly hashes: readonly Buffer[];
}

/** The frontier of the empty tree. */
export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The frontier after more leaves, given as packed leaf hashes. @throws RangeError when they are not whole. */
export function growFrontier(frontier: Frontier, leaves: Uint8Array): Frontier {
  const size = frontier.size + countHashes(leaves);
  const hashes = [...frontier.hashes];
  for (let before = frontier.size; before < size; before += 1) {
    const at = (before - frontier.size) * HASH_BYTES;
    let hash: Buffer = Buffer.from(leaves.subarray(at, at + HASH_BYTES));
    // As in adding one to a binary number: each one-bit at the end is a subtree that gets its right half now.
    for (let rest = before; rest % 2 === 1; rest = (rest - 1) / 2) hash = nodeHash(hashes.pop() as Buffer, hash);
    hashes.push(hash);
  }
  return { size, hashes };
}

/** The root of the tree, 32 bytes. */
export function frontierRoot({ hashes }: Frontier): Buffer {
  return hashes.length === 0 ? rootOf(Buffer.alloc(0)) : joinSubtrees(hashes);
}
