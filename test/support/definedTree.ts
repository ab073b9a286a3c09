/** Trees as RFC 6962 defines them, word for word: slow and independent of the code under test. */
import { createCipheriv } from 'node:crypto';
import { HASH_BYTES, nodeHash, rootOf } from '../../shared/archive/merkle.ts';

/** That many packed leaf hashes, the same at each call: to a tree, leaf hashes are any 32 bytes. */
export function someLeaves(count: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16)).update(Buffer.alloc(count * HASH_BYTES));
}

export const leafAt = (leaves: Buffer, index: number): Buffer =>
  leaves.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);

/** The definitions of RFC 6962, section 2.1, over these leaves. Hashes over whole subtrees are kept. */
export class DefinedTree {
  readonly leaves: Buffer;
  private readonly kept = new Map<number, Buffer>();

  constructor(leaves: Buffer) {
    this.leaves = leaves;
  }

  /** MTH(D[from:to]) */
  root(from: number, to: number): Buffer {
    const count = to - from;
    if (count === 0) return rootOf(Buffer.alloc(0));
    if (count === 1) return leafAt(this.leaves, from);
    const isWhole = Number.isInteger(Math.log2(count));
    const key = Math.log2(count) * 2 ** 32 + from;
    const known = isWhole ? this.kept.get(key) : undefined;
    if (known !== undefined) return known;
    const k = split(count);
    const hash = nodeHash(this.root(from, from + k), this.root(from + k, to));
    if (isWhole) this.kept.set(key, hash);
    return hash;
  }

  /** PATH(m, D[from:to]) */
  path(m: number, from: number, to: number): Buffer[] {
    if (to - from === 1) return [];
    const k = split(to - from);
    return m < k
      ? [...this.path(m, from, from + k), this.root(from + k, to)]
      : [...this.path(m - k, from + k, to), this.root(from, from + k)];
  }

  /** PROOF(m, D[0:n]) */
  proof(m: number, n: number): Buffer[] {
    return this.subproof(m, 0, n, true);
  }

  private subproof(m: number, from: number, to: number, b: boolean): Buffer[] {
    const n = to - from;
    if (m === n) return b ? [] : [this.root(from, to)];
    const k = split(n);
    return m <= k
      ? [...this.subproof(m, from, from + k, b), this.root(from + k, to)]
      : [...this.subproof(m - k, from + k, to, false), this.root(from, from + k)];
  }
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
