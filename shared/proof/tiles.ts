/**
 * A ledger's tiles in the container `work`. They can be lost at any time, and are believed only as far as a checkpoint
 * vouches for the root they give.
 *
 * The store overwrites nothing. Where a tile's name holds other bytes than it should, all tiles are written anew under
 * the next generation of names.
 */
import { HASH_BYTES } from '../archive/merkle.ts';
import { tilePrefix, WORK_CONTAINER } from '../archive/names.ts';
import { TILE_WIDTH, type TileId, tileAt, tilePath } from '../archive/tile.ts';
import type { Tile } from '../archive/tileGrowth.ts';
import type { ReadTile } from '../archive/tree.ts';
import type { BlobDeps } from '../deps.ts';

/** Where the tiles of a tree lie. */
export interface TilePlace {
  readonly logType: string;
  readonly generation: number;
  /** Leaves of the tree whose tiles are stored: a proof in a smaller tree is read out of them too. */
  readonly size: number;
}

/** Tiles read or written at once. */
const AT_ONCE = 16;

/** Fetches tiles, side by side. `undefined` when one is missing or shorter than it must be. */
export async function fetchTiles(
  deps: BlobDeps,
  place: TilePlace,
  ids: readonly TileId[],
): Promise<ReadTile | undefined> {
  const prefix = tilePrefix(deps.config.tenantId, place.logType, place.generation);
  const found = new Map<string, Buffer>();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const fetched = await Promise.all(
      ids.slice(at, at + AT_ONCE).map(async (id) => {
        const stored = tileAt(id.level, id.index, place.size);
        return { id, bytes: await deps.blobs.get(WORK_CONTAINER, `${prefix}${tilePath(stored)}`) };
      }),
    );
    for (const { id, bytes } of fetched) {
      if (!bytes || bytes.length < id.width * HASH_BYTES) return undefined;
      found.set(placeOf(id), bytes);
    }
  }
  return (id) => found.get(placeOf(id)) ?? Buffer.alloc(0);
}

/** Stores tiles. @returns whether all are stored now; `false` when a name holds other bytes. */
export async function storeTiles(
  deps: BlobDeps,
  logType: string,
  generation: number,
  tiles: readonly Tile[],
): Promise<boolean> {
  const prefix = tilePrefix(deps.config.tenantId, logType, generation);
  for (let at = 0; at < tiles.length; at += AT_ONCE) {
    const answers = await Promise.all(
      tiles
        .slice(at, at + AT_ONCE)
        .map(({ id, bytes }) => deps.blobs.putIfAbsent(WORK_CONTAINER, `${prefix}${tilePath(id)}`, bytes)),
    );
    if (answers.includes('taken')) return false;
  }
  return true;
}

/** The tiles of a tree that was grown, over those that were there before. */
export function overlaid(tiles: readonly Tile[], below: ReadTile): ReadTile {
  const grown = new Map(tiles.map(({ id, bytes }) => [placeOf(id), bytes]));
  return (id) => grown.get(placeOf(id)) ?? below(id);
}

/** The tiles at the right edge of the tree of `size` leaves: what it grows from, and its last leaf. */
export function edgeTiles(size: number): TileId[] {
  const ids: TileId[] = [];
  for (let level = 0, width = size; width > 0; level += 1, width = Math.floor(width / TILE_WIDTH)) {
    const tile = tileAt(level, Math.floor(width / TILE_WIDTH), size);
    if (tile.width > 0) ids.push(tile);
  }
  return ids;
}

function placeOf({ level, index }: TileId): string {
  return `${level}/${index}`;
}
