/** Policies that were locked since the last deployment: the template must leave them alone, or Azure refuses it all. */
import type { Az } from './az.ts';
import { archiveAccounts, policiesOf } from './policies.ts';

/**
 * The containers whose policy is locked, by name, as the parameter `lockedContainers` of infra/main.bicep takes them. Every
 * other immutable container gets an unlocked policy, also one that this deployment makes.
 */
export async function lockedContainers(
  az: Az,
  resourceGroup: string,
  app: string,
  say: (line: string) => void,
): Promise<string[]> {
  const [account] = await archiveAccounts(az, resourceGroup, app);
  if (account === undefined) return [];
  const policies = await policiesOf(az, resourceGroup, account);
  const locked = policies.filter(({ state }) => state === 'Locked');
  if (locked.length > 0)
    say(`locked and left alone: ${locked.map(({ container, days }) => `${container} (${days} days)`).join(', ')}`);
  return locked.map(({ container }) => container);
}
