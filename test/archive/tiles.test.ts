import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HASH_BYTES } from '../../shared/archive/merkle.ts';
import { levelWidth, TILE_WIDTH, type TileId, tileAt, tilePath } from '../../shared/archive/tile.ts';
import { EMPTY_EDGE, edgeOf, growTiles, type Tile, type TileEdge } from '../../shared/archive/tileGrowth.ts';
import { treeRoot } from '../../shared/archive/tree.ts';
import { DefinedTree, someLeaves } from '../support/definedTree.ts';

const LEAVES = someLeaves(70_000);
const leavesOf = (from: number, to: number) => LEAVES.subarray(from * HASH_BYTES, to * HASH_BYTES);

class Store {
  readonly blobs = new Map<string, Buffer>();

  /** A name never gets other bytes. */
  put(tiles: readonly Tile[]): void {
    for (const { id, bytes } of tiles) {
      const before = this.blobs.get(tilePath(id));
      if (before !== undefined && !before.equals(bytes)) throw new Error(`${tilePath(id)} changed`);
      expect(bytes.length).toBe(id.width * HASH_BYTES);
      this.blobs.set(tilePath(id), Buffer.from(bytes));
    }
  }

  read = (id: Parameters<typeof tilePath>[0]) => {
    const bytes = this.blobs.get(tilePath(id));
    if (bytes === undefined) throw new Error(`there is no ${tilePath(id)}`);
    return bytes;
  };
}

/** All tiles of the tree of `size` leaves, level by level. */
function* tilesOf(size: number): Generator<TileId> {
  for (let level = 0; levelWidth(level, size) > 0; level += 1) {
    const count = Math.ceil(levelWidth(level, size) / TILE_WIDTH);
    for (let index = 0; index < count; index += 1) yield tileAt(level, index, size);
  }
}

const namesOf = (size: number) => [...tilesOf(size)].map(tilePath);

describe('tiles', () => {
  it.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 3, index: 5, width: 1 }, 'tile/3/005.p/1'],
    [{ level: 0, index: 999, width: 255 }, 'tile/0/999.p/255'],
    [{ level: 0, index: 1000, width: 256 }, 'tile/0/x001/000'],
    // The example of C2SP tlog-tiles.
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
  ])('have the names of C2SP: %o is %s', (id, path) => {
    expect(tilePath(id)).toBe(path);
  });

  it('of 70,000 leaves are those that C2SP lists', () => {
    const names = namesOf(70_000);
    expect(names.length).toBe(273 + 1 + 1 + 1 + 1);
    expect(names.slice(272)).toEqual([
      'tile/0/272',
      'tile/0/273.p/112',
      'tile/1/000',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ]);
    expect(namesOf(256)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect(namesOf(0)).toEqual([]);
  });

  it('hold, hash by hash, the roots that C2SP defines', () => {
    const tree = new DefinedTree(LEAVES);
    for (const { id, bytes } of growTiles(EMPTY_EDGE, LEAVES).tiles) {
      const leaves = 256 ** id.level;
      const defined = Array.from({ length: id.width }, (_, i) => (id.index * 256 + i) * leaves);
      expect(bytes.equals(Buffer.concat(defined.map((from) => tree.root(from, from + leaves))))).toBe(true);
    }
  });

  it('made in irregular batches never change, and those of the last size are what one batch makes, byte for byte', () => {
    const batch = fc.oneof(fc.nat(3), fc.nat(700), fc.constantFrom(255, 256, 257, 65_536));
    fc.assert(
      fc.property(fc.array(batch, { minLength: 1, maxLength: 8 }), (batches) => {
        const store = new Store();
        let edge: TileEdge = EMPTY_EDGE;
        for (const count of batches) {
          const to = Math.min(edge.size + count, 70_000);
          const grown = growTiles(edge, leavesOf(edge.size, to));
          store.put(grown.tiles);
          edge = grown.edge;
          // Whoever comes next knows no more than what is stored.
          expect(edgeOf(edge.size, store.read)).toEqual(edge);
        }
        const rebuilt = new Store();
        rebuilt.put(growTiles(EMPTY_EDGE, leavesOf(0, edge.size)).tiles);
        expect([...rebuilt.blobs.keys()].sort()).toEqual(namesOf(edge.size).sort());
        for (const [name, bytes] of rebuilt.blobs) expect(store.blobs.get(name)?.equals(bytes)).toBe(true);
        expect(treeRoot(edge.size, store.read).equals(treeRoot(edge.size, rebuilt.read))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('that one more leaf adds are one, or one a level where a tile is full', () => {
    const added = (size: number) => {
      const { edge } = growTiles(EMPTY_EDGE, leavesOf(0, size));
      return growTiles(edge, leavesOf(size, size + 1)).tiles.map(({ id }) => tilePath(id));
    };
    expect(added(0)).toEqual(['tile/0/000.p/1']);
    expect(added(300)).toEqual(['tile/0/001.p/45']);
    expect(added(255)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect(added(65_535)).toEqual(['tile/0/255', 'tile/1/000', 'tile/2/000.p/1']);
  });

  it('are not made of leaf hashes that are not whole, nor of none', () => {
    expect(() => growTiles(EMPTY_EDGE, Buffer.alloc(33))).toThrow(RangeError);
    expect(growTiles(EMPTY_EDGE, Buffer.alloc(0)).tiles).toEqual([]);
  });
});
