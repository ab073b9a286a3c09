/**
 * `npm run lock-immutability`: makes the retention of an archive final. Shows what would be locked and for how long; with
 * `--confirm-irreversible` it locks, each policy as it was shown.
 */
import { parseArgs } from 'node:util';
import { type Az, createAz } from './az.ts';
import { archiveAccounts, type Policy, policiesOf } from './policies.ts';
import { DeployProblem } from './problem.ts';
import { explain } from './refusals.ts';

const HELP = `Locks the immutability policies of an archive's containers.

  npm run lock-immutability -- --resource-group NAME [--confirm-irreversible]

  --resource-group NAME    where the archive is
  --account NAME           its storage account, if there are several
  --container NAME         only this container; may be given again (default: all)
  --subscription ID        another one than the Azure CLI's own
  --confirm-irreversible   lock; without it the policies are only shown
  --help                   this text
`;

const MEANING = `What locking means:
  - Nobody can shorten or remove a locked policy: no administrator, no owner of the subscription, not Microsoft.
  - Until its days are over no blob can be changed or deleted, and neither can the container or the storage account.
    What is stored is paid for that long. A subscription that is closed is the only way out, and loses everything.
  - The days count from the creation of each blob. They can be made more, five times for each container.
  - Erasure before that time is impossible, also where somebody asks for it: settle the days with your privacy officer.
  - Without the lock an administrator can take the protection off, and rules that ask for WORM storage are not met.
`;

const FLAGS = {
  'resource-group': { type: 'string' },
  account: { type: 'string' },
  container: { type: 'string', multiple: true },
  subscription: { type: 'string' },
  'confirm-irreversible': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const print = (line: string) => void process.stdout.write(`${line}\n`);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain('lock-immutability', error)}\n`);
  process.exitCode = 2;
}

/** 0 when everything that was asked for is locked, 1 when something is not. */
async function main(args: string[]): Promise<number> {
  const values = parse(args);
  if (values.help) {
    print(HELP);
    return 0;
  }
  const group = values['resource-group'];
  if (group === undefined) throw new DeployProblem('--resource-group is missing.', 'See --help.');
  const az = createAz(process.env, values.subscription);
  const account = values.account ?? (await onlyAccount(az, group));
  const policies = chosen(await policiesOf(az, group, account), values.container);
  print(`Storage account ${account}:`);
  for (const { container, days, state } of policies) print(`  ${container.padEnd(20)}${describe(days, state)}`);
  const open = policies.filter(({ state }) => state === 'Unlocked');
  if (open.length === 0) return nothingToLock(policies);
  if (!values['confirm-irreversible']) {
    print(`\n${MEANING}\nNothing was locked. To lock ${open.length} of them for ever, add --confirm-irreversible.`);
    return 1;
  }
  for (const policy of open) await lock(az, group, account, policy);
  return nothingToLock(policies);
}

/** The ETag makes Azure refuse if the policy is not the one that was shown. */
async function lock(az: Az, group: string, account: string, { container, days, etag }: Policy): Promise<void> {
  const place = ['--resource-group', group, '--account-name', account, '--container-name', container];
  await az(['storage', 'container', 'immutability-policy', 'lock', ...place, '--if-match', etag]);
  print(`locked ${container}: ${days} days`);
}

/** A container without a policy cannot be locked, and is no archive's. */
function nothingToLock(policies: readonly Policy[]): number {
  const bare = policies.filter(({ state }) => state === 'none');
  if (bare.length === 0) {
    print("\nAll are locked. 'npm run deploy' sees that by itself and leaves them alone.");
    return 0;
  }
  const names = bare.map(({ container }) => container).join(', ');
  throw new DeployProblem(`There is no policy on ${names}.`, "'npm run deploy' makes them; run this again afterwards.");
}

function describe(days: number, state: Policy['state']): string {
  if (state === 'none') return 'no policy';
  return `${days} days, ${state === 'Locked' ? 'locked already' : 'not locked'}`;
}

function chosen(policies: readonly Policy[], names: readonly string[] | undefined): readonly Policy[] {
  const wanted = names?.find((name) => !policies.some(({ container }) => container === name));
  if (wanted !== undefined) throw new DeployProblem(`There is no immutable container '${wanted}'.`, 'See --help.');
  if (policies.length > 0) return names ? policies.filter(({ container }) => names.includes(container)) : policies;
  throw new DeployProblem('The account has no immutable containers.', "'npm run deploy' makes them.");
}

async function onlyAccount(az: Az, group: string): Promise<string> {
  const accounts = await archiveAccounts(az, group);
  if (accounts.length === 1 && accounts[0] !== undefined) return accounts[0];
  const found = accounts.length === 0 ? 'no archive' : `several archives (${accounts.join(', ')})`;
  throw new DeployProblem(
    `The resource group ${group} has ${found}.`,
    'Correct it, or name the account with --account.',
  );
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    throw new DeployProblem((error as Error).message.split('. To specify')[0] ?? '', 'See --help.');
  }
}
