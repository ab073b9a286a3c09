/**
 * Storage whose answers get lost. The whole contract with the first answer to every request lost, and then, one by
 * one, what each call says and what is left when answers are lost for good, cut short or late.
 */

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RowChange } from '../../shared/storage/port.ts';
import { type ProxiedStorage, startProxiedStorage } from '../support/proxiedStorage.ts';
import type { RequestKind } from '../support/storageRequests.ts';
import { collect, storageContract } from './contract.ts';

const WRITES: readonly RequestKind[] = ['putBlob', 'transaction'];

storageContract(
  'Azurite, the first answer to every request lost',
  async () => {
    const storage = await startProxiedStorage();
    storage.blobProxy.loseAnswer(() => true);
    storage.tableProxy.loseAnswer(() => true);
    const close = async () => {
      // Otherwise the whole suite would pass without a single lost answer, and prove nothing.
      expect(storage.blobProxy.happened.get('lose')).toBeGreaterThan(500);
      expect(storage.tableProxy.happened.get('lose')).toBeGreaterThan(200);
      await storage.close();
    };
    return { ...storage.through(), ensure: storage.azurite.direct.ensure, close };
  },
  { manyNames: 60, answersGetLost: true },
);

describe('when answers get lost', { timeout: 30_000 }, () => {
  let storage: ProxiedStorage;
  let used = 0;
  const bytes = randomBytes(10_000);
  const insert: RowChange = { kind: 'insert', key: 'row', values: { a: 1 } };
  const newContainer = async () => {
    used += 1;
    await storage.azurite.direct.ensure([`lost-${used}`]);
    return `lost-${used}`;
  };
  const newPartition = () => {
    used += 1;
    return `lost|${used}`;
  };
  const heldDirectly = (container: string) => storage.azurite.direct.blobs.get(container, 'x');

  beforeAll(async () => {
    storage = await startProxiedStorage();
  }, 90_000);
  beforeEach(() => storage.reset());
  afterAll(() => storage?.close(), 30_000);

  describe('a put', () => {
    it('is stored once when its first answer is lost: the SDK repeats it, is refused, and the store looks', async () => {
      const container = await newContainer();
      storage.blobProxy.loseAnswer(({ kind }) => WRITES.includes(kind));
      expect(await storage.through().blobs.putIfAbsent(container, 'x', bytes)).toBe('stored');
      expect(Object.fromEntries(storage.blobProxy.forwarded)).toEqual({ putBlob: 2, getBlob: 1 });
      expect(await heldDirectly(container)).toEqual(bytes);
    });

    it('is stored when every one of its answers is lost', async () => {
      const container = await newContainer();
      storage.blobProxy.loseAnswer(({ kind }) => kind === 'putBlob', 'always');
      expect(await storage.through().blobs.putIfAbsent(container, 'x', bytes)).toBe('stored');
      expect(Object.fromEntries(storage.blobProxy.forwarded)).toEqual({ putBlob: 4, getBlob: 1 });
      expect(await heldDirectly(container)).toEqual(bytes);
    });

    it('is taken when its answers are lost and the name held other bytes before', async () => {
      const container = await newContainer();
      await storage.azurite.direct.blobs.putIfAbsent(container, 'x', Buffer.from('other'));
      storage.blobProxy.loseAnswer(({ kind }) => kind === 'putBlob', 'always');
      expect(await storage.through().blobs.putIfAbsent(container, 'x', bytes)).toBe('taken');
      expect(await heldDirectly(container)).toEqual(Buffer.from('other'));
    });

    it('throws when it is not known whether it was applied, because looking fails too', async () => {
      const container = await newContainer();
      storage.blobProxy.loseAnswer(() => true, 'always');
      const put = storage.through().blobs.putIfAbsent(container, 'x', bytes);
      await expect(put).rejects.toThrow(/Cannot create blob 'lost-\d+\/x': no answer .* Looking .* failed as well/);
      expect(await heldDirectly(container)).toEqual(bytes);
    });

    it('throws the refusal itself when looking shows that nothing was applied', async () => {
      const container = await newContainer();
      storage.blobProxy.failBefore(({ kind }) => kind === 'putBlob');
      const put = storage.through().blobs.putIfAbsent(container, 'x', bytes);
      await expect(put).rejects.toMatchObject({ name: 'StorageError', status: 503, code: 'ServerBusy' });
      expect(Object.fromEntries(storage.blobProxy.received)).toEqual({ putBlob: 4, getBlob: 1 });
      expect(await heldDirectly(container)).toBeUndefined();
    });

    it('does not look after a refusal that says nothing about what is there', async () => {
      const container = await newContainer();
      storage.blobProxy.failBefore(({ kind }) => kind === 'putBlob', 'always', 413, 'RequestBodyTooLarge');
      const put = storage.through().blobs.putIfAbsent(container, 'x', bytes);
      await expect(put).rejects.toMatchObject({ status: 413, code: 'RequestBodyTooLarge' });
      expect(Object.fromEntries(storage.blobProxy.received)).toEqual({ putBlob: 1 });
    });

    it('is stored once when a silent connection was given up and its request arrives late', async () => {
      const container = await newContainer();
      storage.blobProxy.delay(({ kind }) => kind === 'putBlob', 1_000, firstOnly());
      expect(await storage.through(200).blobs.putIfAbsent(container, 'x', bytes)).toBe('stored');
      await expect.poll(() => storage.blobProxy.forwarded.get('putBlob'), { timeout: 10_000 }).toBe(2);
      expect(await heldDirectly(container)).toEqual(bytes);
    });
  });

  describe('a read', () => {
    it('gives the whole blob when its answer breaks off in the middle', async () => {
      const container = await newContainer();
      await storage.azurite.direct.blobs.putIfAbsent(container, 'x', bytes);
      storage.blobProxy.loseAnswer(({ kind }) => kind === 'getBlob', firstOnly(), 'half');
      expect(await storage.through().blobs.get(container, 'x')).toEqual(bytes);
      expect(storage.blobProxy.happened.get('lose')).toBe(1);
    });

    it.each(['nothing', 'half'] as const)('throws, and never gives less, when all answers give %s', async (give) => {
      const container = await newContainer();
      await storage.azurite.direct.blobs.putIfAbsent(container, 'x', bytes);
      storage.blobProxy.loseAnswer(() => true, 'always', give);
      const { blobs } = storage.through();
      await expect(blobs.get(container, 'x')).rejects.toMatchObject({ name: 'StorageError', status: undefined });
      await expect(collect(blobs.list(container, ''))).rejects.toMatchObject({ name: 'StorageError' });
    });

    it.each(['nothing', 'half'] as const)('of rows throws when all answers give %s', async (give) => {
      const partition = newPartition();
      await storage.azurite.direct.state.commit(partition, [insert]);
      storage.tableProxy.loseAnswer(() => true, 'always', give);
      const { state } = storage.through();
      await expect(state.get(partition, 'row')).rejects.toMatchObject({ name: 'StorageError', status: undefined });
      await expect(collect(state.list(partition, 'a', 'z'))).rejects.toMatchObject({ name: 'StorageError' });
    });

    it('asks again when a connection stays silent, and throws when it stays so', async () => {
      const container = await newContainer();
      await storage.azurite.direct.blobs.putIfAbsent(container, 'x', bytes);
      const { blobs } = storage.through(200);
      storage.blobProxy.delay(() => true, 1_000, firstOnly());
      expect(await blobs.get(container, 'x')).toEqual(bytes);
      storage.blobProxy.delay(() => true, 1_000, 'always');
      await expect(blobs.get(container, 'x')).rejects.toMatchObject({ name: 'StorageError', status: undefined });
      await expect(collect(blobs.list(container, ''))).rejects.toMatchObject({ name: 'StorageError' });
    });
  });

  describe('a commit', () => {
    const commitLost = async (changes: (etag: string) => RowChange[]) => {
      const partition = newPartition();
      const { state } = storage.azurite.direct;
      await state.commit(partition, [insert]);
      const etag = (await state.get(partition, 'row'))?.etag ?? '';
      storage.tableProxy.loseAnswer(({ kind }) => kind === 'transaction');
      const answer = await storage.through().state.commit(partition, changes(etag));
      const rows = await collect(state.list(partition, 'a', 'z'));
      expect(storage.tableProxy.forwarded.get('transaction')).toBe(2);
      return { answer, rows: rows.map((row) => [row.key, row.values]) };
    };

    it('that inserts is applied once, and says conflict', async () => {
      expect(await commitLost(() => [{ kind: 'insert', key: 'new', values: { a: 2 } }])).toEqual({
        answer: 'conflict',
        rows: [
          ['new', { a: 2 }],
          ['row', { a: 1 }],
        ],
      });
    });

    it('that replaces is applied once, and says conflict', async () => {
      const changed = await commitLost((etag) => [{ kind: 'replace', key: 'row', etag, values: { a: 2 } }]);
      expect(changed).toEqual({ answer: 'conflict', rows: [['row', { a: 2 }]] });
    });

    it('that deletes is applied once, and says conflict', async () => {
      expect(await commitLost((etag) => [{ kind: 'delete', key: 'row', etag }])).toEqual({
        answer: 'conflict',
        rows: [],
      });
    });

    it('that only upserts is done', async () => {
      const changed = await commitLost(() => [{ kind: 'upsert', key: 'row', values: { a: 2 } }]);
      expect(changed).toEqual({ answer: 'done', rows: [['row', { a: 2 }]] });
    });

    it('throws when all its answers are lost, and may be applied', async () => {
      const partition = newPartition();
      storage.tableProxy.loseAnswer(() => true, 'always');
      const commit = storage.through().state.commit(partition, [insert]);
      await expect(commit).rejects.toMatchObject({ name: 'StorageError', status: undefined });
      expect((await storage.azurite.direct.state.get(partition, 'row'))?.values).toEqual({ a: 1 });
    });

    it('throws when all its answers break off in the middle', async () => {
      const partition = newPartition();
      storage.tableProxy.loseAnswer(() => true, 'always', 'half');
      const commit = storage.through().state.commit(partition, [{ kind: 'upsert', key: 'row', values: {} }]);
      await expect(commit).rejects.toMatchObject({ name: 'StorageError', status: undefined });
    });

    it('throws when the service fails before it, and nothing is applied', async () => {
      const partition = newPartition();
      storage.tableProxy.failBefore(() => true);
      const commit = storage.through().state.commit(partition, [insert]);
      await expect(commit).rejects.toMatchObject({ name: 'StorageError', status: 503, code: 'ServerBusy' });
      expect(await storage.azurite.direct.state.get(partition, 'row')).toBeUndefined();
    });

    it('is done when the service fails once before it', async () => {
      const partition = newPartition();
      storage.tableProxy.failBefore(() => true, 'firstAttempt');
      expect(await storage.through().state.commit(partition, [insert])).toBe('done');
    });
  });
});

/** True the first time it is asked. */
function firstOnly(): () => boolean {
  let first = true;
  return () => {
    const answer = first;
    first = false;
    return answer;
  };
}
