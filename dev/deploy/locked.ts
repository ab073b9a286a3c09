/** Policies that were locked since the last deployment: the template must leave them alone, or Azure refuses it all. */
import type { Az } from './az.ts';
import { archiveAccounts, policiesOf } from './policies.ts';

/** Parameters for infra/main.bicep that say what is locked; none when nothing is. */
export async function lockedParameters(
  az: Az,
  resourceGroup: string,
  app: string,
  say: (line: string) => void,
): Promise<string[]> {
  const [account] = await archiveAccounts(az, resourceGroup, app);
  if (account === undefined) return [];
  const policies = await policiesOf(az, resourceGroup, account);
  const locked = policies.filter(({ state }) => state === 'Locked');
  if (locked.length === 0) return [];
  say(`locked and left alone: ${locked.map(({ container, days }) => `${container} (${days} days)`).join(', ')}`);
  const added = policies
    .filter(({ state, container }) => state !== 'Locked' && container !== 'ledger')
    .map(({ container }) => Number(/\d+/.exec(container)?.[0]));
  const parameters = ['immutabilityLocked=true'];
  if (added.length > 0) parameters.push(`classesAddedAfterLock=${JSON.stringify(added)}`);
  return parameters;
}
