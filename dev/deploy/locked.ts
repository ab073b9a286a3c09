/** Policies that were locked since the last deployment: the template must leave them alone, or Azure refuses it all. */
import type { Az } from './az.ts';
import { archiveAccounts, policiesOf } from './policies.ts';
import { DeployProblem } from './problem.ts';

/**
 * The containers whose policy is locked, by name, as the parameter `lockedContainers` of infra/main.bicep takes them. Every
 * other immutable container gets an unlocked policy, also one that this deployment makes.
 * @param ledgerDays that the ledger has to be kept.
 * @throws DeployProblem when the ledger is locked for fewer: what is left alone would end before what it proves.
 */
export async function lockedContainers(
  az: Az,
  resourceGroup: string,
  app: string,
  ledgerDays: number,
  say: (line: string) => void,
): Promise<string[]> {
  const [account] = await archiveAccounts(az, resourceGroup, app);
  if (account === undefined) return [];
  const policies = await policiesOf(az, resourceGroup, account);
  const locked = policies.filter(({ state }) => state === 'Locked');
  const short = locked.find(({ container, days }) => container === 'ledger' && days < ledgerDays);
  if (short !== undefined) {
    const place = `--resource-group ${resourceGroup} --account-name ${account} --container-name ledger`;
    throw new DeployProblem(
      `The policy of the ledger is locked for ${short.days} days; with the longest class it needs ${ledgerDays}.`,
      'Extend it, which cannot be undone, and run this again: az storage container immutability-policy extend ' +
        `${place} --period ${ledgerDays} --if-match '${short.etag}'`,
    );
  }
  if (locked.length > 0)
    say(`locked and left alone: ${locked.map(({ container, days }) => `${container} (${days} days)`).join(', ')}`);
  return locked.map(({ container }) => container);
}
