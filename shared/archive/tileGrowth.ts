/**
 * Makes the tiles of a tree as it grows: leaf hashes in, tiles out. The same leaves give the same tiles, byte for byte,
 * in whatever batches they come, so tiles that were lost are made again from the ledger.
 */
import { countHashes, HASH_BYTES, rootOf } from './merkle.ts';
import { levelWidth, TILE_WIDTH, type TileId, tileAt } from './tile.ts';
import type { ReadTile } from './tree.ts';

export interface Tile {
  readonly id: TileId;
  readonly bytes: Buffer;
}

/** The partial tiles at the right edge of a tree: what its next tiles begin with. */
export interface TileEdge {
  /** Leaves of the tree. */
  readonly size: number;
  /** Level by level, the hashes of the partial tile; no bytes where the last tile is full. */
  readonly partial: readonly Uint8Array[];
}

/** The edge of the empty tree. */
export const EMPTY_EDGE: TileEdge = { size: 0, partial: [] };

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;
const NOTHING = Buffer.alloc(0);

/**
 * Appends packed leaf hashes.
 * @returns the tiles that the grown tree has and the tree before it had not, level by level, and the new edge.
 * @throws RangeError when the leaf hashes are not whole.
 */
export function growTiles(
  edge: TileEdge,
  leaves: Uint8Array,
): { readonly tiles: readonly Tile[]; readonly edge: TileEdge } {
  const size = edge.size + countHashes(leaves);
  const tiles: Tile[] = [];
  const partial: Uint8Array[] = [];
  for (let level = 0, added = leaves; levelWidth(level, size) > 0; level += 1) {
    const hashes = Buffer.concat([edge.partial[level] ?? NOTHING, added]);
    const full = hashes.length - (hashes.length % TILE_BYTES);
    const end = added.length > 0 ? hashes.length : 0;
    const first = Math.floor(levelWidth(level, edge.size) / TILE_WIDTH);
    for (let at = 0; at < end; at += TILE_BYTES) {
      const bytes = hashes.subarray(at, at + TILE_BYTES);
      tiles.push({ id: tileAt(level, first + at / TILE_BYTES, size), bytes });
    }
    partial.push(Buffer.from(hashes.subarray(full)));
    added = rootsOfTiles(hashes.subarray(0, full));
  }
  return { tiles, edge: { size, partial } };
}

/** The edge of the tree of `size` leaves, out of its stored tiles. */
export function edgeOf(size: number, read: ReadTile): TileEdge {
  const partial: Uint8Array[] = [];
  for (let level = 0; levelWidth(level, size) > 0; level += 1) {
    const tile = tileAt(level, Math.floor(levelWidth(level, size) / TILE_WIDTH), size);
    partial.push(tile.width > 0 ? read(tile).subarray(0, tile.width * HASH_BYTES) : NOTHING);
  }
  return { size, partial };
}

/** What full tiles add to the level above. */
function rootsOfTiles(full: Buffer): Buffer {
  const roots: Buffer[] = [];
  for (let at = 0; at < full.length; at += TILE_BYTES) roots.push(rootOf(full.subarray(at, at + TILE_BYTES)));
  return Buffer.concat(roots);
}
