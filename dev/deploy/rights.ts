/** Whether the signed-in user may do what the deployment does: asked before anything is changed. */
import type { Az } from './az.ts';
import { at, listAt } from './json.ts';
import type { Place } from './place.ts';
import { DeployProblem } from './problem.ts';

/** What a deployment does that not everybody may. Owner may; Contributor may not do the three of Microsoft.Authorization. */
const NEEDED = [
  'Microsoft.Resources/deployments/write',
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.Authorization/roleDefinitions/write',
  'Microsoft.Authorization/locks/write',
  'Microsoft.Storage/storageAccounts/write',
  'Microsoft.KeyVault/vaults/write',
  'Microsoft.Web/sites/write',
];
const NEEDED_FOR_NEW_GROUP = 'Microsoft.Resources/subscriptions/resourceGroups/write';

/**
 * @param group the name of the resource group if it is there; else rights on the subscription are looked at.
 * @throws DeployProblem naming what is not allowed.
 */
export async function checkRights(az: Az, place: Place, group: string | undefined): Promise<void> {
  const scope = `/subscriptions/${place.subscriptionId}${group === undefined ? '' : `/resourceGroups/${group}`}`;
  const url = `${place.arm}${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
  const permissions = listAt(await az(['rest', '--method', 'GET', '--url', url]), 'value');
  const needed = group === undefined ? [NEEDED_FOR_NEW_GROUP, ...NEEDED] : NEEDED;
  const lacking = needed.filter((action) => !permissions.some((permission) => allows(permission, action)));
  if (lacking.length === 0) return;
  const where = group === undefined ? 'the subscription' : `the resource group ${group}`;
  throw new DeployProblem(
    `You lack rights on ${where}: ${lacking.join(', ')}.`,
    `Ask for the role Owner there, or Contributor with User Access Administrator. A new role takes some minutes to count.`,
  );
}

/** Whether a permission of Azure's (actions less notActions, with `*` for anything) allows an action. */
export function allows(permission: unknown, action: string): boolean {
  const covers = (field: string) =>
    ((at(permission, field) ?? []) as readonly string[]).some((pattern) => matches(pattern, action));
  return covers('actions') && !covers('notActions');
}

function matches(pattern: string, action: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'i').test(action);
}
