/**
 * Proofs for those who ask: that an entry is under a checkpoint, and that one checkpoint continues another.
 *
 * They are read out of stored tiles, which nobody vouches for; so each is checked against the signed roots before it is
 * handed out.
 */
import type { OpenedCheckpoint } from '../archive/checkpoint.ts';
import { leafHash } from '../archive/merkle.ts';
import { entryName, LEDGER_CONTAINER } from '../archive/names.ts';
import { consistencyRanges, inclusionRanges, type LeafRange } from '../archive/subtrees.ts';
import { consistencyProof, inclusionProof, type ReadTile, tilesOfRanges } from '../archive/tree.ts';
import { provesConsistency, provesInclusion } from '../archive/treeProof.ts';
import type { BlobDeps, TableDeps } from '../deps.ts';
import { LedgerTorn } from '../ledger.ts';
import type { StoredHead } from './heads.ts';
import { readProofNotes } from './proofRow.ts';
import { fetchTiles } from './tiles.ts';

/** The tiles are lost or wrong. The next checkpoint, or the next audit, makes them anew. */
export class TilesMissing extends Error {
  override readonly name = 'TilesMissing';
}

export interface EntryProof {
  readonly seq: number;
  /** The entry's bytes. */
  readonly entry: Buffer;
  /** From the entry's sibling up to the root of the checkpoint. */
  readonly hashes: readonly Buffer[];
  readonly checkpoint: StoredHead;
}

/**
 * Proves that entry `seq` is under a checkpoint.
 * @throws RangeError when the checkpoint has no such entry; TilesMissing; LedgerTorn when the entry is not what was signed.
 */
export async function proveEntry(
  deps: TableDeps & BlobDeps,
  logType: string,
  seq: number,
  checkpoint: StoredHead,
): Promise<EntryProof> {
  const { head } = checkpoint;
  const ranges = inclusionRanges(seq, head.size);
  const entry = await deps.blobs.get(LEDGER_CONTAINER, entryName(deps.config.tenantId, logType, seq));
  if (!entry)
    throw new LedgerTorn(`entry ${seq} of ${logType} is missing, though checkpoint ${head.size} was signed over it`);
  const hashes = inclusionProof(seq, head.size, await tilesFor(deps, logType, head.size, ranges));
  if (!provesInclusion(hashes, leafHash(entry), seq, head)) throw wrong(logType);
  return { seq, entry, hashes, checkpoint };
}

/** Proves that the newer checkpoint begins with all entries of the older. @throws TilesMissing */
export async function proveConsistency(
  deps: TableDeps & BlobDeps,
  logType: string,
  older: OpenedCheckpoint,
  newer: OpenedCheckpoint,
): Promise<readonly Buffer[]> {
  const ranges = consistencyRanges(older.size, newer.size);
  const proof = consistencyProof(older.size, newer.size, await tilesFor(deps, logType, newer.size, ranges));
  if (!provesConsistency(proof, older, newer)) throw wrong(logType);
  return proof;
}

/** The tiles that a proof in the tree of `size` leaves is read from; those of a bigger tree do as well. */
async function tilesFor(
  deps: TableDeps & BlobDeps,
  logType: string,
  size: number,
  ranges: readonly LeafRange[],
): Promise<ReadTile> {
  const notes = await readProofNotes(deps, logType);
  const place = { logType, generation: notes.generation, size: Math.max(size, notes.size) };
  const read = await fetchTiles(deps, place, tilesOfRanges(ranges, size));
  if (!read) throw new TilesMissing(`the tiles of ${logType} are not all there`);
  return read;
}

function wrong(logType: string): TilesMissing {
  return new TilesMissing(`what is stored of ${logType} does not give the root that was signed`);
}
