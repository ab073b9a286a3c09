/**
 * `npm run acceptance`: what only a real subscription can show of a deployment. Not run in CI, which has none; the script
 * itself is tested against a stand-in for the Azure CLI. It changes nothing that is not refused, and undoes what is not.
 */
import { parseArgs } from 'node:util';
import { createAz } from '../deploy/az.ts';
import { DeployProblem } from '../deploy/problem.ts';
import { explain } from '../deploy/refusals.ts';
import { forgedPrincipal, ownToken, signInPage, strangers } from './access.ts';
import { appCannotDelete, logsArrive, pulls, vaultSigns } from './running.ts';
import { readSite, type Site } from './site.ts';
import { closedToStrangers, deleting, overwriting, policies } from './storage.ts';
import { notShown, type Outcome } from './verdict.ts';

const HELP = `Checks what only a real deployment can show. Nothing is changed that is not refused.

  npm run acceptance -- --resource-group NAME [--subscription ID]

Ends with 0 when all is shown, 1 when something failed, 2 when nothing failed and something could not be shown.
You need: Reader on the resource group, Key Vault Reader and a role on the keys, Storage Blob Data Contributor for the two
checks of refusals, and the roles Archive.Read and Archive.Verify.
`;

const CHECKS: readonly (readonly [string, (site: Site) => Promise<Outcome>])[] = [
  ['each container has its policy', policies],
  ['overwriting a ledger entry is refused', overwriting],
  ['deleting a ledger entry is refused', deleting],
  ['the archive account is closed to strangers', closedToStrangers],
  ["the app's identity can create and not delete", appCannotDelete],
  ['a request without a token is refused', strangers],
  ['a forged principal is refused', forgedPrincipal],
  ['the sign-in page is there', signInPage],
  ['a token of yours is taken', ownToken],
  ['the timers pull', pulls],
  ['checkpoints are signed by the vault', vaultSigns],
  ['log lines reach the workspace', logsArrive],
];

const print = (line: string) => void process.stdout.write(`${line}\n`);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain('acceptance', error)}\n`);
  process.exitCode = 3;
}

async function main(args: string[]): Promise<number> {
  const values = parse(args);
  if (values.help) {
    print(HELP);
    return 0;
  }
  if (values['resource-group'] === undefined) throw new DeployProblem('--resource-group is missing.', 'See --help.');
  const site = await readSite(createAz(process.env, values.subscription), values['resource-group']);
  const verdicts = new Set<string>();
  for (const [title, check] of CHECKS) {
    // One check that cannot be made says so and does not keep the others from being made.
    const { verdict, seen } = await check(site).catch((error: unknown) => notShown(explain('not possible', error)));
    verdicts.add(verdict);
    print(`${verdict.padEnd(10)}${title}: ${seen}`);
  }
  if (verdicts.has('FAILED')) return 1;
  return verdicts.has('not shown') ? 2 : 0;
}

function parse(args: string[]) {
  const options = {
    'resource-group': { type: 'string' },
    subscription: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    throw new DeployProblem((error as Error).message.split('. To specify')[0] ?? '', 'See --help.');
  }
}
