/**
 * Starts the app: provides its runtime, loads it, runs its appStart hooks, negotiates capabilities, ends registration.
 *
 * The order is the real worker's. What the app throws on the way is refused as a start, with the next step.
 */

import { type Core, createCore, provideCore, type RegisteredFunction } from './coreModule.ts';
import { listFunctions } from './functions.ts';
import { HostError, messageOf } from './hostError.ts';
import { loadApp } from './loader.ts';
import type { Log } from './log.ts';
import { catchProxy, type StreamProxy } from './proxy.ts';

export interface App {
  readonly core: Core;
  /** Sorted by name. */
  readonly functions: readonly RegisteredFunction[];
  /** The library's server in streaming mode; `undefined` in buffered mode. */
  readonly proxy: StreamProxy | undefined;
}

/** What the real worker offers the library (its source, the answer to WorkerInit). */
const CAPABILITIES = [
  'RawHttpBodyBytes',
  'RpcHttpTriggerMetadataRemoved',
  'RpcHttpBodyOnly',
  'IgnoreEmptyValuedRpcHttpHeaders',
  'UseNullableValueDictionaryForHttp',
  'WorkerStatus',
  'TypedDataCollection',
  'HandlesWorkerTerminateMessage',
];

/** Loads and starts the app in `directory`, which becomes the working directory as in the real worker. Throws `HostError`. */
export async function startApp(directory: string, log: Log): Promise<App> {
  const core = createCore(log);
  provideCore(core);
  process.chdir(directory);
  await loadApp(directory);
  await runStartHooks(core, directory);
  const proxy = await catchProxy(async () => {
    await core.model()?.getCapabilities(Object.fromEntries(CAPABILITIES.map((name) => [name, 'true'])));
  });
  core.lock();
  return { core, functions: listFunctions(core.functions.values()), proxy };
}

async function runStartHooks(core: Core, functionAppDirectory: string): Promise<void> {
  try {
    for (const hook of core.hooks('appStart')) {
      await hook({ hookData: {}, appHookData: core.appHookData, functionAppDirectory });
    }
  } catch (error) {
    const next = 'Correct what it names, then: npm run build';
    throw new HostError(`An appStart hook of the app failed: ${messageOf(error)} — ${next}`, { cause: error });
  }
}
