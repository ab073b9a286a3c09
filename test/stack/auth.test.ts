/**
 * Sign-in through the real host, with the issuer and the imitation of EasyAuth of `npm start -- --auth`: who may do what,
 * what nobody can bring about from outside, and that the access log tells of every request with a valid token once.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request as sendRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../shared/access/caller.ts';
import { MOST_URL } from '../../shared/http/limits.ts';
import { type SignedIn, startSignedIn } from '../support/signedIn.ts';
import { fire, pause, runningTimers, runTimers, type Stack, startStack } from '../support/stack.ts';

const AUDITS = 'directoryAudits';
const HOUR_MS = 3_600_000;
const OID = '9c3b2a90-d1e4-4f78-8e20-0f8a6c2e2f10';
const SESSION = 'x-ms-token-aad-access-token';
const OWN_PAGE = { 'x-requested-with': 'entra-log-archive', 'sec-fetch-site': 'same-origin' };

let stack: Stack;
let archive: SignedIn;
beforeAll(async () => {
  stack = await startStack({ days: 1, perDay: 2000, settings: { LOG_TYPES: AUDITS } });
  archive = await startSignedIn(stack);
  await runTimers(archive.host);
}, 300_000);
afterAll(async () => {
  await archive.close();
  await stack.close();
});

/** What a request was answered; `oid` where its record must name somebody. */
interface Seen {
  readonly purpose: string;
  readonly oid: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly sha256: string;
}

const seen: Seen[] = [];
let asked = 0;

interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: object;
  /** Another server than the sign-in. */
  readonly origin?: string;
}

/** One request, its purpose a number of its own. @param oid of whoever must be on record; none for nobody. */
async function ask(oid: string | undefined, path: string, { method = 'GET', headers, body, origin }: Asking = {}) {
  asked += 1;
  const purpose = `request ${asked}`;
  const json = body && { 'content-type': 'application/json' };
  const request = sendRequest(`${origin ?? archive.url}${path}`, {
    method,
    agent: false,
    headers: { 'x-purpose': encodeURIComponent(purpose), ...json, ...headers } as OutgoingHttpHeaders,
  });
  request.end(body && JSON.stringify(body));
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const bytes = Buffer.concat((await answer.toArray()) as Buffer[]);
  const status = answer.statusCode ?? 0;
  seen.push({ purpose, oid, method, status, sha256: createHash('sha256').update(bytes).digest('hex') });
  const isJson = /^application\/(?:problem\+)?json/.test(answer.headers['content-type'] ?? '');
  const document = isJson ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {};
  return { status, headers: answer.headers, bytes, document };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** As the printed commands get one. */
const tokenFor = async (...roles: Role[]) =>
  (await (await fetch(`${archive.issuer.tokenUrl(...roles)}&oid=${OID}`)).text()).trim();
const meOf = async (session: { cookie: string }) => {
  const answer = await fetch(`${archive.url}/.auth/me`, { headers: session });
  const [me] = (await answer.json()) as { id_token: string; user_claims: { typ: string; val: string }[] }[];
  const oid = me?.user_claims.find(({ typ }) => typ.endsWith('/objectidentifier'))?.val;
  return { idToken: String(me?.id_token), oid: String(oid) };
};

const wholeDay = () => {
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 13);
  return { from: `${at(stack.now - 12 * HOUR_MS)}:00:00Z`, to: `${at(stack.now - 2 * HOUR_MS)}:00:00Z` };
};

