/**
 * `BlobStore` on Azure Blob Storage (and Azurite): single Put Blob with `If-None-Match: *`, Get Blob, List Blobs.
 *
 * It promises what `port.ts` says, above all that a refusal or a lost answer is settled by looking at what is there:
 * the SDK repeats a write by itself, so a 409 is as likely to be about our own write as about somebody else's.
 * It never overwrites, appends, tags or deletes.
 */

import { buffer } from 'node:stream/consumers';
import type { BlobServiceClient } from '@azure/storage-blob';
import { refusalOf, StorageError, type StorageOperation } from './failure.ts';
import { ATTEMPT_MS, patiently } from './patience.ts';
import { type BlobItem, type BlobStore, ContainerMissing } from './port.ts';

const RIGHTS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/**
 * The blob store behind `service`, whose client carries credential and retry options.
 * `attemptMs`: how long one attempt of a call may take, in milliseconds.
 */
export function createBlobStore(service: BlobServiceClient, attemptMs: number = ATTEMPT_MS): BlobStore {
  async function get(container: string, name: string): Promise<Buffer | undefined> {
    const blob = service.getContainerClient(container).getBlobClient(name);
    try {
      return await patiently(attemptMs, async (abortSignal) => {
        const { readableStreamBody } = await blob.download(0, undefined, { abortSignal });
        return buffer(readableStreamBody as NodeJS.ReadableStream);
      });
    } catch (error) {
      if (refusalOf(error).code === 'BlobNotFound') return undefined;
      throw failure(container, reading(`read blob '${container}/${name}'`), error);
    }
  }

  async function* list(container: string, prefix: string): AsyncIterable<BlobItem> {
    const client = service.getContainerClient(container);
    let continuationToken: string | undefined;
    do {
      const page = await patiently(attemptMs, async (abortSignal) => {
        const pages = client
          .listBlobsFlat({ prefix, abortSignal })
          .byPage(continuationToken ? { continuationToken } : {});
        return (await pages.next()).value;
      }).catch((error) => {
        throw failure(container, reading(`list blobs '${container}/${prefix}*'`), error);
      });
      for (const { name, properties } of page.segment.blobItems) {
        // A store that does not say when made it now: nothing is taken for old that may not be.
        const createdAt = properties.createdOn?.getTime() ?? Number.POSITIVE_INFINITY;
        yield { name, bytes: properties.contentLength ?? 0, createdAt };
      }
      continuationToken = page.continuationToken;
    } while (continuationToken);
  }

  async function putIfAbsent(container: string, name: string, bytes: Uint8Array): Promise<'stored' | 'taken'> {
    const blob = service.getContainerClient(container).getBlockBlobClient(name);
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      const conditions = { ifNoneMatch: '*' };
      await patiently(attemptMs, (abortSignal) => blob.upload(body, body.length, { conditions, abortSignal }));
      return 'stored';
    } catch (error) {
      const refused = failure(container, creating(`create blob '${container}/${name}'`), error);
      if (!mayBeThere(refused)) throw refused;
      const held = await get(container, name).catch((cause) => {
        throw new Error(`${refused.message} Looking at what is there failed as well.`, { cause });
      });
      if (held === undefined) throw refused;
      return held.equals(body) ? 'stored' : 'taken';
    }
  }

  return { get, list, putIfAbsent };
}

/**
 * Whether the blob can exist after this failure: refused because it is there (409, 412, or 403 where creating is
 * allowed and overwriting is not), or not known to have been applied (no answer, 408, 5xx).
 */
function mayBeThere(error: Error): boolean {
  if (!(error instanceof StorageError)) return false;
  const { status } = error;
  return status === undefined || status >= 500 || [403, 408, 409, 412].includes(status);
}

function failure(container: string, operation: StorageOperation, error: unknown): Error {
  const refusal = refusalOf(error);
  if (refusal.code === 'ContainerNotFound') return new ContainerMissing(container);
  return new StorageError(operation, refusal);
}

function reading(doing: string): StorageOperation {
  return { doing, right: `${RIGHTS}/read`, role: 'Storage Blob Data Reader' };
}

function creating(doing: string): StorageOperation {
  return { doing, right: `${RIGHTS}/add/action`, role: 'Storage Blob Data Contributor' };
}
