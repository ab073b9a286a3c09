/**
 * Roots and proofs of a tree, read out of its tiles. A proof takes at most one tile for every 8 levels and every hash at
 * the right edge; 20 hashes out of 5 tiles for a million leaves.
 *
 * Tiles are a cache: whoever hands out a proof that was read here checks it (`treeProof.ts`) against the root of an
 * authenticated checkpoint first. How a tree grows: `frontier.ts` for its root alone, `tileGrowth.ts` for its tiles.
 */
import { HASH_BYTES, rootOf } from './merkle.ts';
import { consistencyRanges, inclusionRanges, joinSubtrees, type LeafRange, wholeSubtrees } from './subtrees.ts';
import { TILE_HEIGHT, TILE_WIDTH, type TileId, tileAt, tilePath } from './tile.ts';

/** Gives the bytes of a tile. They may be those of the same tile in a bigger tree: what it has more is not looked at. */
export type ReadTile = (tile: TileId) => Uint8Array;

/** The root of the tree of `size` leaves, 32 bytes. @throws RangeError when a tile is too short. */
export function treeRoot(size: number, read: ReadTile): Buffer {
  return size === 0 ? rootOf(Buffer.alloc(0)) : rangeHash({ from: 0, to: size }, size, read);
}

/** The inclusion proof of leaf `index`, from its sibling up. @throws RangeError: no such leaf, or a tile too short. */
export function inclusionProof(index: number, size: number, read: ReadTile): readonly Buffer[] {
  return inclusionRanges(index, size).map((range) => rangeHash(range, size, read));
}

/** The proof that the tree of `size` leaves begins with that of `oldSize`, which is 1 or more. @throws RangeError */
export function consistencyProof(oldSize: number, size: number, read: ReadTile): readonly Buffer[] {
  return consistencyRanges(oldSize, size).map((range) => rangeHash(range, size, read));
}

/** The tiles, each once, out of which the hashes of these ranges are read: to be fetched side by side before. */
export function tilesOfRanges(ranges: readonly LeafRange[], size: number): readonly TileId[] {
  const tiles = ranges.flatMap((range) => placesOf(range, size)).map(({ tile }) => tile);
  return [...new Map(tiles.map((tile) => [tilePath(tile), tile])).values()];
}

interface Place {
  readonly tile: TileId;
  /** The first hash in the tile, and how many. */
  readonly at: number;
  readonly count: number;
}

function rangeHash(range: LeafRange, size: number, read: ReadTile): Buffer {
  return joinSubtrees(placesOf(range, size).map((place) => hashAt(place, read(place.tile))));
}

/** Where the whole subtrees of a range lie: each is the root over 1 to 128 hashes side by side in one tile. */
function placesOf(range: LeafRange, size: number): readonly Place[] {
  return wholeSubtrees(range).map((subtree) => {
    const count = 2 ** (subtree.level % TILE_HEIGHT);
    const first = subtree.index * count;
    const tile = tileAt(Math.floor(subtree.level / TILE_HEIGHT), Math.floor(first / TILE_WIDTH), size);
    return { tile, at: first % TILE_WIDTH, count };
  });
}

function hashAt({ tile, at, count }: Place, bytes: Uint8Array): Buffer {
  if (bytes.length < tile.width * HASH_BYTES) {
    throw new RangeError(`${tilePath(tile)} has ${bytes.length} bytes, not ${tile.width * HASH_BYTES}`);
  }
  return rootOf(bytes.subarray(at * HASH_BYTES, (at + count) * HASH_BYTES));
}
