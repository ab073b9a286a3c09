/**
 * A subscription and its directory that remember what was done to them, in place of the Azure CLI: what a second run finds is
 * what the first left. Of the infrastructure it knows the parameters, and the immutable containers as the template makes them.
 */
import { type Az, AzFailure } from '../../dev/deploy/az.ts';
import { ACCOUNT, SIGNED_IN_ANSWERS } from './answers.ts';
import { createTenantDirectory, type TenantDirectory } from './tenantDirectory.ts';
import { deploymentOf, immutableContainers, type Values, valuesIn, whatIf } from './tenantTemplate.ts';

interface Policy {
  days: number;
  state: 'Locked' | 'Unlocked';
}

type Option = (name: string) => string;

export interface Tenant {
  readonly az: Az;
  readonly directory: TenantDirectory;
  /** Immutable containers, by name; without a policy where there is none. */
  readonly containers: Map<string, Policy | undefined>;
  /** Names of apps of other people. */
  readonly taken: Set<string>;
  /** Calls that changed something, since they were asked for last. */
  changes(): string[];
  /** The parameters of the last deployment, as Azure keeps them: with the values of defaults. */
  parameters(): Values;
  /** All that is there, to be compared. */
  everything(): unknown;
  /** From the change with this number on, counted from now, every call fails: before it is made, or after. */
  breakAt(change: number, when: 'before' | 'after'): void;
  mend(): void;
}

/** @param host that the deployed app answers at. */
export function createTenant(host: string): Tenant {
  const directory = createTenantDirectory();
  const containers: Tenant['containers'] = new Map();
  const taken = new Set<string>();
  const state = {
    group: undefined as { location: string; tags: Record<string, string> } | undefined,
    identities: [] as Values[],
    deployed: undefined as Values | undefined,
    package: undefined as string | undefined,
  };
  let made: string[] = [];
  let broken: { at: number; when: 'before' | 'after' } | undefined;

  const change = <T>(args: readonly string[], does: () => T): T => {
    const isReached = broken !== undefined && made.length >= broken.at;
    if (isReached && broken?.when === 'before') throw new AzFailure('az', 'the connection broke before it');
    const answer = does();
    made.push(args.join(' '));
    if (isReached) throw new AzFailure('az', 'the connection broke after it');
    return answer;
  };

  const deploy = (values: Values) => {
    for (const [name, days] of immutableContainers(values)) {
      const there = containers.get(name);
      const isLeftAlone = (values.lockedContainers as string[]).includes(name);
      if (!isLeftAlone && there?.state === 'Locked')
        throw new AzFailure('az', '(ImmutabilityPolicyLocked) it is locked');
      containers.set(name, isLeftAlone ? there : { days, state: 'Unlocked' });
    }
    if (!state.identities.some(({ name }) => name === `id-${values.name}`))
      throw new Error('no identity to deploy with');
    state.deployed = values;
    return deploymentOf(host, values);
  };

  /** Questions, by the command that asks them. */
  const asked: Readonly<Record<string, (option: Option, args: readonly string[]) => unknown>> = {
    'group exists': () => state.group !== undefined,
    'group show': () => state.group,
    'resource list': () => (state.deployed ? [{ name: state.deployed.name }] : []),
    'identity list': () => state.identities,
    'deployment group show': () => {
      if (state.deployed) return deploymentOf(host, state.deployed);
      throw new AzFailure('az', "(DeploymentNotFound) Deployment 'entra-log-archive' could not be found.");
    },
    'deployment group what-if': (_, args) => ({ changes: whatIf(state.deployed, valuesIn(args)) }),
    'storage account list': () => (containers.size > 0 ? [{ name: ACCOUNT }] : []),
    'storage container-rm list': () => [...containers.keys(), 'work'].map((name) => ({ name })),
    'storage container immutability-policy show': (option) => {
      const policy = containers.get(option('--container-name'));
      return { immutabilityPeriodSinceCreationInDays: policy?.days ?? 0, state: policy?.state, etag: '"1"' };
    },
    'storage account check-name': () => ({ nameAvailable: true }),
    'keyvault check-name': () => ({ nameAvailable: true }),
    'keyvault list-deleted': () => [],
  };

  /** What changes something, by its command. */
  const done: Readonly<Record<string, (option: Option, args: readonly string[]) => unknown>> = {
    'group create': (option) => {
      state.group = { location: option('--location'), tags: {} };
    },
    'identity create': (option) => {
      const identity = { name: option('--name'), principalId: `principal-of-${option('--name')}` };
      state.identities.push(identity);
      return identity;
    },
    'deployment group create': (_, args) => deploy(valuesIn(args)),
    'functionapp deployment source config-zip': (option) => {
      state.package = option('--src');
    },
    'tag update': (option) => {
      const [name = '', value] = option('--tags').split('=');
      Object.assign(state.group?.tags ?? {}, { [name]: value });
    },
  };

  const rest = (option: Option, args: readonly string[]): unknown => {
    const url = decodeURIComponent(option('--url'));
    const body = (args.includes('--body') ? JSON.parse(option('--body')) : {}) as Values;
    if (url.includes('/permissions')) return { value: [{ actions: ['*'], notActions: [] }] };
    if (url.includes('checknameavailability')) {
      const isFree = !taken.has(String(body.name)) && state.deployed?.name !== body.name;
      return { nameAvailable: isFree, reason: isFree ? '' : 'AlreadyExists' };
    }
    const method = option('--method');
    const does = () => directory.answer(method, url.replace('https://graph.microsoft.com/v1.0/', ''), body);
    return method === 'GET' ? does() : change(args, does);
  };

  const answer = (args: readonly string[]): unknown => {
    const option = (name: string) => args[args.indexOf(name) + 1] ?? '';
    const signedIn = SIGNED_IN_ANSWERS.find(([begins]) => args.join(' ').startsWith(begins));
    if (signedIn) return signedIn[1];
    if (args[0] === 'rest') return rest(option, args);
    const command = args.join(' ').replace(/ --.*$/s, '');
    const [ask, act] = [asked[command], done[command]];
    if (ask) return ask(option, args);
    if (act) return change(args, () => act(option, args));
    throw new Error(`the tenant does not know: ${args.join(' ')}`);
  };

  return {
    az: async (args) => structuredClone(answer(args)),
    directory,
    containers,
    taken,
    changes: () => made.splice(0),
    parameters: () => structuredClone(state.deployed ?? {}),
    everything: () => structuredClone({ ...state, containers: [...containers], directory: directory.content }),
    breakAt: (at, when) => {
      made = [];
      broken = { at, when };
    },
    mend: () => {
      broken = undefined;
    },
  };
}
