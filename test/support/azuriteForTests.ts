/**
 * A real Azurite behind the WORM proxy for one test file: in memory, on free ports, with clients that repeat a failed
 * call at once instead of after half a second. Start it in `beforeAll`, close it in `afterAll`.
 */

import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { DEVELOPMENT_ACCOUNT } from '../../dev/azurite.ts';
import { createBlobStore } from '../../shared/storage/blobs.ts';
import type { BlobStore, StateStore } from '../../shared/storage/port.ts';
import { createStateStore } from '../../shared/storage/tables.ts';
import { startWormAzurite, type WormAzurite } from './wormAzurite.ts';

export interface AzuriteForTests extends WormAzurite {
  /** The storage itself, past every proxy but the WORM proxy. The table `state` exists. */
  readonly direct: StorageAt;
}

export interface StorageAt {
  readonly service: BlobServiceClient;
  readonly table: TableClient;
  readonly blobs: BlobStore;
  readonly state: StateStore;
  /** Creates the containers that are absent. */
  ensure(containers: readonly string[]): Promise<void>;
}

const { name, key } = DEVELOPMENT_ACCOUNT;

/**
 * Starts Azurite and creates the table `state`. No container exists yet.
 * @param now milliseconds since 1970, the clock by which blobs age
 */
export async function startAzuriteForTests(now?: () => number): Promise<AzuriteForTests> {
  const azurite = await startWormAzurite({}, now);
  const direct = storageAt(azurite.blobUrl, azurite.tableUrl);
  await direct.table.createTable();
  return { ...azurite, direct };
}

/**
 * Clients and stores at these endpoints, of Azurite or of a proxy before it.
 * `attemptMs`: how long one attempt of a call may take, in milliseconds.
 */
export function storageAt(blobUrl: string, tableUrl: string, attemptMs?: number): StorageAt {
  const service = new BlobServiceClient(blobUrl, new StorageSharedKeyCredential(name, key), {
    retryOptions: { maxTries: 4, retryDelayInMs: 1, maxRetryDelayInMs: 1 },
  });
  const table = new TableClient(tableUrl, 'state', new AzureNamedKeyCredential(name, key), {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 1 },
  });
  return {
    service,
    table,
    blobs: createBlobStore(service, attemptMs),
    state: createStateStore(table, attemptMs),
    ensure: async (containers) => {
      for (const container of containers) await service.getContainerClient(container).createIfNotExists();
    },
  };
}
