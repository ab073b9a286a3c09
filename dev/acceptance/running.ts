/** What only a running deployment can show: pulls, signatures with the vault's key, log lines that arrive, least rights. */
import { createPublicKey } from 'node:crypto';
import { AFTER_RUN } from '../../shared/runReport.ts';
import { at, listAt, textAt } from '../deploy/json.ts';
import { ask, type Site, signedIn } from './site.ts';
import { failed, notShown, type Outcome, ok } from './verdict.ts';

/** Two runs of the pull timers and their settling time, with room. */
const FRESH_SECONDS = 2 * 3600;

export async function pulls(site: Site): Promise<Outcome> {
  const answer = await ask(site, '/api/status', await signedIn(site));
  if (!answer.ok) return notShown(`/api/status answers ${answer.status} to your token`);
  const logTypes = listAt(await answer.json(), 'logTypes');
  const begun = logTypes.filter((row) => at(row, 'watermark') !== null);
  const late = logTypes.filter((row) => Number(at(row, 'lagSeconds') ?? Number.POSITIVE_INFINITY) > FRESH_SECONDS);
  if (begun.length === 0) return notShown('nothing was read yet: the first run begins within 15 minutes');
  const names = late.map((row) => textAt(row, 'logType')).join(', ');
  return late.length === 0
    ? ok(`${begun.length} log types are up to date; creating blobs is all that takes`)
    : notShown(`${begun.length} log types are read, still behind: ${names}`);
}

/** The key that the archive says it signs with is the vault's. */
export async function vaultSigns(site: Site): Promise<Outcome> {
  const answer = await ask(site, '/api/integrity/keys', await signedIn(site));
  if (answer.status === 403) return notShown('you have no role: give yourself Archive.Verify and sign in anew');
  if (!answer.ok) return failed(`/api/integrity/keys answers ${answer.status}`);
  const told = listAt(await answer.json(), 'ledgers').flatMap((ledger) => listAt(ledger, 'keys'));
  if (told.length === 0) return notShown('nothing was signed yet: the first checkpoint comes within an hour');
  const { key } = (await site.az(['keyvault', 'key', 'show', '--id', site.signingKeyId])) as {
    key: Record<string, string>;
  };
  const jwk = { kty: 'EC', crv: 'P-256', x: urlSafe(key.x), y: urlSafe(key.y) };
  const spki = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' }).toString('base64');
  return told.some((entry) => at(entry, 'spki') === spki)
    ? ok('checkpoints are signed with the key in the vault')
    : failed('the key that signs is not the one in the vault: look at SIGNING_KEY');
}

/** Lines of the app that arrived, and those of them that the alerts read: each alert begins with these two lines. */
const ARRIVED = `AppTraces
| where TimeGenerated > ago(2h) and Message has '${AFTER_RUN}'
| extend isRead = Message startswith '{"message":'
| extend line = parse_json(Message)
| summarize arrived = count(), read = countif(isRead and line.message == '${AFTER_RUN}')`;

export async function logsArrive({ az, workspace }: Site): Promise<Outcome> {
  const ask = ['monitor', 'log-analytics', 'query', '--workspace', workspace, '--analytics-query', ARRIVED];
  const [row] = listAt(await az(ask));
  const [arrived, read] = [Number(at(row, 'arrived') ?? 0), Number(at(row, 'read') ?? 0)];
  if (read > 0) return ok(`the alerts read ${read} lines of two hours`);
  return arrived > 0
    ? failed(`${arrived} lines arrived, and none as the app writes it: alerts are blind. See what stands before '{'`)
    : failed(
        "no line arrived in two hours: alerts are blind. Look at 'Host.Function.Console' in host.json and at the log stream",
      );
}

/** No right of the app's identity lets it delete where the archive is. */
export async function appCannotDelete({ az, appPrincipalId, account, resourceGroup }: Site): Promise<Outcome> {
  const list = ['role', 'assignment', 'list', '--assignee', appPrincipalId, '--all'];
  const there = listAt(await az(list)).filter((assignment) =>
    textAt(assignment, 'scope').includes(
      `/resourceGroups/${resourceGroup}/providers/Microsoft.Storage/storageAccounts/${account}/`,
    ),
  );
  const immutable = there.filter((assignment) =>
    /\/containers\/(ledger|archive-\d+d)$/.test(textAt(assignment, 'scope')),
  );
  if (immutable.length === 0) return failed('the app has no role on the containers: it cannot write either');
  const ids = [...new Set(immutable.map((assignment) => textAt(assignment, 'roleDefinitionId')))];
  const rights: string[] = [];
  for (const id of ids) {
    const name = id.slice(id.lastIndexOf('/') + 1);
    const [role] = listAt(await az(['role', 'definition', 'list', '--name', name]));
    rights.push(...listAt(role, 'permissions').flatMap((permission) => listAt(permission, 'dataActions') as string[]));
  }
  const deletes = rights.filter((right) => /delete|\*$|\/write$/.test(right));
  return deletes.length === 0
    ? ok(`the app may only ${rights.map((right) => right.replace(/^.*blobs\//, '')).join(' and ')}`)
    : failed(`the app may ${deletes.join(', ')}: is grantBlobWrite set?`);
}

function urlSafe(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('base64url');
}
