/**
 * Azurite as every test of the storage meets it: behind the WORM proxy. Only what tests Azurite's own process starts it
 * bare.
 */

import { type AzuriteOptions, connectionString, type RunningAzurite, startAzurite } from '../../dev/azurite.ts';
import { startWormProxy, type WormProxy } from './wormProxy.ts';

export interface WormAzurite extends RunningAzurite {
  readonly worm: WormProxy;
  /** Past the proxy, for tests that damage what is stored, as no client of the storage can. */
  readonly unguarded: { readonly blobUrl: string; readonly connectionString: string };
}

/**
 * Starts Azurite and the proxy; `blobUrl` and `connectionString` lead through it.
 * @param now milliseconds since 1970, the clock by which blobs age
 */
export async function startWormAzurite(options: AzuriteOptions = {}, now?: () => number): Promise<WormAzurite> {
  const azurite = await startAzurite(options);
  const worm = await startWormProxy(azurite.blobUrl, now);
  return {
    blobUrl: worm.url,
    tableUrl: azurite.tableUrl,
    connectionString: connectionString(worm.url, azurite.tableUrl),
    worm,
    unguarded: { blobUrl: azurite.blobUrl, connectionString: azurite.connectionString },
    close: async () => {
      // The breaches are told last: nothing may keep Azurite from ending.
      const told = await worm.close().then(
        () => undefined,
        (error: Error) => error,
      );
      await azurite.close();
      if (told) throw told;
    },
  };
}
