/** The fault proxy itself: a test tool that counts wrongly or fails to fail would make every other test worthless. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ProxiedStorage, startProxiedStorage } from '../support/proxiedStorage.ts';
import { readRequest } from '../support/storageRequests.ts';
import { collect } from './contract.ts';

const A = '/devstoreaccount1';

describe('readRequest', () => {
  it.each([
    [
      'PUT',
      `${A}/ledger/t/log/000000000001.json`,
      { kind: 'putBlob', container: 'ledger', blob: 't/log/000000000001.json' },
    ],
    ['PUT', `${A}/archive-30d/date%3D2026-11-20/x?timeout=30`, { kind: 'putBlob', blob: 'date=2026-11-20/x' }],
    ['PUT', `${A}/ledger/x?comp=metadata`, { kind: 'changeBlob', blob: 'x' }],
    ['GET', `${A}/ledger/x`, { kind: 'getBlob', blob: 'x' }],
    ['HEAD', `${A}/ledger/x`, { kind: 'headBlob', blob: 'x' }],
    ['DELETE', `${A}/ledger/x`, { kind: 'deleteBlob', blob: 'x' }],
    ['GET', `${A}/ledger?restype=container&comp=list&prefix=a`, { kind: 'listBlobs', container: 'ledger' }],
    ['PUT', `${A}/ledger?restype=container`, { kind: 'container', container: 'ledger' }],
    ['POST', `${A}/$batch`, { kind: 'transaction' }],
    ['POST', `${A}/%24batch`, { kind: 'transaction' }],
    ['GET', `${A}/state(PartitionKey='p%7C1',RowKey='k')`, { kind: 'getRow' }],
    ['GET', `${A}/state()?$filter=x`, { kind: 'listRows' }],
    ['PUT', `${A}/state(PartitionKey='p',RowKey='k')`, { kind: 'changeRow' }],
    ['POST', `${A}/Tables`, { kind: 'table' }],
    ['GET', `${A}?comp=properties`, { kind: 'other' }],
  ])('reads %s %s', (method, url, expected) => {
    expect(readRequest(method, url, '7')).toMatchObject({ ...expected, method, url, id: '7' });
  });
});

describe('startFaultProxy', { timeout: 30_000 }, () => {
  let storage: ProxiedStorage;
  beforeAll(async () => {
    storage = await startProxiedStorage();
    await storage.azurite.direct.ensure(['ledger', 'work']);
  }, 90_000);
  beforeEach(() => storage.reset());
  afterAll(() => storage?.close(), 30_000);

  it('passes everything on unchanged, signatures included, and counts it by kind', async () => {
    const { blobs, state } = storage.through();
    await blobs.putIfAbsent('ledger', 'a', Buffer.from('x'));
    await blobs.putIfAbsent('ledger', 'b', Buffer.alloc(0));
    expect(await blobs.get('ledger', 'a')).toEqual(Buffer.from('x'));
    expect(await collect(blobs.list('ledger', ''))).toHaveLength(2);
    await state.commit('p', [{ kind: 'upsert', key: 'k', values: {} }]);
    await state.get('p', 'k');
    await collect(state.list('p', 'a', 'z'));
    const blobCounts = { putBlob: 2, getBlob: 1, listBlobs: 1 };
    const rowCounts = { transaction: 1, getRow: 1, listRows: 1 };
    for (const counts of ['received', 'forwarded'] as const) {
      expect(Object.fromEntries(storage.blobProxy[counts])).toEqual(blobCounts);
      expect(Object.fromEntries(storage.tableProxy[counts])).toEqual(rowCounts);
    }
    expect(storage.blobProxy.happened.size).toBe(0);
  });

  it('loses answers at a given rate, of the requests that match', async () => {
    let asked = 0;
    const everyThird = () => asked++ % 3 === 0;
    storage.blobProxy.loseAnswer(({ blob }) => blob === 'rate', everyThird);
    const blob = storage.through().service.getContainerClient('work').getBlockBlobClient('rate');
    for (let write = 0; write < 9; write += 1) await blob.upload('x', 1);
    await storage.through().blobs.get('ledger', 'a');
    expect(storage.blobProxy.happened.get('lose')).toBe(5);
    expect(storage.blobProxy.forwarded.get('putBlob')).toBe(14);
  });

  it('has applied the write whose answer it loses, and not the one that it fails', async () => {
    const { service } = storage.through();
    const upload = (name: string) => service.getContainerClient('work').getBlockBlobClient(name).upload('x', 1);
    storage.blobProxy.loseAnswer(({ blob }) => blob === 'lost', 'always');
    storage.blobProxy.failBefore(({ blob }) => blob === 'failed');
    await expect(upload('lost')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(upload('failed')).rejects.toMatchObject({ statusCode: 503 });
    expect(await storage.azurite.direct.blobs.get('work', 'lost')).toEqual(Buffer.from('x'));
    expect(await storage.azurite.direct.blobs.get('work', 'failed')).toBeUndefined();
    expect(Object.fromEntries(storage.blobProxy.happened)).toEqual({ lose: 4, fail: 4 });
    expect(storage.blobProxy.forwarded.get('putBlob')).toBe(4);
  });

  it('forgets faults and counts on reset', async () => {
    storage.blobProxy.failBefore(() => true);
    storage.blobProxy.loseAnswer(() => true, 'always');
    storage.reset();
    const blob = storage.through().service.getContainerClient('work').getBlockBlobClient('again');
    await blob.upload('x', 1);
    await blob.upload('y', 1);
    expect(Object.fromEntries(storage.blobProxy.received)).toEqual({ putBlob: 2 });
    expect(storage.blobProxy.happened.size).toBe(0);
  });
});
