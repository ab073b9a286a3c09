/** What only a real app can show: the platform's sign-in before it, and who gets in. */
import { ask, type Site, signedIn } from './site.ts';
import { failed, notShown, type Outcome, ok } from './verdict.ts';

/** What a forger would send, and what the platform itself would drop or replace. */
const FORGED = Buffer.from(
  JSON.stringify({
    auth_typ: 'aad',
    claims: [{ typ: 'roles', val: 'Archive.Admin' }],
    name_typ: 'name',
    role_typ: 'roles',
  }),
).toString('base64');

export async function strangers(site: Site): Promise<Outcome> {
  const health = await ask(site, '/api/health');
  const status = await ask(site, '/api/status');
  if (!health.ok) return failed(`/api/health answers ${health.status}: 'npm run deploy' again`);
  return status.status === 401
    ? ok('401 without a token, health open')
    : failed(`/api/status answers ${status.status}`);
}

export async function forgedPrincipal(site: Site): Promise<Outcome> {
  const { status } = await ask(site, '/api/status', {
    'x-ms-client-principal': FORGED,
    'x-ms-client-principal-id': 'x',
  });
  return status === 401 ? ok('401 with a forged X-MS-CLIENT-PRINCIPAL') : failed(`it answers ${status}`);
}

export async function signInPage(site: Site): Promise<Outcome> {
  const answer = await ask(site, '/.auth/login/aad');
  const target = answer.headers.get('location') ?? '';
  const leads = answer.status === 302 && URL.parse(target)?.hostname.startsWith('login.');
  return leads ? ok(`leads to ${new URL(target).hostname}`) : failed(`it answers ${answer.status}: is EasyAuth on?`);
}

export async function ownToken(site: Site): Promise<Outcome> {
  const answer = await ask(site, '/api/status', await signedIn(site));
  if (answer.ok) return ok('your token is taken');
  if (answer.status === 403) return notShown('you have no role: give yourself Archive.Read and sign in anew');
  return failed(`it answers ${answer.status} to your token`);
}