describe('whoever asks', () => {
  it('without a token is told to sign in, by a problem document', async () => {
    const { status, headers, document } = await ask(undefined, '/api/status');
    expect([status, headers['content-type'], headers['www-authenticate']]).toEqual([
      401,
      'application/problem+json',
      'Bearer realm="entra-log-archive"',
    ]);
    expect(document).toMatchObject({ title: 'Sign-in needed', status: 401 });
  });

  it('without a role is told which one to ask for, and with it is answered', async () => {
    const refused = await ask(OID, '/api/status', { headers: bearer(await tokenFor()) });
    expect([refused.status, refused.document.role]).toEqual([403, 'Archive.Read']);
    const other = await ask(OID, '/api/status', { headers: bearer(await tokenFor('Archive.Verify')) });
    expect([other.status, other.document.role]).toEqual([403, 'Archive.Read']);
    const answered = await ask(OID, '/api/status', { headers: bearer(await tokenFor('Archive.Read')) });
    expect(answered.document).toMatchObject({
      logTypes: expect.arrayContaining([expect.objectContaining({ logType: AUDITS })]),
    });
  });

  it('as an app is answered like a user', async () => {
    const token = await archive.issuer.sign('app', { oid: OID, roles: ['Archive.Read'] });
    expect((await ask(OID, '/api/logs', { headers: bearer(token) })).status).toBe(200);
  });

  it('with an id token is refused, in Authorization and in the place of the session', async () => {
    const session = await archive.signIn('ida@contoso.example', ...ROLES);
    const { idToken } = await meOf(session);
    for (const origin of [archive.url, archive.host.url]) {
      const { status, document } = await ask(undefined, '/api/status', { headers: bearer(idToken), origin });
      expect([status, document.title]).toEqual([401, 'Token not valid']);
    }
    const past = await ask(undefined, '/api/status', { headers: { [SESSION]: idToken }, origin: archive.host.url });
    expect(past.status).toBe(401);
  });

  it('with two Authorization headers is refused, at the sign-in and behind it, whatever they say', async () => {
    const { authorization } = bearer(await tokenFor(...ROLES));
    for (const origin of [archive.url, archive.host.url]) {
      for (const other of [authorization, 'Bearer x', 'Basic eDp4']) {
        const headers = { authorization: [authorization, other] };
        expect((await ask(undefined, '/api/status', { headers, origin })).status).toBe(401);
      }
    }
  });

  it('of what is open leaves no record', async () => {
    const headers = bearer(await tokenFor('Archive.Read'));
    for (const path of ['/', '/api/health', '/api/openapi.json']) {
      const answer = await fetch(archive.url + path, { headers });
      expect([path, answer.status]).toEqual([path, 200]);
      await answer.bytes();
    }
  });

  it('for too much is refused on record', async () => {
    const headers = bearer(await tokenFor('Archive.Read'));
    const { status } = await ask(OID, `/api/logs?${'x'.repeat(MOST_URL)}`, { headers });
    expect(status).toBe(414);
  });

  it('with hundreds at once is answered or told when to come back, each on record, and then is answered again', async () => {
    const headers = bearer(await tokenFor('Archive.Read'));
    const all = await Promise.all(Array.from({ length: 300 }, () => ask(OID, '/api/status', { headers })));
    const waiting = all.filter(({ status }) => status === 429);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(waiting.map(({ headers }) => Number(headers['retry-after']) > 0)).toEqual(waiting.map(() => true));
    expect((await ask(OID, '/api/status', { headers })).status).toBe(200);
  });

  it('for a file gets it whole, and finds out that he got it', async () => {
    const range = new URLSearchParams(wholeDay());
    const headers = bearer(await tokenFor('Archive.Export'));
    const file = await ask(OID, `/api/logs/${AUDITS}?${range}`, { headers });
    expect(file.status).toBe(200);
    const sha256 = seen.at(-1)?.sha256;
    const purpose = seen.at(-1)?.purpose;
    const lines = file.bytes.toString().split('\n').length - 1;
    expect(lines).toBeGreaterThan(10);
    const { document } = await ask(OID, `/api/exports/${sha256}`, { headers });
    expect(document.exports).toMatchObject([
      { oid: OID, outcome: 'complete', bytes: file.bytes.length, records: lines, purpose },
    ]);
  });
});

