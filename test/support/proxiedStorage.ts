/**
 * Azurite behind the WORM proxy, with a fault proxy before each of its two services, for tests of what happens when answers get lost.
 * Start it in `beforeAll`, `reset` it in `beforeEach`, close it in `afterAll`.
 */

import { type AzuriteForTests, type StorageAt, startAzuriteForTests, storageAt } from './azuriteForTests.ts';
import { type FaultProxy, startFaultProxy } from './faultProxy.ts';

export interface ProxiedStorage {
  readonly azurite: AzuriteForTests;
  readonly blobProxy: FaultProxy;
  readonly tableProxy: FaultProxy;
  /** Clients and stores that go through the proxies. `attemptMs`: time for one attempt of a call, in milliseconds. */
  through(attemptMs?: number): StorageAt;
  reset(): void;
  close(): Promise<void>;
}

/** Starts Azurite, in memory and with the table `state`, and the two proxies, without faults. */
export async function startProxiedStorage(): Promise<ProxiedStorage> {
  const azurite = await startAzuriteForTests();
  const blobProxy = await startFaultProxy(azurite.blobUrl);
  const tableProxy = await startFaultProxy(azurite.tableUrl);
  return {
    azurite,
    blobProxy,
    tableProxy,
    through: (attemptMs) => storageAt(blobProxy.url, tableProxy.url, attemptMs),
    reset: () => {
      blobProxy.reset();
      tableProxy.reset();
    },
    close: async () => {
      await Promise.all([blobProxy.close(), tableProxy.close()]);
      await azurite.close();
    },
  };
}
