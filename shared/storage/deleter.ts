/**
 * `Deleter` on Azure Blob Storage: Delete Blob, Get Blob Properties to see that it is gone, Get Container Properties.
 *
 * A refusal is an answer, not a failure: 409 BlobImmutableDueToPolicy (the container's retention or legal hold), 403 (the
 * identity), 412 (a lease). https://learn.microsoft.com/rest/api/storageservices/delete-blob
 */
import type { BlobServiceClient } from '@azure/storage-blob';
import { type Refusal, refusalOf, StorageError, type StorageOperation } from './failure.ts';
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
        throw failure(`delete blob '${container}/${name}'`, container, refusal, DELETING);
      }
    },
    async exists(container, name) {
      try {
        await patiently(attemptMs, (abortSignal) => blobOf(container, name).getProperties({ abortSignal }));
        return true;
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal.status === 404 && refusal.code !== 'ContainerNotFound') return false;
        throw failure(`look for blob '${container}/${name}'`, container, refusal, DELETING);
      }
    },
    async isHeld(container) {
      const client = service.getContainerClient(container);
      try {
        const { hasLegalHold } = await patiently(attemptMs, (abortSignal) => client.getProperties({ abortSignal }));
        // A store that does not say has none.
        return hasLegalHold ?? false;
      } catch (error) {
        throw failure(`ask whether container '${container}' has a legal hold`, container, refusalOf(error), ASKING);
      }
    },
  };
}

/** https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory */
const RIGHTS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const DELETING = { right: `${RIGHTS}/blobs/delete`, role: 'Storage Blob Data Contributor' };
const ASKING = { right: `${RIGHTS}/read`, role: 'Storage Blob Data Reader' };

function failure(doing: string, container: string, refusal: Refusal, allowed: Omit<StorageOperation, 'doing'>): Error {
  if (refusal.code === 'ContainerNotFound') return new ContainerMissing(container);
  return new StorageError({ doing, ...allowed }, refusal);
}
