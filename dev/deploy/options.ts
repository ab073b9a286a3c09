/** The command line of `npm run deploy`. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DeployProblem } from './problem.ts';
import { readSaid, type Said } from './said.ts';

export interface Options {
  readonly resourceGroup: string;
  readonly location: string | undefined;
  readonly alertEmail: string;
  /** Name of the app; one is made of subscription and resource group where none is given. */
  readonly name: string | undefined;
  readonly subscription: string | undefined;
  /** Parameters of the template; of one that is said twice the last counts. */
  readonly parameters: readonly Said[];
  readonly withIdentity: boolean;
  /** Only without `withIdentity`. */
  readonly authClientId: string | undefined;
  /** A package that exists already. */
  readonly package: string | undefined;
  readonly dryRun: boolean;
  readonly waitSeconds: number;
}

export const HELP = `Puts the archive into a resource group of yours, and brings it up to date when run again.

  npm run deploy -- --resource-group NAME --location REGION --alert-email ADDRESS

  --resource-group NAME  where everything goes; made if it is not there
  --location REGION      needed when the resource group has to be made
  --alert-email ADDRESS  who is told when something is wrong
  --name NAME            name of the app, https://NAME.azurewebsites.net (default: that of the last deployment
                         in the group, else made of subscription and group)
  --subscription ID      another one than the Azure CLI's own
  --parameters WHAT      more of infra/main.bicep: name=value or a .json file; may be given again. What is not said
                         stays as it was deployed last
  --no-identity          register nothing in Entra ID: infra/identity was run; needs --auth-client-id
  --auth-client-id ID    the app registration, with --no-identity
  --package FILE         a package made before (default: 'npm run package')
  --wait SECONDS         how long the app may take to answer (default: 600)
  --dry-run              say what would be done, change nothing
  --help                 this text

It uses the Azure CLI as you are signed in with it. Running it again is safe: what is there is kept.
`;

const FLAGS = {
  'resource-group': { type: 'string' },
  location: { type: 'string' },
  'alert-email': { type: 'string' },
  name: { type: 'string' },
  subscription: { type: 'string' },
  parameters: { type: 'string', multiple: true },
  'no-identity': { type: 'boolean' },
  'auth-client-id': { type: 'string' },
  package: { type: 'string' },
  wait: { type: 'string', default: '600' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Flag = keyof typeof FLAGS;

/** What values look like; the first three are Azure's rules for names. */
const SHAPES: readonly (readonly [Flag, RegExp, string])[] = [
  ['resource-group', /^[\w.()-]{1,89}[\w()-]$/, 'a name of letters, digits, - _ . ( ), such as log-archive'],
  ['location', /^[a-zA-Z0-9 ]{3,40}$/, "a region such as westeurope ('az account list-locations' lists them)"],
  ['name', /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/, '3 to 40 lower-case letters, digits and hyphens, a letter first'],
  ['alert-email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an address such as ops@example.com'],
  ['auth-client-id', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'the application (client) id of the registration'],
  ['wait', /^\d{1,5}$/, 'a whole number of seconds'],
];

/** @throws DeployProblem naming the flag. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  for (const [flag, shape, wants] of SHAPES) {
    const value = values[flag];
    if (typeof value === 'string' && !shape.test(value))
      throw usage(`--${flag} wants ${wants}, not '${value.slice(0, 80)}'.`);
  }
  const identity = !values['no-identity'];
  if (!identity && !values['auth-client-id'])
    throw usage('--no-identity needs --auth-client-id: infra/identity prints it.');
  if (identity && values['auth-client-id']) throw usage('--auth-client-id goes with --no-identity only.');
  if (values.package !== undefined && !existsSync(values.package))
    throw usage(`There is no package '${values.package}'.`);
  return {
    resourceGroup: needed('resource-group', values['resource-group']),
    location: values.location,
    alertEmail: needed('alert-email', values['alert-email']),
    name: values.name,
    subscription: values.subscription,
    parameters: readSaid(values.parameters ?? []),
    withIdentity: identity,
    authClientId: values['auth-client-id'],
    package: values.package,
    dryRun: values['dry-run'] ?? false,
    waitSeconds: Number(values.wait),
  };
}

/** The name of an app that was given none: the same for the same place, and nobody else's. */
export function defaultName(subscription: string, resourceGroup: string): string {
  const place = `${subscription}/${resourceGroup}`.toLowerCase();
  return `ela-${createHash('sha256').update(place).digest('hex').slice(0, 8)}`;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    throw usage(String((error as Error).message).split('. To specify')[0] ?? '');
  }
}

function needed(flag: Flag, value: string | undefined): string {
  if (value !== undefined) return value;
  throw usage(`--${flag} is missing.`);
}

function usage(what: string): DeployProblem {
  return new DeployProblem(what, "'npm run deploy -- --help' shows all flags.");
}
