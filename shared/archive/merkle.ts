/**
 * The Merkle tree of RFC 6962, section 2.1: leaf hashes and roots.
 *
 * Two trees use it: the records of a segment (leaves are lines) and the ledger (leaves are entries). Only hashes of
 * stored bytes go in; nothing is parsed or normalised first. Leaf hashes travel packed, 32 bytes each in one Buffer,
 * because a window has 50,000 of them.
 */
import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

// One buffer for all calls: what is hashed must be contiguous, and most lines fit. Calls never interleave, they are
// synchronous.
const scratch = Buffer.alloc(64 * 1024);

/** The leaf hash of some bytes: SHA-256 of `00` and the bytes. 32 bytes, new at each call. */
export function leafHash(bytes: Uint8Array): Buffer {
  const leaf = Buffer.allocUnsafe(HASH_BYTES);
  writeLeafHash(bytes, leaf, 0);
  return leaf;
}

/** Writes the leaf hash of some bytes to `target` at `at`: for the hot path, which packs a thousand of them. */
export function writeLeafHash(bytes: Uint8Array, target: Buffer, at: number): void {
  const length = bytes.length + 1;
  const input = length <= scratch.length ? scratch.subarray(0, length) : Buffer.allocUnsafe(length);
  input[0] = LEAF_PREFIX;
  input.set(bytes, 1);
  // A digest as a Latin-1 string costs half of what one as a Buffer does.
  target.write(hash('sha256', input, 'binary'), at, HASH_BYTES, 'latin1');
}

/** The hash of a node: SHA-256 of `01` and the hashes of its two children. 32 bytes, new at each call. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const node = scratch.subarray(0, 1 + 2 * HASH_BYTES);
  node[0] = NODE_PREFIX;
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  const parent = Buffer.allocUnsafe(HASH_BYTES);
  parent.write(hash('sha256', node, 'binary'), 'latin1');
  return parent;
}

/** How many hashes are packed here. @throws RangeError when they are not whole. */
export function countHashes(packed: Uint8Array): number {
  if (packed.length % HASH_BYTES !== 0) {
    throw new RangeError(`hashes are ${HASH_BYTES} bytes each, but ${packed.length} bytes were given`);
  }
  return packed.length / HASH_BYTES;
}

/**
 * The root over packed leaf hashes, in order: 32 bytes. The root of no leaves is the SHA-256 of nothing.
 *
 * RFC 6962 defines it by splitting at the largest power of two; pairing neighbours level by level, where a last hash
 * without a neighbour moves up as it is, gives the same tree without recursion.
 * @throws RangeError when `leaves` is not a whole number of hashes.
 */
export function rootOf(leaves: Uint8Array): Buffer {
  const leafCount = countHashes(leaves);
  if (leafCount === 0) return hash('sha256', '', 'buffer');
  const level = Buffer.from(leaves);
  for (let count = leafCount; count > 1; count = Math.ceil(count / 2)) foldLevel(level, count);
  return Buffer.from(level.subarray(0, HASH_BYTES));
}

/** Replaces the first `count` hashes of `level` by their ⌈count / 2⌉ parents, in place. */
function foldLevel(level: Buffer, count: number): void {
  const node = scratch.subarray(0, 1 + 2 * HASH_BYTES);
  node[0] = NODE_PREFIX;
  let parents = 0;
  for (let child = 0; child + 1 < count; child += 2) {
    level.copy(node, 1, child * HASH_BYTES, (child + 2) * HASH_BYTES);
    level.write(hash('sha256', node, 'binary'), parents * HASH_BYTES, HASH_BYTES, 'latin1');
    parents += 1;
  }
  if (count % 2 === 1) level.copyWithin(parents * HASH_BYTES, (count - 1) * HASH_BYTES, count * HASH_BYTES);
}
