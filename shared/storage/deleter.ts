/**
 * `Deleter` on Azure Blob Storage: Delete Blob, and Get Blob Properties to see that it is gone.
 *
 * A refusal is an answer, not a failure: 409 BlobImmutableDueToPolicy (the container's retention or legal hold), 403 (the
 * identity), 412 (a lease). https://learn.microsoft.com/rest/api/storageservices/delete-blob
 */
import type { BlobServiceClient } from '@azure/storage-blob';
import { type Refusal, refusalOf, StorageError } from './failure.ts';
import { ATTEMPT_MS, patiently } from './patience.ts';
import { ContainerMissing, type Deleter } from './port.ts';

const REFUSALS = new Set([403, 409, 412]);

/**
 * The deleter behind `service`, whose client carries credential and retry options.
 * `attemptMs`: how long one attempt of a call may take, in milliseconds.
 */
export function createDeleter(service: BlobServiceClient, attemptMs: number = ATTEMPT_MS): Deleter {
  const blobOf = (container: string, name: string) => service.getContainerClient(container).getBlobClient(name);
  return {
    async delete(container, name) {
      try {
        await patiently(attemptMs, (abortSignal) => blobOf(container, name).delete({ abortSignal }));
        return { outcome: 'deleted' };
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal.code === 'BlobNotFound') return { outcome: 'absent' };
        if (REFUSALS.has(refusal.status ?? 0) && refusal.code !== 'ContainerNotFound') {
          return { outcome: 'refused', cause: `HTTP ${refusal.status} ${refusal.code ?? 'without a code'}` };
        }
        throw failure(`delete blob '${container}/${name}'`, container, refusal);
      }
    },
    async exists(container, name) {
      try {
        await patiently(attemptMs, (abortSignal) => blobOf(container, name).getProperties({ abortSignal }));
        return true;
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal.status === 404 && refusal.code !== 'ContainerNotFound') return false;
        throw failure(`look for blob '${container}/${name}'`, container, refusal);
      }
    },
  };
}

function failure(doing: string, container: string, refusal: Refusal): Error {
  if (refusal.code === 'ContainerNotFound') return new ContainerMissing(container);
  const right = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete';
  return new StorageError({ doing, right, role: 'Storage Blob Data Contributor' }, refusal);
}
