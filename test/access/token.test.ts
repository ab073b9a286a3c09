/** Which tokens are valid, and what they say. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeySource, type KeySource, KeysUnreachable, keysUrl } from '../../shared/access/keys.ts';
import { BadToken, verifyToken } from '../../shared/access/token.ts';
import { systemClock } from '../../shared/clock.ts';
import { TENANT_ID } from '../support/flowHarness.ts';
import {
  AUDIENCE,
  CLIENT_APP,
  claimsOf,
  forge,
  KID,
  OID,
  type SignInService,
  sign,
  startSignIn,
} from '../support/tokens.ts';

const NOW = Date.parse('2026-11-20T12:20:00Z');
const SECONDS = NOW / 1000;
const HEADER = { alg: 'RS256', typ: 'JWT', kid: KID };

let service: SignInService;
let keys: KeySource;
beforeAll(async () => {
  service = await startSignIn();
  keys = createKeySource(service.issuer, systemClock);
});
afterAll(() => service[Symbol.asyncDispose]());

const claims = (more: Readonly<Record<string, unknown>> = {}) => claimsOf(service.issuer, NOW, more);
const check = (token: string) =>
  verifyToken(token, { issuer: service.issuer, audience: AUDIENCE, tenantId: TENANT_ID }, keys, NOW);

describe('a valid token', () => {
  it('says who asks, through which app, and in which roles', async () => {
    const roles = ['Archive.Verify', 'Archive.Read'];
    expect(await check(await sign(claims({ roles })))).toEqual({
      oid: OID,
      appId: CLIENT_APP,
      roles: ['Archive.Read', 'Archive.Verify'],
    });
  });

  it('is also what the forger makes of what is right', async () => {
    expect(await check(await forge(HEADER, claims()))).toMatchObject({ oid: OID });
  });

  it.each([
    ['of an app, which is its own subject', { scp: undefined, sub: OID, idtyp: 'app' }],
    ['with roles of others beside ours', { roles: ['Directory.Read.All', 7, null, 'Archive.Read'] }],
    ['that has ended 59 s ago', { exp: SECONDS - 59 }],
    ['that begins in 60 s', { nbf: SECONDS + 60 }],
    ['with claims that nobody knows', { constructor: 'x', __proto__: null, xms_ftd: 'y' }],
  ])('is one %s', async (_, more) => {
    expect(await check(await sign(claims(more)))).toMatchObject({ oid: OID });
  });

  it('has none of our roles where it says so', async () => {
    for (const roles of [undefined, [], 'Archive.Read', ['archive.read'], { 0: 'Archive.Read' }]) {
      expect(await check(await sign(claims({ roles })))).toMatchObject({ roles: [] });
    }
  });
});

describe('a token that is not valid', () => {
  it.each([
    ['exp', { exp: SECONDS - 60 }, 'it has expired'],
    ['nbf', { nbf: SECONDS + 61 }, 'it is not valid yet'],
    ['iss', { iss: 'x' }, 'it was issued by somebody else'],
    ['aud', { aud: 'x' }, 'it was issued for another audience'],
    ['tid', { tid: 'x' }, 'it was issued for another tenant'],
    ['ver', { ver: '1.0' }, 'it is not a token of version 2.0'],
    ['oid', { oid: undefined }, 'it lacks the claim oid'],
    ['azp', { azp: 'x' }, 'it does not say who asks'],
    ['scp', { scp: undefined }, 'it is an id token, and an access token is needed'],
    ['nonce', { nonce: 'x' }, 'it is an id token, and an access token is needed'],
  ])('is told why: %s', async (_, more, why) => {
    await expect(check(await sign(claims(more)))).rejects.toThrow(new BadToken(why));
  });

  it.each([
    ['longer than 16 KB', () => 'a'.repeat(17_000)],
    ['of another algorithm', () => forge({ ...HEADER, alg: 'none' }, claims())],
    ['that brings a key', () => forge({ ...HEADER, jwk: {} }, claims())],
    ['without a key id', () => forge({ alg: 'RS256' }, claims())],
  ])('is refused before a key is asked for: one %s', async (_, make) => {
    const never = () => expect.fail('a key was asked for');
    const rules = { issuer: service.issuer, audience: AUDIENCE, tenantId: TENANT_ID };
    await expect(verifyToken(await make(), rules, never, NOW)).rejects.toThrow(BadToken);
  });
});

describe('the keys', () => {
  it('are where the issuer publishes them', () => {
    expect(keysUrl(`https://login.microsoftonline.com/${TENANT_ID}/v2.0`).href).toBe(
      `https://login.microsoftonline.com/${TENANT_ID}/discovery/v2.0/keys`,
    );
  });

  it('are asked for once, whatever key ids tokens name', async () => {
    await using own = await startSignIn();
    const ownKeys = createKeySource(own.issuer, systemClock);
    const rules = { issuer: own.issuer, audience: AUDIENCE, tenantId: TENANT_ID };
    for (const kid of [KID, 'other', '../keys', KID]) {
      const token = await sign(claimsOf(own.issuer, NOW), { kid });
      await verifyToken(token, rules, ownKeys, NOW).catch((error) => expect(error).toBeInstanceOf(BadToken));
    }
    expect(own.asked).toEqual([`/${TENANT_ID}/discovery/v2.0/keys`]);
  });

  it('are not asked for again right after a failure, whoever sends tokens', async () => {
    await using own = await startSignIn({ status: 500, body: '' });
    let elapsed = 0;
    const ownKeys = createKeySource(own.issuer, { elapsed: () => elapsed });
    const rules = { issuer: own.issuer, audience: AUDIENCE, tenantId: TENANT_ID };
    const token = await sign(claimsOf(own.issuer, NOW));
    for (const at of [0, 1, 4999, 5000, 5001]) {
      elapsed = at;
      await expect(verifyToken(token, rules, ownKeys, NOW)).rejects.toThrow(KeysUnreachable);
    }
    expect(own.asked).toHaveLength(2);
  });

  it.each([
    ['that answers 500', { status: 500, body: '' }],
    ['that answers something else', { status: 200, body: '<html>' }],
    ['whose answer holds no keys', { status: 200, body: '{"keys":7}' }],
    ['that leads elsewhere', { status: 302, body: '' }],
  ])('cannot be had from a service %s: the token is not called wrong', async (_, answer) => {
    await using own = await startSignIn(answer);
    const rules = { issuer: own.issuer, audience: AUDIENCE, tenantId: TENANT_ID };
    const token = await sign(claimsOf(own.issuer, NOW));
    await expect(verifyToken(token, rules, createKeySource(own.issuer, systemClock), NOW)).rejects.toThrow(
      KeysUnreachable,
    );
  });
});
