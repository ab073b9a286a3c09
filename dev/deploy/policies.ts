/** The archive's storage account and the immutability policies of its containers, as they are in Azure. Reads only. */
import type { Az } from './az.ts';
import { at, listAt, textAt } from './json.ts';

export interface Policy {
  readonly container: string;
  /** Days from the creation of a blob in which nobody can change or delete it; 0 where there is no policy. */
  readonly days: number;
  readonly state: 'Locked' | 'Unlocked' | 'none';
  /** What a lock has to name, so that it locks what was looked at. */
  readonly etag: string;
}

/**
 * Names of the archive accounts in a resource group. infra/main.bicep names them `st<name, 8 at most>a<13 characters>`.
 * @param app only that of the app of this name.
 */
export async function archiveAccounts(az: Az, resourceGroup: string, app?: string): Promise<string[]> {
  const short = app === undefined ? '[a-z0-9]{1,8}' : app.replaceAll('-', '').slice(0, 8);
  const name = new RegExp(`^st${short}a[a-z0-9]{13}$`);
  const accounts = listAt(await az(['storage', 'account', 'list', '--resource-group', resourceGroup]));
  return accounts.map((account) => textAt(account, 'name')).filter((found) => name.test(found));
}

/** The policies of the immutable containers of an account, by name. Others, such as `work`, are left out. */
export async function policiesOf(az: Az, resourceGroup: string, account: string): Promise<Policy[]> {
  const place = ['--account-name', account, '--resource-group', resourceGroup];
  const listed = listAt(
    await az(['storage', 'container-rm', 'list', '--storage-account', account, '--resource-group', resourceGroup]),
  );
  const names = listed
    .map((container) => textAt(container, 'name'))
    .filter((name) => /^(ledger|archive-\d+d)$/.test(name));
  const policies: Policy[] = [];
  for (const container of names.sort()) {
    const show = ['storage', 'container', 'immutability-policy', 'show', '--container-name', container];
    const policy = await az([...show, ...place]);
    const days = Number(at(policy, 'immutabilityPeriodSinceCreationInDays') ?? 0);
    const state = days === 0 ? 'none' : at(policy, 'state') === 'Locked' ? 'Locked' : 'Unlocked';
    policies.push({ container, days, state, etag: String(at(policy, 'etag') ?? '') });
  }
  return policies;
}
