/** The loopback token issuer, as the app's own check of tokens sees it. */
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIENCE, LIFETIME } from '../../../dev/tokenIssuer/claims.ts';
import { startTokenIssuer, type TokenIssuer } from '../../../dev/tokenIssuer/issuer.ts';
import { ROLES } from '../../../shared/access/caller.ts';
import { createKeySource, type KeySource, keysUrl } from '../../../shared/access/keys.ts';
import { verifyToken } from '../../../shared/access/token.ts';
import { systemClock } from '../../../shared/clock.ts';
import { ConfigError, readConfig } from '../../../shared/config.ts';

const TENANT = '2f6b9a3e-0d2c-4b55-9c1f-6a1d3e7b8c90';
const OID = '9c3b2a90-d1e4-4f78-8e20-0f8a6c2e2f10';
/** Not the machine's time: tokens go by the clock that is handed in. */
const NOW = Date.parse('2031-05-01T12:00:00Z');

let issuer: TokenIssuer;
let url: string;
let keys: KeySource;
beforeAll(async () => {
  issuer = await startTokenIssuer({ tenantId: TENANT, clock: { now: () => NOW } });
  url = String(issuer.settings.AUTH_ISSUER);
  keys = createKeySource(url, systemClock);
});
afterAll(() => issuer.close());

const verify = (token: string, now = NOW) =>
  verifyToken(token, { issuer: url, audience: AUDIENCE, tenantId: TENANT }, keys, now);
const ask = (path: string) => fetch(`${new URL(url).origin}/${TENANT}${path}`);
const tokenFor = async (query: string) => (await (await ask(`/token?${query}`)).text()).trim();
const partOf = (token: string, n: number) =>
  JSON.parse(Buffer.from(String(token.split('.')[n]), 'base64url').toString());

describe('the token issuer', () => {
  it.each(['user', 'app'])(
    'gives the access token of a %s that the app believes, with the roles asked for',
    async (kind) => {
      const token = await tokenFor(`roles=Archive.Read,Archive.Verify&oid=${OID}&kind=${kind}`);
      expect(await verify(token)).toMatchObject({ oid: OID, roles: ['Archive.Read', 'Archive.Verify'] });
    },
  );

  it('gives id tokens too, which the app does not believe', async () => {
    await expect(verify(await tokenFor('roles=Archive.Read&kind=id'))).rejects.toThrow('it lacks the claim azp');
    const token = await issuer.sign('id', { oid: OID, roles: ['Archive.Read'] });
    expect(partOf(token, 1)).toHaveProperty('nonce');
  });

  it('says of a token what Entra says', async () => {
    const token = await tokenFor('roles=Archive.Read');
    expect(partOf(token, 0)).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
    const guid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(partOf(token, 1)).toEqual({
      iss: url,
      aud: AUDIENCE,
      iat: NOW / 1000,
      nbf: NOW / 1000,
      exp: NOW / 1000 + LIFETIME,
      tid: TENANT,
      ver: '2.0',
      oid: guid,
      sub: expect.any(String),
      azp: guid,
      scp: 'user_impersonation',
      roles: ['Archive.Read'],
    });
    expect(partOf(await tokenFor(''), 1)).not.toHaveProperty('roles');
  });

  it('goes by the clock that it is given', async () => {
    const token = await tokenFor('roles=Archive.Read');
    await expect(verify(token, NOW + (LIFETIME + 61) * 1000)).rejects.toThrow('it has expired');
    await expect(verify(token, NOW - 61_000)).rejects.toThrow('it is not valid yet');
  });

  it('keeps its keys where the app looks for them, and says so', async () => {
    const told = (await (await ask('/v2.0/.well-known/openid-configuration')).json()) as Record<string, unknown>;
    expect(told).toMatchObject({ issuer: url, jwks_uri: keysUrl(url).href });
    const set = (await (await fetch(keysUrl(url))).json()) as { keys: Record<string, unknown>[] };
    // Nothing of the private key.
    expect(set.keys.map((key) => Object.keys(key).toSorted())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  });

  it('tells where to get a token with roles', async () => {
    const token = await (await fetch(issuer.tokenUrl(...ROLES))).text();
    expect(await verify(token.trim())).toMatchObject({ roles: ROLES });
  });

  it.each([
    ['roles=Archive.Reed', /^'Archive.Reed' is not a role; there are Archive.Read,/],
    ['role=Archive.Read', /^'role' is not a parameter/],
    ['oid=me', /^oid wants a GUID/],
    ['kind=toString', /^kind wants one of user, app, id/],
  ])('refuses %s in a line', async (query, line) => {
    const answer = await ask(`/token?${query}`);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(line)]);
  });

  it.each([
    ['GET', `/${OID}/token`, 404],
    ['GET', '/', 404],
    ['POST', `/${TENANT}/token`, 405],
  ])('has nothing at %s %s', async (method, path, status) => {
    expect((await fetch(new URL(path, url), { method })).status).toBe(status);
  });

  it('answers nobody who calls it by a name that is not this machine', async () => {
    const status = await new Promise((resolve) => {
      get(issuer.tokenUrl('Archive.Read'), { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
    });
    expect(status).toBe(421);
  });

  it('is an issuer that the app takes on a machine, and refuses in Azure', () => {
    const env = { TENANT_ID: TENANT, ArchiveStorage: 'UseDevelopmentStorage=true', ...issuer.settings };
    expect(readConfig(env)).toMatchObject({ authMode: 'entra', authIssuer: url, authAudience: AUDIENCE });
    expect(() => readConfig({ ...env, WEBSITE_INSTANCE_ID: 'an-instance' })).toThrow(ConfigError);
    expect(() => readConfig({ ...env, WEBSITE_INSTANCE_ID: 'an-instance' })).toThrow(/AUTH_ISSUER is on this machine/);
  });
});
