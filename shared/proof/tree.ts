/**
 * The tree over a ledger's entries as far as it is stored, grown to the ledger's end: out of the tiles that the last
 * checkpoint vouches for, or out of the whole ledger where they are missing or wrong. Both give the same bytes.
 */
import { HASH_BYTES, leafHash } from '../archive/merkle.ts';
import { consistencyRanges } from '../archive/subtrees.ts';
import { TILE_WIDTH, tileAt, tilePath } from '../archive/tile.ts';
import { EMPTY_EDGE, edgeOf, growTiles, type Tile } from '../archive/tileGrowth.ts';
import { consistencyProof, type ReadTile, tilesOfRanges, treeRoot } from '../archive/tree.ts';
import { provesConsistency, type TreeHead } from '../archive/treeProof.ts';
import type { BlobDeps, Deps } from '../deps.ts';
import { type Ledger, LedgerTorn } from '../ledger.ts';
import { appliedEntries } from './entries.ts';
import { edgeTiles, fetchTiles, overlaid, storeTiles } from './tiles.ts';

/** A tree that ends where the ledger ends and begins with the one that was signed last. */
export interface GrownTree {
  readonly size: number;
  readonly root: Buffer;
  /** What is to be stored: the tiles that are new, or all where the stored ones were of no use. */
  readonly tiles: readonly Tile[];
}

/**
 * Grows the tree to the ledger's end.
 * @param last the head that was signed last, its signature checked; `undefined` before the first.
 * @param generation of the stored tiles.
 * @throws LedgerTorn when the ledger does not begin with what was signed.
 */
export async function growTree(
  deps: BlobDeps,
  logType: string,
  ledger: Ledger,
  last: TreeHead | undefined,
  generation: number,
): Promise<GrownTree> {
  const stored =
    last && last.size <= ledger.seq + 1 && (await storedTree(deps, logType, last, generation, ledger.seq + 1));
  return last && stored ? growStored(deps, logType, ledger, last, stored) : rebuild(deps, logType, ledger, last);
}

/**
 * Stores the tiles of a tree under the names of a generation. Where one of those names holds other bytes than it should,
 * all are written anew under the next.
 * @param grow the tree out of what is stored under a generation: all of its tiles where nothing is.
 * @returns the tree, and the generation that its tiles lie under now.
 */
export async function storeTree(
  deps: BlobDeps & Pick<Deps, 'log'>,
  logType: string,
  generation: number,
  grow: (generation: number) => Promise<GrownTree> | GrownTree,
): Promise<{ readonly tree: GrownTree; readonly generation: number }> {
  const tree = await grow(generation);
  if (await storeTiles(deps, logType, generation, tree.tiles)) return { tree, generation };
  deps.log('warn', 'stored tiles are wrong; all are written anew under other names', { logType });
  return storeTree(deps, logType, generation + 1, grow);
}

/** The stored tiles that the tree of `size` leaves grows from; `undefined` where they do not give the signed root. */
async function storedTree(
  deps: BlobDeps,
  logType: string,
  last: TreeHead,
  generation: number,
  size: number,
): Promise<ReadTile | undefined> {
  const lastLeaf = tileAt(0, Math.floor((last.size - 1) / TILE_WIDTH), last.size);
  const ofRoot = tilesOfRanges([{ from: 0, to: last.size }], last.size);
  const ofGrown = tilesOfRanges([...consistencyRanges(last.size, size), { from: 0, to: size }], size);
  const before = ofGrown.map(({ level, index }) => tileAt(level, index, last.size)).filter(({ width }) => width > 0);
  const ids = [...edgeTiles(last.size), lastLeaf, ...ofRoot, ...before];
  const distinct = [...new Map(ids.map((id) => [tilePath(id), id])).values()];
  const read = await fetchTiles(deps, { logType, generation, size: last.size }, distinct);
  return read && treeRoot(last.size, read).equals(last.root) ? read : undefined;
}

async function growStored(
  deps: BlobDeps,
  logType: string,
  ledger: Ledger,
  last: TreeHead,
  read: ReadTile,
): Promise<GrownTree> {
  const size = ledger.seq + 1;
  const at = (last.size - 1) % TILE_WIDTH;
  const tile = read(tileAt(0, Math.floor((last.size - 1) / TILE_WIDTH), last.size));
  const signed = tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
  const leaves: Buffer[] = [];
  for await (const { entry, bytes } of appliedEntries(deps, logType, last.size - 1, ledger)) {
    const leaf = leafHash(bytes);
    // Every entry carries the hash of the one before: if this one is what was signed, so is what it says of all before it.
    if (entry.seq >= last.size) leaves.push(leaf);
    else if (!leaf.equals(signed)) throw rewritten(logType, last);
  }
  const { tiles } = growTiles(edgeOf(last.size, read), Buffer.concat(leaves));
  return checked(logType, { size, tiles }, last, overlaid(tiles, read));
}

async function rebuild(
  deps: BlobDeps,
  logType: string,
  ledger: Ledger,
  last: TreeHead | undefined,
): Promise<GrownTree> {
  const size = ledger.seq + 1;
  const leaves = Buffer.alloc(size * HASH_BYTES);
  for await (const { entry, bytes } of appliedEntries(deps, logType, 0, ledger)) {
    leafHash(bytes).copy(leaves, entry.seq * HASH_BYTES);
  }
  return treeOf(logType, leaves, last);
}

/** The whole tree over packed leaf hashes. @throws LedgerTorn when it does not begin with what was signed last. */
export function treeOf(logType: string, leaves: Buffer, last: TreeHead | undefined): GrownTree {
  const { tiles, edge } = growTiles(EMPTY_EDGE, leaves);
  const none: ReadTile = () => Buffer.alloc(0);
  return checked(logType, { size: edge.size, tiles }, last, overlaid(tiles, none));
}

/** The last look before anything is signed: the tree begins with the one that was signed last. */
function checked(
  logType: string,
  grown: Omit<GrownTree, 'root'>,
  last: TreeHead | undefined,
  read: ReadTile,
): GrownTree {
  const tree = { ...grown, root: treeRoot(grown.size, read) };
  if (!last) return tree;
  const proof = last.size <= tree.size ? consistencyProof(last.size, tree.size, read) : [];
  if (!provesConsistency(proof, last, tree)) throw rewritten(logType, last);
  return tree;
}

function rewritten(logType: string, { size }: TreeHead): LedgerTorn {
  return new LedgerTorn(
    `the ledger of ${logType} does not begin with the ${size} entries that checkpoint ${size} was signed over`,
  );
}
