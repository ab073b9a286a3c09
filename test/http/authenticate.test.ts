/** Where tokens come from, what a page of another origin can do with one, and what happens when none can be checked. */
import type { IncomingMessage } from 'node:http';
import { HttpRequest } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deps } from '../../shared/deps.ts';
import { type Authenticate, createAuthenticate } from '../../shared/http/authenticate.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { accessWorld } from '../support/accessWorld.ts';
import { asking, TARGETS, type Target } from '../support/routeRequests.ts';
import { claimsOf, OID, type SignInService, sign, startSignIn } from '../support/tokens.ts';

const SESSION = 'x-ms-token-aad-access-token';
const OWN = { 'x-requested-with': 'entra-log-archive' };
const HOLDS: Target = { route: ROUTES.holds, method: 'POST', url: '/api/holds' };

let service: SignInService;
let deps: Deps;
let authenticate: Authenticate;
let ask: ReturnType<typeof asking>;
let token: string;

beforeAll(async () => {
  service = await startSignIn();
  deps = accessWorld({ settings: service.settings }).instance();
  authenticate = createAuthenticate(deps);
  ask = asking(deps, { authenticate });
  token = await sign(claimsOf(service.issuer, deps.clock.now()));
});
afterAll(() => service[Symbol.asyncDispose]());

const requestWith = (headers: Record<string, string>) =>
  new HttpRequest({ method: 'GET', url: 'https://archive.example/api/logs', headers });

describe('a token', () => {
  it.each([
    ['Authorization', () => ({ authorization: `Bearer ${token}` }), false],
    ['Authorization, the scheme in small letters', () => ({ authorization: `bearer ${token}` }), false],
    ["a browser's session", () => ({ [SESSION]: token }), true],
    ['both, the same', () => ({ authorization: `Bearer ${token}`, [SESSION]: token }), false],
  ])('is taken from %s', async (_, headers, cookie) => {
    expect(await authenticate(requestWith(headers()), undefined)).toMatchObject({ oid: OID, cookie });
  });

  it('is refused where Authorization was sent twice, of which Node shows one', async () => {
    const twice = (...rawHeaders: string[]) =>
      authenticate(requestWith({ authorization: `Bearer ${token}` }), { rawHeaders } as IncomingMessage);
    await expect(twice('authorization', 'Bearer x', 'Authorization', 'Bearer y')).rejects.toMatchObject({
      status: 401,
    });
    expect(await twice('Host', 'authorization', 'Authorization', 'Bearer x')).toMatchObject({ oid: OID });
  });
});

describe('what changes something', () => {
  it.each<[string, Record<string, string>, number]>([
    ['from our own page', { ...OWN, 'sec-fetch-site': 'same-origin' }, 200],
    ['from our own page in a browser that says only Origin', { ...OWN, origin: 'https://archive.example' }, 200],
    ['from another origin', { ...OWN, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    [
      'from another origin that says it is ours',
      { ...OWN, 'sec-fetch-site': 'cross-site', origin: 'https://archive.example' },
      403,
    ],
    ['from another origin in a browser that says only Origin', { ...OWN, origin: 'https://evil.example' }, 403],
    ['from another app of the same site', { ...OWN, 'sec-fetch-site': 'same-site' }, 403],
    ['from the same host without encryption', { ...OWN, origin: 'http://archive.example' }, 403],
    ['from a frame without an origin', { ...OWN, origin: 'null' }, 403],
    ['typed into the address bar', { ...OWN, 'sec-fetch-site': 'none' }, 403],
    ['from nowhere', OWN, 403],
    ['from a form of our own page', { 'sec-fetch-site': 'same-origin', origin: 'https://archive.example' }, 403],
    ['with another header', { 'x-requested-with': 'XMLHttpRequest', 'sec-fetch-site': 'same-origin' }, 403],
  ])('with a session, %s', async (_, headers, status) => {
    const unsafe = TARGETS.filter(({ method }) => method !== 'GET' && method !== 'HEAD');
    expect(new Set(unsafe.map(({ method }) => method))).toEqual(new Set(['POST', 'DELETE']));
    for (const target of unsafe) {
      const answer = await ask(target, { ...headers, [SESSION]: token });
      expect([target.url, answer.status, answer.problem.title]).toEqual([
        target.url,
        status,
        status === 200 ? undefined : 'Not from this page',
      ]);
      // Who has the token in hand is no browser that somebody leads.
      expect((await ask(target, { ...headers, authorization: `Bearer ${token}` })).status).toBe(200);
    }
  });

  it('is all that is asked where it comes from', async () => {
    const cross = { [SESSION]: token, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    for (const target of TARGETS.filter(({ method }) => method === 'GET' || method === 'HEAD')) {
      expect((await ask(target, cross)).status).toBe(200);
    }
    expect((await ask(HOLDS, cross)).status).toBe(403);
  });
});

describe('while the keys cannot be had', () => {
  it('everything is a 503 that says when to try again, is logged, and names no token', async () => {
    const gone = await startSignIn();
    await gone[Symbol.asyncDispose]();
    const logged: unknown[] = [];
    const world = accessWorld({ settings: gone.settings });
    const own: Deps = { ...world.instance(), log: (...line) => void logged.push(line) };
    const askGone = asking(own, { authenticate: createAuthenticate(own) });
    const headers = { authorization: `Bearer ${await sign(claimsOf(gone.issuer, own.clock.now()))}` };
    for (const target of TARGETS.filter(({ route }) => route.access !== 'public')) {
      const answer = await askGone(target, headers);
      expect([target.url, answer.status, answer.headers['retry-after']]).toEqual([target.url, 503, '10']);
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    }
    expect(logged[0]).toEqual([
      'error',
      expect.stringMatching(/^a token could not be checked, the keys of http.*ECONNREFUSED.*Check AUTH_ISSUER/),
      { kind: 'KeysUnreachable' },
    ]);
    expect(JSON.stringify(logged)).not.toContain(headers.authorization.slice(20, 60));
    // Without a token there is nothing to check.
    expect((await askGone(HOLDS, {})).status).toBe(401);
  });
});
