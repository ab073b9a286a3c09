/** infra/main.bicep: what it would change, whether its names are free, and its deployment. */
import type { Az } from './az.ts';
import { at, listAt, textAt } from './json.ts';
import { ifThere } from './place.ts';
import { DeployProblem } from './problem.ts';

/** The name of the deployment in the resource group, of each that `npm run deploy` ever made there. */
const DEPLOYMENT = 'entra-log-archive';
const TEMPLATE = 'infra/main.bicep';

export interface Template {
  readonly resourceGroup: string;
  /** As `--parameters` takes them. */
  readonly parameters: readonly string[];
}

/** What the template says when it is deployed. */
export interface Outputs {
  readonly appName: string;
  readonly hostName: string;
  readonly vaultName: string;
  readonly archiveStorageName: string;
}

export interface Preview {
  /** Ids of resources that would be made. */
  readonly create: readonly string[];
  readonly modify: readonly string[];
}

/** What a deployment would change. Reads only. */
export async function preview(az: Az, template: Template): Promise<Preview> {
  const answer = await az(['deployment', 'group', 'what-if', ...named(template), '--no-pretty-print']);
  const changes = listAt(answer, 'changes');
  const of = (...types: string[]) =>
    changes
      .filter((change) => types.includes(String(at(change, 'changeType'))))
      .map((change) => textAt(change, 'resourceId'));
  return { create: of('Create'), modify: of('Modify', 'Deploy') };
}

/**
 * Checks that the names of what would be made are free. Reads only.
 * @throws DeployProblem naming the one that is not.
 */
export async function checkNames(az: Az, { create }: Preview): Promise<void> {
  for (const id of create) {
    const name = id.slice(id.lastIndexOf('/') + 1);
    if (/\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i.test(id)) {
      const answer = await az(['storage', 'account', 'check-name', '--name', name]);
      if (at(answer, 'nameAvailable') === false) throw taken(`storage account ${name}`);
    }
    if (/\/Microsoft\.KeyVault\/vaults\/[^/]+$/i.test(id)) await checkVault(az, name);
  }
}

async function checkVault(az: Az, name: string): Promise<void> {
  const deleted = listAt(await az(['keyvault', 'list-deleted', '--resource-type', 'vault']));
  if (deleted.some((vault) => at(vault, 'name') === name)) {
    throw new DeployProblem(
      `The Key Vault ${name} was deleted and is kept until its purge protection ends.`,
      `Bring it back, key included, with 'az keyvault recover --name ${name}' and run this again, or choose another --name.`,
    );
  }
  const answer = await az(['keyvault', 'check-name', '--name', name]);
  if (at(answer, 'nameAvailable') === false) throw taken(`Key Vault ${name}`);
}

function taken(what: string): DeployProblem {
  return new DeployProblem(`The name of the ${what} is taken by somebody else.`, 'Choose another --name.');
}

/** How the last deployment ended; `undefined` when there was none. Reads only. */
export async function lastDeployment(az: Az, resourceGroup: string): Promise<unknown> {
  return ifThere(az(['deployment', 'group', 'show', '--resource-group', resourceGroup, '--name', DEPLOYMENT]));
}

/** Deploys the template; what is there already and is so is left alone. Takes minutes. */
export async function deployTemplate(az: Az, template: Template): Promise<Outputs> {
  return outputsOf(await az(['deployment', 'group', 'create', ...named(template)]));
}

/** The outputs of a deployment that succeeded. */
export function outputsOf(deployment: unknown): Outputs {
  const output = (name: string) => textAt(deployment, 'properties', 'outputs', name, 'value');
  return {
    appName: output('appName'),
    hostName: output('hostName'),
    vaultName: output('vaultName'),
    archiveStorageName: output('archiveStorageName'),
  };
}

/** Whether the deployment ended well. @throws DeployProblem when one is under way. */
export function hasSucceeded(deployment: unknown): boolean {
  const state = at(deployment, 'properties', 'provisioningState');
  if (state !== 'Running' && state !== 'Accepted') return state === 'Succeeded';
  throw new DeployProblem(
    'A deployment of this archive is under way.',
    `Wait for its end, or stop it with 'az deployment group cancel --name ${DEPLOYMENT}', and run this again.`,
  );
}

function named({ resourceGroup, parameters }: Template): string[] {
  const all = ['--resource-group', resourceGroup, '--name', DEPLOYMENT, '--template-file', TEMPLATE];
  return [...all, ...parameters.flatMap((parameter) => ['--parameters', parameter])];
}
