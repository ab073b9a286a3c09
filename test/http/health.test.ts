/** What everybody is told of the app, and what whoever has a role is told beside it. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getHealth } from '../../shared/http/health.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { APP_VERSION } from '../../shared/version.ts';
import { accessWorld } from '../support/accessWorld.ts';
import { claimsOf, type SignInService, sign, startSignIn } from '../support/tokens.ts';

const UP = { status: 'up', version: APP_VERSION };

let service: SignInService;
let world: ReturnType<typeof accessWorld>;

beforeAll(async () => {
  service = await startSignIn();
  world = accessWorld({ settings: service.settings });
});
afterAll(() => service[Symbol.asyncDispose]());

async function ask(headers: Record<string, string> = {}): Promise<unknown> {
  const deps = world.instance();
  const handler = respond(deps, ROUTES.health, (call) => getHealth(call, async () => undefined));
  const request = new HttpRequest({ method: 'GET', url: 'https://archive.example/api/health', headers });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'health' });
  const answer = (await handler(request, context)) as HttpResponseInit;
  expect(answer.status).toBe(200);
  return JSON.parse(String(answer.body));
}

const bearer = async (more: Readonly<Record<string, unknown>> = {}) => ({
  authorization: `Bearer ${await sign(claimsOf(service.issuer, world.instance().clock.now(), more))}`,
});

describe('health', () => {
  it('tells everybody that the app is up, and no more', async () => {
    expect(await ask()).toEqual(UP);
  });

  it.each([
    ['of another audience', { aud: 'another' }],
    ['that has expired', { exp: 1 }],
    ['without a role', { roles: [] }],
  ])('tells no more to a token %s, and refuses none', async (_, more) => {
    expect(await ask(await bearer(more))).toEqual(UP);
  });

  it('tells whoever has a role how each log type is doing', async () => {
    const told = (await ask(await bearer({ roles: ['Archive.Read'] }))) as { logTypes: { logType: string }[] };
    expect(told).toMatchObject(UP);
    expect(told.logTypes.map(({ logType }) => logType)).toEqual(
      world.instance().config.logTypes.map(({ name }) => name),
    );
    for (const each of told.logTypes) {
      expect(Object.keys(each)).toEqual(['logType', 'state', 'alarms', 'checkpointAgeSeconds']);
    }
  });
});
