/** The in-memory twin keeps the contract, and what is its own: open contents and a given clock. */

import { expect, it } from 'vitest';
import { createMemoryStores } from '../support/memoryStores.ts';
import { storageContract } from './contract.ts';

storageContract('the in-memory twin', async () => ({ ...createMemoryStores(), close: async () => {} }), {
  manyNames: 5_001,
  answersGetLost: false,
});

it('lays its contents open, so that a test can damage them', async () => {
  const { blobs, containers, ensure } = createMemoryStores();
  await ensure(['ledger']);
  await blobs.putIfAbsent('ledger', 'x', Buffer.from('abc'));
  containers.get('ledger')?.set('x', Buffer.from('abd'));
  expect(await blobs.get('ledger', 'x')).toEqual(Buffer.from('abd'));
});

it('dates rows by the given clock', async () => {
  const times = [1_000, 2_000];
  const { state } = createMemoryStores({ now: () => times.shift() ?? Number.NaN });
  await state.commit('p', [{ kind: 'insert', key: 'a', values: {} }]);
  await state.commit('p', [{ kind: 'insert', key: 'b', values: {} }]);
  expect([(await state.get('p', 'a'))?.writtenAt, (await state.get('p', 'b'))?.writtenAt]).toEqual([1_000, 2_000]);
});

it('creates no container by writing to it, and keeps one that is there', async () => {
  const { blobs, containers, ensure } = createMemoryStores();
  await ensure(['ledger']);
  await blobs.putIfAbsent('ledger', 'x', Buffer.from('abc'));
  await ensure(['ledger', 'archive-30d']);
  expect([...containers.keys()]).toEqual(['ledger', 'archive-30d']);
  expect(await blobs.get('ledger', 'x')).toEqual(Buffer.from('abc'));
});
