/** Names that must be free in all of Azure. Reads only. */
import type { Az } from './az.ts';
import type { Preview } from './infrastructure.ts';
import { at, listAt, textAt } from './json.ts';
import type { Place } from './place.ts';
import { DeployProblem } from './problem.ts';
import { displayNameOf } from './registration.ts';

/**
 * Checks that the app is in this resource group already, or that nobody has its name. It has to be asked before anything is
 * made: the registration trusts the address of that name.
 *
 * The question is "Check Name Availability" of the REST API of App Service; it needs
 * `Microsoft.Web/checknameavailability/read` on the subscription, which Reader has.
 * @param group the name of the resource group if it is there.
 * @returns whether the app is there already. @throws DeployProblem when the name cannot be had.
 */
export async function checkAppName(az: Az, place: Place, group: string | undefined, name: string): Promise<boolean> {
  if (group !== undefined) {
    const sites = listAt(
      await az(['resource', 'list', '--resource-group', group, '--resource-type', 'Microsoft.Web/sites']),
    );
    if (sites.some((site) => textAt(site, 'name').toLowerCase() === name)) return true;
  }
  const subscription = `${place.arm}/subscriptions/${place.subscriptionId}`;
  const url = `${subscription}/providers/Microsoft.Web/checknameavailability?api-version=2023-12-01`;
  const body = JSON.stringify({ name, type: 'Microsoft.Web/sites' });
  const headers = ['--headers', 'Content-Type=application/json'];
  const answer = await az(['rest', '--method', 'POST', '--url', url, ...headers, '--body', body]);
  if (at(answer, 'nameAvailable') === true) return false;
  throw new DeployProblem(
    `${name}.${place.appSuffix} is somebody else's, or an app of yours in another resource group (${at(answer, 'reason')}).`,
    'Choose another --name, or name the resource group that the app is in. If an earlier try left an app registration ' +
      `'${displayNameOf(name)}', delete it: it trusts that address.`,
  );
}

/**
 * Checks that the names of what would be made are free. Reads only.
 * @throws DeployProblem naming the one that is not.
 */
export async function checkNames(az: Az, { create }: Preview): Promise<void> {
  for (const id of create) {
    const name = id.slice(id.lastIndexOf('/') + 1);
    if (/\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i.test(id)) {
      const answer = await az(['storage', 'account', 'check-name', '--name', name]);
      if (at(answer, 'nameAvailable') === false) throw taken(`storage account ${name}`);
    }
    if (/\/Microsoft\.KeyVault\/vaults\/[^/]+$/i.test(id)) await checkVault(az, name);
  }
}

async function checkVault(az: Az, name: string): Promise<void> {
  const deleted = listAt(await az(['keyvault', 'list-deleted', '--resource-type', 'vault']));
  if (deleted.some((vault) => at(vault, 'name') === name)) {
    throw new DeployProblem(
      `The Key Vault ${name} was deleted and is kept until its purge protection ends.`,
      `Bring it back, key included, with 'az keyvault recover --name ${name}' and run this again, or choose another --name.`,
    );
  }
  const answer = await az(['keyvault', 'check-name', '--name', name]);
  if (at(answer, 'nameAvailable') === false) throw taken(`Key Vault ${name}`);
}

function taken(what: string): DeployProblem {
  return new DeployProblem(`The name of the ${what} is taken by somebody else.`, 'Choose another --name.');
}
