/** infra/main.bicep: what it would change, and its deployment. */
import type { Az } from './az.ts';
import { at, listAt, textAt } from './json.ts';
import { ifThere } from './place.ts';
import { DeployProblem } from './problem.ts';

/** The name of the deployment in the resource group, of each that `npm run deploy` ever made there. */
const DEPLOYMENT = 'entra-log-archive';
export const TEMPLATE = 'infra/main.bicep';

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
 * The last deployment; `undefined` when there was none, or none of the app of this name. Reads only.
 * @param name any app's where it is not given.
 */
export async function lastDeployment(az: Az, resourceGroup: string, name: string | undefined): Promise<unknown> {
  const show = ['deployment', 'group', 'show', '--resource-group', resourceGroup, '--name', DEPLOYMENT];
  const last = await ifThere(az(show));
  return name === undefined || parameterOf(last, 'name') === name ? last : undefined;
}

/** The text that a deployment was told; `undefined` where it was not. */
export function parameterOf(deployment: unknown, name: string): string | undefined {
  const value = at(deployment, 'properties', 'parameters', name, 'value');
  return typeof value === 'string' ? value : undefined;
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
