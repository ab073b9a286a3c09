/**
 * Checkpoints as they lie beside the entries, one immutable blob for each size: which there are, and their bytes.
 */
import {
  checkpointBlock,
  checkpointName,
  checkpointPrefix,
  LEDGER_CONTAINER,
  parseCheckpointName,
} from '../archive/names.ts';
import type { BlobDeps } from '../deps.ts';

/** The sizes that were signed, ascending. One name for each hour of the ledger's life: a listing of some pages. */
export async function signedSizes(deps: BlobDeps, logType: string): Promise<number[]> {
  return sizesBelow(deps, checkpointPrefix(deps.config.tenantId, logType));
}

/**
 * The largest size that was signed; 0 where there is none.
 * @param near looks only at the thousand sizes around this one, which is one short listing.
 */
export async function largestSize(deps: BlobDeps, logType: string, near?: number): Promise<number> {
  const { tenantId } = deps.config;
  const prefix = near === undefined ? checkpointPrefix(tenantId, logType) : checkpointBlock(tenantId, logType, near);
  return (await sizesBelow(deps, prefix)).at(-1) ?? 0;
}

/** The bytes of the checkpoint over `size` entries, as signed. */
export function signedBytes(deps: BlobDeps, logType: string, size: number): Promise<Buffer | undefined> {
  return deps.blobs.get(LEDGER_CONTAINER, checkpointName(deps.config.tenantId, logType, size));
}

async function sizesBelow(deps: BlobDeps, prefix: string): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { name } of deps.blobs.list(LEDGER_CONTAINER, prefix)) {
    const parsed = parseCheckpointName(name);
    if (parsed) sizes.push(parsed.size);
  }
  return sizes;
}
