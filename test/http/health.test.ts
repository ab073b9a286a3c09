/** `GET /api/health`: what everybody is told, and what more whoever has a role. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../shared/access/caller.ts';
import { auditLedgers, isDue } from '../../shared/audit.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { createAuthenticate } from '../../shared/http/authenticate.ts';
import { getHealth } from '../../shared/http/health.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { APP_VERSION } from '../../shared/version.ts';
import { rows, type World, worldOf } from '../support/flowHarness.ts';
import { forgeries } from '../support/forgeries.ts';
import { newSigner, signingInstance, signingWith } from '../support/signingWorld.ts';
import { recording, type StoreCall } from '../support/storeHooks.ts';
import { claimsOf, type SignInService, sign, startSignIn } from '../support/tokens.ts';

const AUDITS = 'directoryAudits';
const SIGNING = signingWith(newSigner());
const PUBLIC = { status: 'up', version: APP_VERSION };

let service: SignInService;
let world: World;

beforeAll(async () => {
  service = await startSignIn();
  world = await signedWorld(service.settings);
});
afterAll(() => service[Symbol.asyncDispose]());

/** Its checkpoint is ten minutes old. */
async function signedWorld(settings: Readonly<Record<string, string>>): Promise<World> {
  const { world: made, type } = worldOf(AUDITS, { settings });
  made.graph.add(AUDITS, ...rows(type, 20, '2026-11-20T02:00:00Z', 300));
  await made.collectAll(AUDITS);
  await signLedgers(signingInstance(made, SIGNING), new AbortController().signal);
  made.advance(600);
  return made;
}

async function ask(asked: World, headers: Record<string, string> = {}) {
  const calls: StoreCall[] = [];
  const deps = asked.instance(recording(calls));
  const handler = respond(deps, ROUTES.health, getHealth, {
    authenticate: createAuthenticate(deps),
  });
  const request = new HttpRequest({ method: 'GET', url: 'https://archive.example/api/health', headers });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'health' });
  const { status, body } = (await handler(request, context)) as HttpResponseInit;
  return { status, document: JSON.parse(String(body)) as unknown, calls };
}

const tokenFor = (...roles: string[]) => tokenIn(world, ...roles);
const tokenIn = ({ clock }: World, ...roles: string[]) => sign(claimsOf(service.issuer, clock.now(), { roles }));
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the health of the app', () => {
  it.each(ROLES)('is told of each log type to whoever has %s', async (role) => {
    const { status, document, calls } = await ask(world, bearer(await tokenFor(role)));
    expect(status).toBe(200);
    expect(document).toEqual({
      ...PUBLIC,
      level: 'ok',
      logTypes: [{ logType: AUDITS, state: 'healthy', level: 'ok', alarms: 0, checkpointAgeSeconds: 600 }],
    });
    // It is not a read of the archive: nothing is noted.
    expect(calls.filter(({ op }) => !['get', 'list', 'row', 'rows'].includes(op))).toEqual([]);
  });

  it('tells of a ledger that was never signed that it has no checkpoint', async () => {
    const { world: unsigned } = worldOf(AUDITS, { settings: service.settings });
    await unsigned.collectAll(AUDITS);
    expect((await ask(unsigned, bearer(await tokenIn(unsigned, 'Archive.Read')))).document).toMatchObject({
      logTypes: [{ logType: AUDITS, checkpointAgeSeconds: null }],
    });
  });

  it('turns red when the audit finds a flipped byte, for whoever has a role', async () => {
    const flipped = await signedWorld(service.settings);
    const [container, segments] = [...flipped.stores.containers].find(([name]) => name.startsWith('archive-')) ?? [];
    const [name = '', bytes = Buffer.alloc(0)] = [...(segments ?? [])][0] ?? [];
    segments?.set(name, Buffer.from(bytes.with(30, (bytes[30] ?? 0) ^ 1)));
    // An audit reads each segment on one day of thirty.
    while (!isDue(`${container}/${name}`, Math.floor(flipped.clock.now() / 86_400_000))) flipped.advance(86_400);
    await flipped.collectAll(AUDITS);
    await signLedgers(signingInstance(flipped, SIGNING), new AbortController().signal);
    const asked = async () => (await ask(flipped, bearer(await tokenIn(flipped, 'Archive.Read')))).document;
    expect(await asked()).toMatchObject({ level: expect.stringMatching(/^(?:ok|warning)$/) });
    await auditLedgers(flipped.instance(), new AbortController().signal);
    expect(await asked()).toMatchObject({
      level: 'critical',
      logTypes: [{ logType: AUDITS, level: 'critical' }],
    });
    expect((await ask(flipped)).document).toEqual(PUBLIC);
  });

  it.each<[string, () => Promise<Record<string, string>>]>([
    ['no token', async () => ({})],
    ['a token without a role', async () => bearer(await tokenFor())],
    ['a token with a role of another app', async () => bearer(await tokenFor('Mail.Read'))],
    [
      'a token for another app',
      async () => bearer(await sign(claimsOf(service.issuer, world.clock.now(), { aud: 'x' }))),
    ],
    ['a token that is none', async () => bearer('nonsense')],
    ['a token that has run out', async () => bearer(await sign(claimsOf(service.issuer, 0)))],
    ['what is no bearer token', async () => ({ authorization: 'Basic eDp5' })],
  ])('is up and a version and no more, without a look at the storage, with %s', async (_, headers) => {
    const { status, document, calls } = await ask(world, await headers());
    expect([status, document, calls]).toEqual([200, PUBLIC, []]);
  });

  it('is no more than public with any of the tokens that are not the real thing', async () => {
    for (const { name, headers } of await forgeries(service.issuer, world.clock.now())) {
      expect([name, await ask(world, headers)]).toEqual([name, { status: 200, document: PUBLIC, calls: [] }]);
    }
  });

  it('is no more than public where the settings open the archive', async () => {
    const { document, calls } = await ask(await signedWorld({ AUTH_MODE: 'none' }), bearer(await tokenFor(...ROLES)));
    expect([document, calls]).toEqual([PUBLIC, []]);
  });

  it('is told without a token that the keys cannot be had for', async () => {
    await using closed = await startSignIn({ status: 500, body: '' });
    const { world: cut } = worldOf(AUDITS, { settings: closed.settings });
    const token = await sign(claimsOf(closed.issuer, cut.clock.now()));
    expect(await ask(cut, bearer(token))).toMatchObject({ status: 200, document: PUBLIC, calls: [] });
    expect(cut.logs).toMatchObject([{ level: 'error', message: expect.stringContaining('could not be checked') }]);
  });
});
