/** What only a real storage account can show: that it refuses to overwrite and delete, and whom it lets in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzFailure } from '../deploy/az.ts';
import { at, listAt, textAt } from '../deploy/json.ts';
import { policiesOf } from '../deploy/policies.ts';
import type { Site } from './site.ts';
import { failed, notShown, type Outcome, ok } from './verdict.ts';

const REFUSED = /BlobImmutableDueToPolicy|immutable due to a policy/i;
const NO_RIGHT = /AuthorizationPermissionMismatch|AuthorizationFailure|do not have the required permissions/i;
const GIVE_RIGHT =
  'give yourself the role Storage Blob Data Contributor on the account for this check, and take it back afterwards';

export async function policies({ az, resourceGroup, account }: Site): Promise<Outcome> {
  const found = await policiesOf(az, resourceGroup, account);
  const said = found.map(({ container, days, state }) => `${container} ${days} days ${state}`).join(', ');
  const isWhole = found.some(({ container }) => container === 'ledger') && found.length > 1;
  return isWhole && found.every(({ state }) => state !== 'none') ? ok(said) : failed(`${said}: 'npm run deploy' again`);
}

/** Puts the bytes that a blob has already over it: if that is not refused, nothing has changed. */
export async function overwriting(site: Site): Promise<Outcome> {
  const blob = await anyBlob(site);
  if (blob === undefined) return notShown('the ledger is empty: wait for the first run');
  const folder = mkdtempSync(join(tmpdir(), 'acceptance-'));
  const file = join(folder, 'blob');
  const place = placeOf(site, blob);
  try {
    await site.az(['storage', 'blob', 'download', ...place, '--file', file]);
    return await refusal(
      site,
      ['storage', 'blob', 'upload', ...place, '--file', file, '--overwrite', 'true'],
      async () => {},
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Deletes a blob of the ledger; if that is not refused it is brought back at once from soft delete. */
export async function deleting(site: Site): Promise<Outcome> {
  const blob = await anyBlob(site);
  if (blob === undefined) return notShown('the ledger is empty: wait for the first run');
  const place = placeOf(site, blob);
  const days = at(await serviceProperties(site), 'deleteRetentionPolicy', 'days');
  // Without soft delete a failure of this check could not be undone.
  if (typeof days !== 'number' || days < 1) return failed("soft delete is off; 'npm run deploy' turns it on");
  return refusal(site, ['storage', 'blob', 'delete', ...place], async () => {
    await site.az(['storage', 'blob', 'undelete', ...place]);
  });
}

export async function closedToStrangers({ az, resourceGroup, account }: Site): Promise<Outcome> {
  const properties = await az(['storage', 'account', 'show', '--name', account, '--resource-group', resourceGroup]);
  const wanted = { allowBlobPublicAccess: false, allowSharedKeyAccess: false, minimumTlsVersion: 'TLS1_2' };
  const wrong = Object.entries(wanted).filter(([name, value]) => at(properties, name) !== value);
  if (wrong.length > 0)
    return failed(`${wrong.map(([name]) => name).join(', ')} not as deployed: 'npm run deploy' again`);
  const blobs = textAt(properties, 'primaryEndpoints', 'blob');
  const answer = await fetch(`${blobs}ledger?restype=container&comp=list`, { redirect: 'manual' }).catch(
    () => undefined,
  );
  const said = answer === undefined ? 'cannot be reached' : `answers ${answer.status}`;
  return answer?.ok
    ? failed('the ledger can be listed without a token')
    : ok(`no keys, no public access; to a stranger it ${said}`);
}

async function refusal(site: Site, command: readonly string[], undo: () => Promise<void>): Promise<Outcome> {
  try {
    await site.az(command);
  } catch (error) {
    if (!(error instanceof AzFailure)) throw error;
    if (REFUSED.test(error.message)) return ok('refused by the immutability policy');
    if (NO_RIGHT.test(error.message)) return notShown(`you may not try: ${GIVE_RIGHT}`);
    throw error;
  }
  await undo();
  return failed("it was NOT refused: see 'npm run lock-immutability' for what protects which container");
}

async function anyBlob({ az, account }: Site): Promise<string | undefined> {
  const list = ['storage', 'blob', 'list', '--account-name', account, '--container-name', 'ledger'];
  const [blob] = listAt(await az([...list, '--num-results', '1', '--auth-mode', 'login']));
  return blob === undefined ? undefined : textAt(blob, 'name');
}

function serviceProperties({ az, resourceGroup, account }: Site): Promise<unknown> {
  const place = ['--account-name', account, '--resource-group', resourceGroup];
  return az(['storage', 'account', 'blob-service-properties', 'show', ...place]);
}

function placeOf({ account }: Site, blob: string): string[] {
  return ['--account-name', account, '--container-name', 'ledger', '--name', blob, '--auth-mode', 'login'];
}
