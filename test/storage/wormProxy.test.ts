/** The WORM proxy itself: what it refuses and how, what it lets through, and that no attempt goes unnoticed. */

import { globSync, readFileSync } from 'node:fs';
import type { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AzuriteForTests, startAzuriteForTests } from '../support/azuriteForTests.ts';
import { startWormProxy } from '../support/wormProxy.ts';

const DAY = 86_400_000;
const CONTAINERS = ['ledger', 'archive-30d', 'archive-60d', 'work'];

describe('the WORM proxy', { timeout: 30_000 }, () => {
  let azurite: AzuriteForTests;
  let service: BlobServiceClient;
  let now = Date.UTC(2026, 10, 25);

  beforeAll(async () => {
    azurite = await startAzuriteForTests(() => now);
    ({ service } = azurite.direct);
    await azurite.direct.ensure(CONTAINERS);
  }, 90_000);
  afterAll(() => azurite?.close(), 30_000);

  const blob = (container: string, name: string) => service.getContainerClient(container).getBlockBlobClient(name);
  const held = async (container: string, name: string) =>
    (await azurite.direct.blobs.get(container, name))?.toString() ?? 'nothing';
  const code = (act: Promise<unknown>) =>
    act.then(
      () => 'done',
      (error: { statusCode: number; code: string }) => `${error.statusCode} ${error.code}`,
    );

  const CHANGES: readonly [string, (name: string) => Promise<unknown>][] = [
    ['PUT', (name) => blob('ledger', name).upload('y', 1)],
    ['PUT', (name) => blob('ledger', name).upload('x', 1)],
    ['PUT', (name) => blob('ledger', name).setMetadata({ a: 'b' })],
    ['PUT', (name) => blob('ledger', name).setTags({ a: 'b' })],
    ['PUT', (name) => blob('ledger', name).commitBlockList([])],
    ['DELETE', (name) => blob('ledger', name).delete()],
  ];

  it.each([
    [409, 'BlobImmutableDueToPolicy'],
    [403, 'AuthorizationPermissionMismatch'],
  ] as const)('answers %d %s to whatever would change or delete what exists', async (status, expected) => {
    azurite.worm.guard((container) => container !== 'work', status);
    const name = `kept-${status}`;
    await blob('ledger', name).upload('x', 1);
    for (const [method, change] of CHANGES) {
      expect(await code(change(name))).toBe(`${status} ${expected}`);
      expect(azurite.worm.takeBreaches()).toEqual([`${method} ledger/${name}`]);
    }
    expect(await code(service.getContainerClient('ledger').delete())).toBe(`${status} ${expected}`);
    expect(await code(service.getBlobBatchClient().deleteBlobs([blob('ledger', name)]))).toBe(`${status} ${expected}`);
    expect(azurite.worm.takeBreaches()).toEqual(['DELETE ledger', 'POST ']);
    expect(await held('ledger', name)).toBe('x');
  });

  it('refuses a write for what is absent too when the name is taken, which is no breach', async () => {
    azurite.worm.guard((container) => container !== 'work', 409);
    const create = () => blob('archive-30d', 'once').upload('x', 1, { conditions: { ifNoneMatch: '*' } });
    expect(await code(create())).toBe('done');
    expect(await code(create())).toBe('409 BlobImmutableDueToPolicy');
    expect(azurite.worm.refused.at(-1)).toBe('PUT archive-30d/once');
    expect(azurite.worm.takeBreaches()).toEqual([]);
  });

  it('lets one of many unconditional writes of one name through, and refuses the others', async () => {
    const writes = Array.from({ length: 10 }, (_, racer) => code(blob('ledger', 'race').upload(`${racer}`, 1)));
    const answers = await Promise.all(writes);
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    expect(await held('ledger', 'race')).toBe(`${answers.indexOf('done')}`);
    expect(azurite.worm.takeBreaches()).toHaveLength(9);
  });

  it('lets what is not immutable change, moves tiers, and tells of what is absent as the service does', async () => {
    await blob('work', 'w').upload('x', 1);
    await blob('work', 'w').upload('y', 1);
    expect(await held('work', 'w')).toBe('y');
    await blob('work', 'w').delete();
    await blob('ledger', 'tier').upload('x', 1);
    expect(await code(blob('ledger', 'tier').setAccessTier('Cool'))).toBe('done');
    expect(await code(blob('ledger', 'absent').delete())).toBe('404 BlobNotFound');
    expect(azurite.worm.takeBreaches()).toEqual([]);
  });

  it('lets blobs be deleted once their days are over by the clock of the test, and never overwritten', async () => {
    for (const container of CONTAINERS) await blob(container, 'old').upload('x', 1);
    now += 31 * DAY;
    expect(await code(blob('archive-30d', 'old').delete())).toBe('409 BlobImmutableDueToPolicy');
    azurite.worm.letExpire();
    expect(await code(blob('archive-30d', 'old').upload('y', 1))).toBe('409 BlobImmutableDueToPolicy');
    expect(await code(blob('archive-60d', 'old').delete())).toBe('409 BlobImmutableDueToPolicy');
    expect(await code(blob('ledger', 'old').delete())).toBe('409 BlobImmutableDueToPolicy');
    expect(await code(blob('archive-30d', 'old').delete())).toBe('done');
    azurite.worm.letExpire((container) => (container === 'ledger' ? 31 : 32));
    expect(await code(blob('archive-60d', 'old').delete())).toBe('409 BlobImmutableDueToPolicy');
    expect(await code(blob('ledger', 'old').delete())).toBe('done');
    expect(await Promise.all(CONTAINERS.map((container) => held(container, 'old')))).toEqual([
      'nothing',
      'nothing',
      'x',
      'x',
    ]);
    expect(azurite.worm.takeBreaches()).toHaveLength(5);
  });

  it('does not close in silence after a breach', async () => {
    const proxy = await startWormProxy(azurite.blobUrl);
    await blob('ledger', 'breach').upload('x', 1);
    await fetch(`${proxy.url}/ledger/breach`, { method: 'DELETE' });
    await expect(proxy.close()).rejects.toThrow('Attempts to change what is immutable: DELETE ledger/breach.');
  });

  it('stands before the storage of every test but those of the process itself', () => {
    const bare = globSync('test/**/*.ts').filter((file) => /\bstartAzurite\(/.test(readFileSync(file, 'utf8')));
    expect(bare.sort()).toEqual([
      'test/storage/azuriteProcess.test.ts',
      'test/support/azuriteParent.ts',
      'test/support/wormAzurite.ts',
    ]);
  });
});
