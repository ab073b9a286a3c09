/** Where a deployment goes: the CLI's version, cloud, subscription and user, and the resource group. Reads only. */
import { type Az, AzFailure } from './az.ts';
import { at, textAt } from './json.ts';
import { DeployProblem } from './problem.ts';

/** The first version that publishes to Flex Consumption (learn.microsoft.com/azure/azure-functions/flex-consumption-how-to). */
const OLDEST_AZ = [2, 60] as const;

export interface Place {
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** Origins, without a slash at the end. */
  readonly arm: string;
  readonly graph: string;
  readonly login: string;
  /** Whether a user is signed in, not an application. */
  readonly isPerson: boolean;
  /** What follows the name of an app in its address. */
  readonly appSuffix: string;
}

export interface Group {
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** By the cloud's name in `az cloud show`. */
const APP_SUFFIXES: Readonly<Record<string, string>> = {
  AzureCloud: 'azurewebsites.net',
  AzureUSGovernment: 'azurewebsites.us',
  AzureChinaCloud: 'chinacloudsites.cn',
};

/** @throws DeployProblem when the CLI is too old. */
export async function readPlace(az: Az, say: (line: string) => void): Promise<Place> {
  const version = textAt(await az(['version']), 'azure-cli');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST_AZ[0] || (major === OLDEST_AZ[0] && minor < OLDEST_AZ[1])) {
    const next = "Run 'az upgrade' and then this again.";
    throw new DeployProblem(`The Azure CLI is version ${version}; ${OLDEST_AZ.join('.')} or later is needed.`, next);
  }
  const account = await az(['account', 'show']);
  const cloud = await az(['cloud', 'show']);
  const place: Place = {
    subscriptionId: textAt(account, 'id'),
    tenantId: textAt(account, 'tenantId'),
    arm: origin(cloud, 'resourceManager'),
    graph: origin(cloud, 'microsoftGraphResourceId'),
    login: origin(cloud, 'activeDirectory'),
    isPerson: at(account, 'user', 'type') === 'user',
    appSuffix: APP_SUFFIXES[textAt(cloud, 'name')] ?? 'azurewebsites.net',
  };
  say(`Azure CLI ${version}, signed in as ${textAt(account, 'user', 'name')}`);
  say(`subscription ${textAt(account, 'name')} (${place.subscriptionId}), tenant ${place.tenantId}`);
  return place;
}

/** The resource group; `undefined` when there is none of that name. */
export async function readGroup(az: Az, name: string): Promise<Group | undefined> {
  if ((await az(['group', 'exists', '--name', name])) !== true) return undefined;
  const group = await az(['group', 'show', '--name', name]);
  return { location: textAt(group, 'location'), tags: (at(group, 'tags') ?? {}) as Record<string, string> };
}

/** The answer, or `undefined` where Azure says that there is no such thing. */
export async function ifThere(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => {
    if (error instanceof AzFailure && /\b(\w*NotFound|does not exist)\b/i.test(error.message)) return undefined;
    throw error;
  });
}

function origin(cloud: unknown, endpoint: string): string {
  return textAt(cloud, 'endpoints', endpoint).replace(/\/+$/, '');
}