describe('what comes from outside', () => {
  const principal = Buffer.from(
    JSON.stringify({ auth_typ: 'aad', claims: ROLES.map((val) => ({ typ: 'roles', val })), role_typ: 'roles' }),
  ).toString('base64');
  const forged = (token: string) => ({
    [SESSION]: token,
    'x-ms-client-principal': principal,
    'x-ms-client-principal-id': OID,
    'x-ms-client-principal-name': 'anna@contoso.example',
    'x-ms-client-principal-idp': 'aad',
  });

  it('in the headers of the platform changes nothing, not even a valid token', async () => {
    for (const token of ['nonsense', await tokenFor(...ROLES)]) {
      expect((await ask(undefined, '/api/status', { headers: forged(token) })).document.title).toBe('Sign-in needed');
    }
    const session = await archive.signIn('without.a.role@contoso.example');
    const { oid } = await meOf(session);
    const headers = { ...forged(await tokenFor(...ROLES)), ...session };
    expect((await ask(oid, '/api/status', { headers })).document).toMatchObject({ title: 'Role needed' });
  });

  it('says who asks to nobody behind the sign-in either', async () => {
    const { [SESSION]: _token, ...headers } = forged('');
    expect((await ask(undefined, '/api/status', { headers, origin: archive.host.url })).status).toBe(401);
    const withToken = { ...headers, ...bearer(await tokenFor()) };
    expect((await ask(OID, '/api/status', { headers: withToken, origin: archive.host.url })).status).toBe(403);
  });

  it('with the cookie of a session cannot change anything but from the page', async () => {
    const session = await archive.signIn('admin@contoso.example', ...ROLES);
    const { oid } = await meOf(session);
    const body = { logType: AUDITS, ...wholeDay() };
    const post = (headers: Record<string, string>) =>
      ask(oid, '/api/sweeps', { method: 'POST', body, headers: { ...session, ...headers } });
    const { 'sec-fetch-site': _own, ...header } = OWN_PAGE;
    const elsewhere: Record<string, string>[] = [
      // Another port of this machine is the same site: the browser sends the cookie along.
      { ...header, 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' },
      { ...header, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { ...header, origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'same-origin', origin: archive.url },
      {},
    ];
    for (const headers of elsewhere) {
      expect((await post(headers)).document).toMatchObject({ status: 403, title: 'Not from this page' });
    }
    const accepted = [await post(OWN_PAGE), await post({ ...header, origin: archive.url })];
    expect(accepted.map(({ status }) => status)).toEqual([202, 202]);
    const place = String(accepted[0]?.headers.location);
    expect((await ask(oid, place, { headers: session })).document).toMatchObject({ state: 'waiting', ...body });
  });
});

describe('a session', () => {
  it('whose token has expired is renewed', async () => {
    const session = await archive.before(2 * HOUR_MS, () => archive.signIn('late@contoso.example', 'Archive.Read'));
    const { oid } = await meOf(session);
    const expired = await ask(undefined, '/api/status', { headers: session });
    expect([expired.status, String(expired.document.detail)]).toEqual([401, expect.stringContaining('it has expired')]);
    expect((await fetch(`${archive.url}/.auth/refresh`, { headers: session })).status).toBe(200);
    expect((await ask(oid, '/api/status', { headers: session })).status).toBe(200);
  });

  it('that has ended is begun anew, unless it is too long ago', async () => {
    const session = await archive.before(9 * HOUR_MS, () => archive.signIn('later@contoso.example', 'Archive.Read'));
    expect((await ask(undefined, '/api/status', { headers: session })).document.title).toBe('Sign-in needed');
    expect((await fetch(`${archive.url}/.auth/refresh`, { headers: session })).status).toBe(200);
    const { oid } = await meOf(session);
    expect((await ask(oid, '/api/status', { headers: session })).status).toBe(200);
    const old = await archive.before(81 * HOUR_MS, () => archive.signIn('old@contoso.example', 'Archive.Read'));
    expect((await fetch(`${archive.url}/.auth/refresh`, { headers: old })).status).toBe(401);
  });

  it('that was signed out of opens nothing any more', async () => {
    const session = await archive.signIn('leaving@contoso.example', 'Archive.Read');
    const { oid } = await meOf(session);
    expect((await ask(oid, '/api/status', { headers: session })).status).toBe(200);
    await fetch(`${archive.url}/.auth/logout`, { headers: session, redirect: 'manual' });
    expect((await ask(undefined, '/api/status', { headers: session })).status).toBe(401);
  });
});

describe('the access log', () => {
  it('tells of each of these requests once, and counts those without a valid token', async () => {
    // In good order: what was counted is stored then.
    await archive.host.stop('SIGTERM');
    await archive.close();
    await stack.pass(HOUR_MS);
    archive = await startSignedIn(stack);
    await fire(archive.host, 'pull-access');
    while ((await runningTimers(archive.host)).includes('pull-access')) await pause(50);
    const headers = bearer(await archive.issuer.sign('user', { oid: OID, roles: ['Archive.Verify'] }));
    const answer = await fetch(`${archive.url}/api/logs/archiveAccess?from=2020-01-01&to=2100-01-01`, { headers });
    const records = (await answer.text())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const requests = records.filter(({ kind }) => kind === 'request');
    const onRecord = requests.map(({ purpose, oid, method, status, sha256 }) => ({
      purpose,
      oid,
      method,
      status,
      sha256,
    }));
    const byPurpose = (a: { purpose?: unknown }, b: { purpose?: unknown }) =>
      String(a.purpose).localeCompare(String(b.purpose));
    expect(onRecord.toSorted(byPurpose)).toEqual(seen.filter(({ oid }) => oid !== undefined).toSorted(byPurpose));
    expect(requests.map(({ outcome }) => outcome)).toEqual(requests.map(() => 'complete'));
    const counted = records.reduce((sum, { withoutToken = 0 }) => sum + Number(withoutToken), 0);
    expect(counted).toBe(seen.filter(({ oid }) => oid === undefined).length);
    expect(seen.length).toBeGreaterThan(25);
  });
});
