/**
 * The one place where clients are made, out of the settings. Everything else is handed what is made here.
 */
import { DefaultAzureCredential } from '@azure/identity';
import { archiveContainer, LEDGER_CONTAINER, WORK_CONTAINER } from './archive/names.ts';
import { simulatedClock, systemClock } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import type { Deps } from './deps.ts';
import type { ExpireDeps } from './expiry/deps.ts';
import { createBudget, reportsPace, riskPace } from './graph/budget.ts';
import { createGraphClient } from './graph/client.ts';
import type { Log } from './logFields.ts';
import { onceItWorks } from './onceItWorks.ts';
import { openVaultKey } from './proof/keyVault.ts';
import { createSigning, type SigningDeps } from './proof/signing.ts';
import { connectDeleter, connectStorage } from './storage/connect.ts';

export interface Composed extends SigningDeps {
  /** Resolves when the storage is there. */
  readonly ready: () => Promise<void>;
  /** What the flow that deletes is handed; `undefined` where it is off. */
  readonly expiring: ExpireDeps | undefined;
}

/**
 * Makes the dependencies of all flows.
 * @param env where the settings come from.
 * @throws ConfigError when a setting is wrong; nothing has been contacted by then.
 */
export function compose(env: NodeJS.ProcessEnv, log: Log): Composed {
  const config = readConfig(env);
  const clock = config.simulatedTime ? simulatedClock(config.simulatedTime) : systemClock;
  const storage = connectStorage(config.storage);
  const graph = createGraphClient({ origin: config.graphBaseUrl, credential: graphCredential(config) });
  const budgets = {
    reports: createBudget(storage.state, clock, 'reports', reportsPace(config.graphReportsPer10Seconds)),
    risk: createBudget(storage.state, clock, 'risk', riskPace(config.graphRiskPerSecond)),
  };
  // Only the local stack makes its own containers: in Azure they come with their immutability policy, from Bicep.
  const ready = onceItWorks(() => storage.ensure(containersOf(config)));
  const deps: SigningDeps = {
    config,
    clock,
    log,
    graph,
    blobs: storage.blobs,
    state: storage.state,
    budgetOf: ({ name, budget }) => {
      if (budget === undefined) throw new Error(`${name} is not read from Graph`);
      return budgets[budget];
    },
    signing: createSigning(config, (keyId) => openVaultKey(keyId, azureCredential(config))),
  };
  return { ...deps, ready, expiring: expiringDeps(deps) };
}

/** Only one flow is ever handed what can delete, and only where the settings say so. */
function expiringDeps(deps: Deps): ExpireDeps | undefined {
  const { expireEnabled, expireClientId, storage } = deps.config;
  if (!expireEnabled) return undefined;
  const identity = expireClientId === undefined ? {} : { clientId: expireClientId };
  const deleter = connectDeleter({ ...storage, ...identity });
  return { ...deps, deleter, workDeleter: connectDeleter(storage) };
}

function graphCredential(config: Config) {
  return config.graphIsLocal ? undefined : azureCredential(config);
}

function azureCredential(config: Config) {
  // Finds the managed identity in Azure, and an app registration's secret or the Azure CLI's sign-in elsewhere.
  return new DefaultAzureCredential(config.clientId ? { managedIdentityClientId: config.clientId } : {});
}

function containersOf(config: Config): string[] {
  const classes = new Set(config.logTypes.map((logType) => archiveContainer(config.retentionDays(logType.name))));
  return [LEDGER_CONTAINER, WORK_CONTAINER, ...classes];
}
