/** The deleter: what it says of a blob that goes, that is not there, and that the store keeps. In memory and on Azurite. */
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDeleter, connectStorage } from '../../shared/storage/connect.ts';
import { type BlobStore, ContainerMissing, type Deleter } from '../../shared/storage/port.ts';
import { createMemoryStores } from '../support/memoryStores.ts';
import { startWormAzurite, type WormAzurite } from '../support/wormAzurite.ts';

const BYTES = Buffer.from('what is there');
const CONTAINER = 'archive-1d';

function deleterContract(title: string, stores: () => { readonly blobs: BlobStore; readonly deleter: Deleter }): void {
  describe(title, () => {
    it('deletes one blob and no other, and says when it is not there', async () => {
      const { blobs, deleter } = stores();
      for (const name of ['a/b', 'a/b/c']) await blobs.putIfAbsent(CONTAINER, name, BYTES);
      expect(await deleter.exists(CONTAINER, 'a/b')).toBe(true);
      expect(await deleter.delete(CONTAINER, 'a/b')).toEqual({ outcome: 'deleted' });
      expect([await deleter.exists(CONTAINER, 'a/b'), await blobs.get(CONTAINER, 'a/b')]).toEqual([false, undefined]);
      expect(await blobs.get(CONTAINER, 'a/b/c')).toEqual(BYTES);
      expect(await deleter.delete(CONTAINER, 'a/b')).toEqual({ outcome: 'absent' });
      // Its name is free again.
      expect(await blobs.putIfAbsent(CONTAINER, 'a/b', Buffer.from('other'))).toBe('stored');
    });

    it('does not take a container that is missing for blobs that are gone', async () => {
      const { deleter } = stores();
      await expect(deleter.delete('archive-9d', 'x')).rejects.toBeInstanceOf(ContainerMissing);
      await expect(deleter.exists('archive-9d', 'x')).rejects.toBeInstanceOf(ContainerMissing);
      await expect(deleter.isHeld('archive-9d')).rejects.toBeInstanceOf(ContainerMissing);
    });

    it('tells when a blob was created, by the clock of the store', async () => {
      const { blobs } = stores();
      const before = Date.now();
      await blobs.putIfAbsent(CONTAINER, 'dated', BYTES);
      const [item] = await Array.fromAsync(blobs.list(CONTAINER, 'dated'));
      // The service tells whole seconds.
      expect(item?.createdAt).toBeGreaterThanOrEqual(before - 1000);
      expect(item?.createdAt).toBeLessThanOrEqual(Date.now() + 1000);
    });
  });
}

const memory = createMemoryStores();
beforeAll(() => memory.ensure([CONTAINER]));
deleterContract('in memory', () => memory);

describe('of Azure', () => {
  let azurite: WormAzurite;
  let stores: { readonly blobs: BlobStore; readonly deleter: Deleter };

  beforeAll(async () => {
    azurite = await startWormAzurite({});
    azurite.worm.letExpire(() => 0);
    const settings = { connectionString: azurite.connectionString };
    const storage = connectStorage(settings);
    await storage.ensure([CONTAINER]);
    stores = { blobs: storage.blobs, deleter: connectDeleter(settings) };
  });
  afterAll(() => azurite.close());

  deleterContract('on Azurite', () => stores);

  it('says whether the container has a legal hold of its own, which refuses', async () => {
    await stores.blobs.putIfAbsent(CONTAINER, 'held', BYTES);
    expect(await stores.deleter.isHeld(CONTAINER)).toBe(false);
    azurite.worm.hold(CONTAINER, true);
    expect(await stores.deleter.isHeld(CONTAINER)).toBe(true);
    expect(await stores.deleter.delete(CONTAINER, 'held')).toEqual({
      outcome: 'refused',
      cause: 'HTTP 409 BlobImmutableDueToPolicy',
    });
    expect(azurite.worm.takeBreaches()).toEqual([`DELETE ${CONTAINER}/held`]);
    azurite.worm.hold(CONTAINER, false);
    expect(await stores.deleter.isHeld(CONTAINER)).toBe(false);
    expect(await stores.deleter.delete(CONTAINER, 'held')).toEqual({ outcome: 'deleted' });
  });

  it('answers that the store refuses, in its words, where it does', async () => {
    await stores.blobs.putIfAbsent(CONTAINER, 'kept', BYTES);
    const service = BlobServiceClient.fromConnectionString(azurite.unguarded.connectionString);
    const lease = service.getContainerClient(CONTAINER).getBlobClient('kept').getBlobLeaseClient();
    await lease.acquireLease(-1);
    expect(await stores.deleter.delete(CONTAINER, 'kept')).toEqual({
      outcome: 'refused',
      cause: 'HTTP 412 LeaseIdMissing',
    });
    expect(await stores.blobs.get(CONTAINER, 'kept')).toEqual(BYTES);
    await lease.releaseLease();
    expect(await stores.deleter.delete(CONTAINER, 'kept')).toEqual({ outcome: 'deleted' });
  });
});
