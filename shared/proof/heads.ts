/** Signed heads: checkpoints fetched from beside the entries and opened with the keys that the ledger knows. */
import { type OpenedCheckpoint, openCheckpoint } from '../archive/checkpoint.ts';
import { ledgerName } from '../archive/names.ts';
import type { BlobDeps, TableDeps } from '../deps.ts';
import { knownSpkis } from '../keyIndex.ts';
import { readProofNotes } from './proofRow.ts';
import { signedBytes, signedSizes } from './stored.ts';

export interface StoredHead {
  readonly head: OpenedCheckpoint;
  /** The checkpoint as signed. */
  readonly bytes: Buffer;
}

/** The checkpoint over `size` entries; `undefined` where none is stored. @throws NoteError when it cannot be believed. */
export async function storedHead(
  deps: TableDeps & BlobDeps,
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
 * The newest checkpoint over no more than `entries` entries. One row is read; all checkpoints are listed only where the
 * row is lost, or newer than that.
 * @returns `undefined` where nothing is signed yet.
 * @throws NoteError when the checkpoint cannot be believed.
 */
export async function newestHead(
  deps: TableDeps & BlobDeps,
  logType: string,
  entries: number = Number.POSITIVE_INFINITY,
): Promise<StoredHead | undefined> {
  const { size } = await readProofNotes(deps, logType);
  const noted = size > 0 && size <= entries ? await storedHead(deps, logType, size) : undefined;
  if (noted) return noted;
  const signed = (await signedSizes(deps, logType)).findLast((each) => each <= entries);
  return signed === undefined ? undefined : storedHead(deps, logType, signed);
}

/** What `X-Archive-Checkpoint` says: the newest checkpoint over no more than `entries` entries. */
export async function latestCheckpoint(
  deps: TableDeps & BlobDeps,
  logType: string,
  entries: number,
): Promise<{ readonly size: number /** Base64. */; readonly root: string } | undefined> {
  const found = await newestHead(deps, logType, entries);
  return found && { size: found.head.size, root: found.head.root.toString('base64') };
}
