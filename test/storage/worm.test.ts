/**
 * Storage whose containers are immutable, in the two ways it can refuse: 409 by a policy, 403 for an identity that may
 * create but not overwrite. The whole contract holds on both, and nothing that exists ever changes.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ProxiedStorage, startProxiedStorage } from '../support/proxiedStorage.ts';
import { storageContract } from './contract.ts';

describe.each([409, 403] as const)('with %d for what is immutable', (status) => {
  storageContract(
    `Azurite, every container immutable (${status})`,
    async () => {
      const storage = await startProxiedStorage();
      storage.azurite.worm.guard(() => true, status);
      const close = async () => {
        // Otherwise the suite would have met no immutable blob at all.
        expect(storage.azurite.worm.refused.length).toBeGreaterThan(10);
        await storage.close();
      };
      return { ...storage.through(), ensure: storage.azurite.direct.ensure, close };
    },
    { manyNames: 60, answersGetLost: false },
  );
});

describe('when the store refuses', { timeout: 30_000 }, () => {
  let storage: ProxiedStorage;
  const REFUSED = [403, 'AuthorizationPermissionMismatch'] as const;
  const insert = { kind: 'insert', key: 'row', values: {} } as const;

  beforeAll(async () => {
    storage = await startProxiedStorage();
    await storage.azurite.direct.ensure(['ledger']);
  }, 90_000);
  beforeEach(() => storage.reset());
  afterAll(() => storage?.close(), 30_000);

  it.each([
    ['creating a blob', 'blobs/add/action', 'Storage Blob Data Contributor', 'putBlob'],
    ['reading a blob', 'blobs/read', 'Storage Blob Data Reader', 'getBlob'],
    ['listing blobs', 'blobs/read', 'Storage Blob Data Reader', 'listBlobs'],
    ['reading a row', 'entities/read', 'Storage Table Data Reader', 'getRow'],
    ['listing rows', 'entities/read', 'Storage Table Data Reader', 'listRows'],
    ['committing', 'entities/write', 'Storage Table Data Contributor', 'transaction'],
  ])('names the missing right and the role that has it, for %s', async (_, right, role, kind) => {
    for (const proxy of [storage.blobProxy, storage.tableProxy]) {
      proxy.failBefore((request) => request.kind === kind, 'always', ...REFUSED);
    }
    const { blobs, state } = storage.through();
    const calls: Record<string, () => Promise<unknown>> = {
      putBlob: () => blobs.putIfAbsent('ledger', 'absent', Buffer.from('x')),
      getBlob: () => blobs.get('ledger', 'absent'),
      listBlobs: () => blobs.list('ledger', '')[Symbol.asyncIterator]().next(),
      getRow: () => state.get('p', 'row'),
      listRows: () => state.list('p', 'a', 'z')[Symbol.asyncIterator]().next(),
      transaction: () => state.commit('p', [insert]),
    };
    const error = await calls[kind]?.().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ name: 'StorageError', status: 403, code: 'AuthorizationPermissionMismatch' });
    expect(error?.message).toContain(right);
    expect(error?.message).toContain(`'${role}'`);
  });

  it('still says stored for its own bytes when creating is forbidden', async () => {
    await storage.azurite.direct.blobs.putIfAbsent('ledger', 'own', Buffer.from('x'));
    storage.blobProxy.failBefore(({ kind }) => kind === 'putBlob', 'always', ...REFUSED);
    expect(await storage.through().blobs.putIfAbsent('ledger', 'own', Buffer.from('x'))).toBe('stored');
    expect(await storage.through().blobs.putIfAbsent('ledger', 'own', Buffer.from('y'))).toBe('taken');
  });
});
