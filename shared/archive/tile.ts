/**
 * Tiles: the tree as static blobs, by C2SP tlog-tiles. A tile is up to 256 hashes of one level, packed.
 *
 * Tile `index` of level `level` holds the hashes over whole subtrees of 256^level leaves, from number `index` * 256 on. So
 * level 0 has the leaf hashes, and a hash of level 1 is the root over one full tile of level 0. The last tile of a level
 * is partial: it has another name for each width, hence a stored tile never changes.
 */

/** Hashes in a full tile, 8 levels of the tree. */
export const TILE_WIDTH = 256;
/** Levels of the tree within a tile. */
export const TILE_HEIGHT = 8;

export interface TileId {
  readonly level: number;
  readonly index: number;
  /** Hashes, 1 to 256. */
  readonly width: number;
}

/**
 * Where a tile lies below the prefix of its tree: `tile/<level>/<index>[.p/<width>]`, the index in groups of three digits,
 * all but the last after an `x`: `tile/0/x001/x234/067.p/8`.
 */
export function tilePath({ level, index, width }: TileId): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const last = groups.length - 1;
  const path = groups.map((group, at) => (at < last ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** Hashes that a level has in the tree of `size` leaves. */
export function levelWidth(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** A tile as wide as it is in the tree of `size` leaves; its width is 0 or less where it does not exist yet. */
export function tileAt(level: number, index: number, size: number): TileId {
  return { level, index, width: Math.min(TILE_WIDTH, levelWidth(level, size) - index * TILE_WIDTH) };
}
