/** Proofs of inclusion in a tree of RFC 6962, checked by the algorithm of RFC 9162, 2.1.3.2, on the page itself. */
import { fromHex } from './bytes.ts';
import { createSha256 } from './sha256.ts';

/** SHA-256 of the pieces one after the other. */
export function sha256Of(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hash = createSha256();
  for (const piece of pieces) hash.update(piece);
  return fromHex(hash.digest());
}

/** The hash of a leaf: `00` stands before it, so that no leaf is a node. */
export function leafHash(bytes: Uint8Array): Uint8Array {
  return sha256Of(Uint8Array.of(0), bytes);
}

/**
 * The root to which a proof leads from leaf `index` of a tree of `size` leaves; `undefined` where the proof does not fit.
 * @param proof from the leaf's sibling up.
 */
export function rootFrom(
  proof: readonly Uint8Array[],
  leaf: Uint8Array,
  index: number,
  size: number,
): Uint8Array | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return undefined;
    const isRight = at % 2 === 1 || at === last;
    hash = isRight ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    // The last node of a level without a sibling moves up as it is.
    while (isRight && at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256Of(Uint8Array.of(1), left, right);
}
