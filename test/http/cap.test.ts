/** More requests than an instance takes: what is too many is told so, and the others do not notice. */
import { randomUUID } from 'node:crypto';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import type { Caller } from '../../shared/access/caller.ts';
import { collectAccess } from '../../shared/collectAccess.ts';
import { createAccessLog } from '../../shared/http/accessLog.ts';
import type { Authenticate } from '../../shared/http/authenticate.ts';
import { type Handle, json } from '../../shared/http/call.ts';
import { createCap } from '../../shared/http/cap.ts';
import { respond } from '../../shared/http/respond.ts';
import type { Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { accessRecords, accessWorld, waiting } from '../support/accessWorld.ts';

const MOST = 4;
const BURST = 1000;

function instance() {
  const world = accessWorld();
  const deps = world.instance();
  const shared = { accessLog: createAccessLog(deps), cap: createCap(MOST) };
  const nobody: Authenticate = async () => undefined;
  const ask = async (handle: Handle, route: Route = ROUTES.logs, url = '/api/logs', authenticate = nobody) => {
    const request = new HttpRequest({ method: 'GET', url: `http://localhost${url}` });
    const context = new InvocationContext({ invocationId: randomUUID(), functionName: route.name });
    return (await respond(deps, route, handle, { ...shared, authenticate })(request, context)) as HttpResponseInit & {
      headers: Record<string, string>;
    };
  };
  return { world, ask };
}

const textOf = async (body: unknown) => {
  const chunks = await Array.fromAsync(body as AsyncIterable<Uint8Array>);
  return Buffer.concat(chunks).toString();
};

it('answers a burst over the cap with 429 and when to come back, each on record; the others get all they asked for', async () => {
  const { world, ask } = instance();
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  let running = 0;
  const slow: Handle = async () => {
    running += 1;
    if (running === MOST) entered.resolve();
    await gate.promise;
    return json({ whole: true });
  };
  const others = Array.from({ length: MOST }, () => ask(slow));
  await entered.promise;
  const burst = await Promise.all(Array.from({ length: BURST }, () => ask(slow)));
  expect(new Set(burst.map(({ status, headers }) => `${status} ${headers['retry-after']}`))).toEqual(
    new Set(['429 5']),
  );
  expect(JSON.parse(String(burst[0]?.body))).toMatchObject({ title: 'Too many requests', status: 429 });
  // What says that the app is up takes no place.
  expect((await ask(async () => json({ status: 'up' }), ROUTES.health, '/api/health')).status).toBe(200);
  gate.resolve();
  const answers = await Promise.all(others);
  expect(answers.map(({ status, body }) => [status, body])).toEqual(others.map(() => [200, '{"whole":true}\n']));
  expect(running).toBe(MOST);
  expect((await ask(async () => json({}))).status).toBe(200);

  world.advance(16 * 60);
  while ((await collectAccess(world.instance())).more);
  const statuses = [...accessRecords(world).values()]
    .filter(({ kind }) => kind === 'request')
    .map(({ status }) => status);
  expect(Map.groupBy(statuses, (status) => status).get(429)).toHaveLength(BURST);
  expect(Map.groupBy(statuses, (status) => status).get(200)).toHaveLength(MOST + 1);
});

it('takes a place for the health of each log type, and none for the word that the app is up', async () => {
  const { world, ask } = instance();
  const gate = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  let inside = 0;
  const slow: Handle = async () => {
    inside += 1;
    if (inside === MOST) full.resolve();
    await gate.promise;
    return json({});
  };
  const others = Array.from({ length: MOST }, () => ask(slow));
  await full.promise;
  const health = (caller: Caller | undefined) =>
    ask(
      async (call) => json({ asks: call.caller?.oid ?? 'nobody' }),
      ROUTES.health,
      '/api/health',
      async () => caller,
    );
  const caller: Caller = { oid: 'somebody', appId: 'an-app', roles: ['Archive.Read'], cookie: false };
  const bodyAndStatus = async (asked: ReturnType<typeof health>) => {
    const { status, body } = await asked;
    return [status, status === 200 ? JSON.parse(String(body)) : undefined];
  };
  expect(await bodyAndStatus(health(caller))).toEqual([429, undefined]);
  expect(await bodyAndStatus(health({ ...caller, roles: [] }))).toEqual([200, { asks: 'nobody' }]);
  expect(await bodyAndStatus(health(undefined))).toEqual([200, { asks: 'nobody' }]);
  gate.resolve();
  await Promise.all(others);
  for (let n = 0; n < 2 * MOST; n += 1) {
    expect(await bodyAndStatus(health(caller))).toEqual([200, { asks: 'somebody' }]);
  }
  // What is not a read leaves no record, in whatever place it was.
  expect(waiting(world)).toHaveLength(MOST);
});

it.each<[string, Handle]>([
  ['an answer', async () => json({})],
  ['an error', () => Promise.reject(new Error('broken'))],
  ['a stream', async () => ({ body: bodyOf('a', 'b') })],
  ['a stream that fails at once', async () => ({ body: bodyOf(new Error('broken')) })],
  ['a stream that breaks off', async () => ({ body: bodyOf('a', new Error('broken')) })],
])('gives every place back after %s', async (_, handle) => {
  const { ask } = instance();
  for (let n = 0; n < 3 * MOST; n += 1) {
    const answer = await ask(handle);
    expect(answer.status).not.toBe(429);
    if (typeof answer.body !== 'string') await textOf(answer.body).catch(() => undefined);
  }
});

it('keeps the place of a stream until its end', async () => {
  const { ask } = instance();
  const streams = await Promise.all(Array.from({ length: MOST }, () => ask(async () => ({ body: bodyOf('a', 'b') }))));
  expect((await ask(async () => json({}))).status).toBe(429);
  expect(await Promise.all(streams.map(({ body }) => textOf(body)))).toEqual(streams.map(() => 'ab'));
  expect((await ask(async () => json({}))).status).toBe(200);
});

async function* bodyOf(...steps: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const step of steps) {
    if (step instanceof Error) throw step;
    yield Buffer.from(step);
  }
}
