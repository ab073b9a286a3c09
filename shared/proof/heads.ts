/** Signed heads: checkpoints fetched from beside the entries and opened with the keys that the ledger knows. */
import { type OpenedCheckpoint, openCheckpoint } from '../archive/checkpoint.ts';
import { ledgerName } from '../archive/names.ts';
import type { Deps } from '../deps.ts';
import { knownSpkis } from '../keyIndex.ts';
import { readProofNotes } from './proofRow.ts';
import { signedBytes, signedSizes } from './stored.ts';

type TableDeps = Pick<Deps, 'config' | 'blobs' | 'state'>;

export interface StoredHead {
  readonly head: OpenedCheckpoint;
  /** The checkpoint as signed. */
  readonly bytes: Buffer;
}

/** The checkpoint over `size` entries; `undefined` where none is stored. @throws NoteError when it cannot be believed. */
export async function storedHead(
  deps: TableDeps,
  logType: string,
  size: number,
  keys?: readonly Uint8Array[],
): Promise<StoredHead | undefined> {
  const bytes = await signedBytes(deps, logType, size);
  if (!bytes) return undefined;
  const log = ledgerName(deps.config.tenantId, logType);
  return { head: openCheckpoint(bytes, log, keys ?? (await knownSpkis(deps, logType))), bytes };
}

/**
 * What the newest checkpoint over no more than `entries` entries says: for the header of an answer that is pinned there.
 * One row is read; all checkpoints are listed only where it is lost, or newer than the pin.
 * @returns the size and the root, base64; `undefined` where nothing is signed yet.
 * @throws NoteError when the checkpoint cannot be believed.
 */
export async function latestCheckpoint(
  deps: TableDeps,
  logType: string,
  entries: number = Number.POSITIVE_INFINITY,
): Promise<{ readonly size: number; readonly root: string } | undefined> {
  const { size, root } = await readProofNotes(deps, logType);
  if (size > 0 && size <= entries) return { size, root };
  const signed = (await signedSizes(deps, logType)).findLast((each) => each <= entries);
  const stored = signed === undefined ? undefined : await storedHead(deps, logType, signed);
  return stored && { size: stored.head.size, root: stored.head.root.toString('base64') };
}
