import { once } from 'node:events';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deps } from '../../shared/deps.ts';
import { GraphFailure } from '../../shared/graph/failure.ts';
import { type Answer, type Call, json } from '../../shared/http/call.ts';
import { Problem } from '../../shared/http/problem.ts';
import { respond } from '../../shared/http/respond.ts';
import type { Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { LedgerBehind, LedgerTorn } from '../../shared/ledger.ts';
import { BadQuery } from '../../shared/query/range.ts';
import { ContainerMissing } from '../../shared/storage/port.ts';
import { UNLOGGED } from '../support/unlogged.ts';
import { readAnswer, type StreamServer, startStreamServer } from './streamServer.ts';

const ID = '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10';
const SECRET = 'secret-row';
const SECURITY = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Runs a handler as the host does, and reads the answer and what was logged. */
async function run(
  handle: (call: Call) => Promise<Answer>,
  { url = 'http://localhost/api/logs', authMode = 'none', route = ROUTES.logs as Route, id = ID } = {},
) {
  const logged: { level: string; message: string; fields: Readonly<Record<string, unknown>> | undefined }[] = [];
  const deps = {
    config: { authMode, authIssuer: 'http://127.0.0.1:1/x/v2.0' },
    log: (level: string, message: string, fields?: Record<string, unknown>) => logged.push({ level, message, fields }),
  } as unknown as Deps;
  const context = new InvocationContext({ invocationId: id, functionName: 'logs' });
  const answer = (await respond(deps, route, handle, { accessLog: UNLOGGED })(
    new HttpRequest({ method: 'GET', url }),
    context,
  )) as HttpResponseInit & {
    headers: Record<string, string>;
  };
  return { answer, logged, problem: () => JSON.parse(String(answer.body)) as Record<string, unknown> };
}

async function collect(body: unknown): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function* bodyOf(...steps: (string | Error)[]) {
  for (const step of steps) {
    if (step instanceof Error) throw step;
    yield Buffer.from(step);
  }
}

const throwing = (error: unknown) => async (): Promise<Answer> => {
  throw error;
};

it('answers errors in the words of the route, where it has its own', async () => {
  const deps = { config: { authMode: 'none' }, log: () => undefined } as unknown as Deps;
  const handler = respond(deps, ROUTES.graph, throwing(new BadQuery('from', 'wrong')), {
    accessLog: UNLOGGED,
    errorAnswer: ({ status, message }, { id, request }) => ({ status, body: `${id} ${request.method} ${message}` }),
  });
  const request = new HttpRequest({ method: 'GET', url: 'http://localhost/api/graph' });
  const answer = await handler(request, new InvocationContext({ invocationId: ID, functionName: 'graph' }));
  expect(answer).toEqual({ status: 400, headers: SECURITY, body: `${ID} GET wrong` });
});

describe('an answer', () => {
  it('is what the handler says, with headers that keep it private', async () => {
    const { answer, logged } = await run(async () => ({ status: 202, headers: { 'x-a': 'b' }, body: 'text' }));
    expect(answer).toEqual({
      status: 202,
      headers: { ...SECURITY, 'x-a': 'b' },
      body: 'text',
    });
    expect(logged).toEqual([]);
  });

  it('may say itself how it is cached', async () => {
    const { answer } = await run(async () => ({ headers: { 'cache-control': 'max-age=60' }, body: '' }));
    expect(answer.headers['cache-control']).toBe('max-age=60');
  });

  it('without a body is 200 and has none', async () => {
    const { answer } = await run(async () => ({ headers: { 'x-archive-entries': '3' } }));
    expect(answer.status).toBe(200);
    expect(answer).not.toHaveProperty('body');
  });

  it('with an empty body keeps it', async () => {
    expect((await run(async () => ({ body: '' }))).answer.body).toBe('');
  });

  it('of JSON is one line with its type', async () => {
    const { answer } = await run(async () => json({ a: [1] }, { 'x-a': 'b' }));
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', 'x-a': 'b' } });
    expect(answer.body).toBe('{"a":[1]}\n');
  });

  it.each([
    { chunks: ['a', 'b', 'c'], text: 'abc' },
    { chunks: ['a'], text: 'a' },
    { chunks: [], text: '' },
  ])('streams its chunks: $chunks', async ({ chunks, text }) => {
    const { answer } = await run(async () => ({
      headers: { 'content-type': 'application/x-ndjson' },
      body: bodyOf(...chunks),
    }));
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/x-ndjson' } });
    expect(await collect(answer.body)).toBe(text);
  });

  it('is given the path behind /api/, decoded once, and never the parameters of the host', async () => {
    const calls: Call[] = [];
    const url = 'http://localhost/api/logs/a%2Fb%252e/%zz//c?logType=x&from=1';
    await run(
      async (call) => {
        calls.push(call);
        return {};
      },
      { url, route: { ...ROUTES.logs, ownQuery: true } },
    );
    expect(calls[0]?.path).toEqual(['logs', 'a/b%2e', '%zz', 'c']);
    expect([...(calls[0]?.url.searchParams ?? [])]).toEqual([
      ['logType', 'x'],
      ['from', '1'],
    ]);
  });
});

/** What handlers throw, and what the client is told. */
const TOLD: readonly {
  thrown: Error;
  status: number;
  title: string;
  extra?: object;
  retryAfter?: string;
  logs: number;
}[] = [
  {
    thrown: new Problem(409, 'Busy', 'Wait for the other one.', { parameter: 'a', next: '/x' }),
    status: 409,
    title: 'Busy',
    extra: { parameter: 'a', next: '/x' },
    logs: 0,
  },
  {
    thrown: new Problem(429, 'Too many', 'Wait.', {}, { 'retry-after': '7' }),
    status: 429,
    title: 'Too many',
    retryAfter: '7',
    logs: 0,
  },
  {
    thrown: new BadQuery('from', "'from' is missing."),
    status: 400,
    title: 'Bad parameter',
    extra: { parameter: 'from' },
    logs: 0,
  },
  {
    thrown: new LedgerBehind('the index of riskyUsers is 2000 entries behind its ledger'),
    status: 503,
    title: 'Index is being rebuilt',
    retryAfter: '10',
    logs: 0,
  },
  { thrown: new LedgerTorn('entry 3 of riskyUsers is missing'), status: 503, title: 'Archive not usable', logs: 1 },
  { thrown: new ContainerMissing('archive-30d'), status: 503, title: 'Archive not usable', logs: 1 },
];

describe('an error that a client may know', () => {
  it.each(TOLD)('is a problem document: $title', async ({ thrown, status, title, extra = {}, retryAfter, logs }) => {
    const { answer, logged, problem } = await run(throwing(thrown));
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(problem()).toEqual({
      type: 'about:blank',
      title,
      status,
      detail: expect.stringContaining(thrown.message),
      instance: `urn:uuid:${ID}`,
      ...extra,
    });
    expect(logged.length).toBe(logs);
  });
});

describe('any other error', () => {
  it.each([
    new Error(SECRET),
    new TypeError(SECRET),
    new GraphFailure('transient', SECRET),
    new Error('outer', { cause: new Error(SECRET) }),
    Object.assign(new Error('x'), { status: 200, statusCode: 200, title: SECRET, body: SECRET }),
    SECRET,
    undefined,
    null,
    42,
  ])('is a 500 that names the id and nothing of the error: %s', async (thrown) => {
    const { answer, logged, problem } = await run(throwing(thrown));
    expect(answer.status).toBe(500);
    expect(problem()).toEqual({
      type: 'about:blank',
      title: 'Internal error',
      status: 500,
      detail: expect.stringContaining('id'),
      instance: `urn:uuid:${ID}`,
    });
    const shown = JSON.stringify(answer);
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toMatch(/\bat .*\.ts|node:|stack/);
    expect(logged).toEqual([
      {
        level: 'error',
        message: expect.stringMatching(/^request to logs failed: /),
        fields: { invocationId: ID, stack: thrown instanceof Error ? thrown.stack : undefined },
      },
    ]);
  });

  it('is also a handler that forgets to answer', async () => {
    const { answer, logged } = await run((async () => undefined) as unknown as () => Promise<Answer>);
    expect(answer.status).toBe(500);
    expect(logged.length).toBe(1);
  });

  it('is also a handler that throws before it is asynchronous', async () => {
    const handle = (() => {
      throw new Error(SECRET);
    }) as unknown as () => Promise<Answer>;
    expect((await run(handle)).answer.status).toBe(500);
  });

  it.each([new Error(SECRET), new LedgerTorn('entry 3 is missing'), new BadQuery('cursor', "'cursor' is old.")])(
    'of a body before its first chunk is an answer, not a broken transfer: %s',
    async (thrown) => {
      const asThrown = await run(throwing(thrown));
      const asBody = await run(async () => ({
        headers: { 'content-type': 'text/csv' },
        body: bodyOf(thrown, 'never'),
      }));
      expect(asBody.answer).toEqual(asThrown.answer);
    },
  );

  it('of a body after its first chunk is thrown on and logged once, under the id', async () => {
    const { answer, logged } = await run(async () => ({ body: bodyOf('a', new Error('segment 3 is missing')) }));
    expect(answer.status).toBe(200);
    await expect(collect(answer.body)).rejects.toThrow('segment 3 is missing');
    expect(logged).toMatchObject([
      { level: 'error', message: 'request to logs failed: Error: segment 3 is missing', fields: { invocationId: ID } },
    ]);
  });

  it('leaves the body of a reader that stops cleaned up', async () => {
    let closed = 0;
    const { answer } = await run(async () => ({
      body: (async function* () {
        try {
          yield Buffer.from('a');
          yield Buffer.from('b');
        } finally {
          closed += 1;
        }
      })(),
    }));
    for await (const _ of answer.body as AsyncIterable<Uint8Array>) break;
    expect(closed).toBe(1);
  });
});

describe('an answer on a connection', () => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await startStreamServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('arrives whole', async () => {
    const exchange = await server.request();
    const read = readAnswer(exchange.socket);
    const { answer } = await run(async () => ({ body: bodyOf('a', 'b') }), { id: exchange.id });
    await exchange.send(answer);
    expect(await read).toEqual({ body: Buffer.from('ab'), whole: true });
  });

  it('is broken off when its body fails, and that is logged once', async () => {
    const exchange = await server.request();
    const read = readAnswer(exchange.socket);
    const body = bodyOf('a', new Error('segment 3 is missing'));
    const { answer, logged } = await run(async () => ({ body }), { id: exchange.id });
    await exchange.send(answer);
    expect((await read).whole).toBe(false);
    expect(logged.map(({ message }) => message)).toEqual(['request to logs failed: Error: segment 3 is missing']);
  });

  it('stops its body when the client has left before the first chunk was there', async () => {
    const exchange = await server.request();
    let closed = false;
    let chunks = 0;
    const handle = async () => ({
      body: (async function* () {
        try {
          exchange.socket.destroy();
          await once(exchange.response, 'close');
          for (; chunks < 1000; chunks += 1) yield Buffer.from('a');
        } finally {
          closed = true;
        }
      })(),
    });
    const { answer } = await run(handle, { id: exchange.id });
    await exchange.send(answer);
    expect({ chunks, closed }).toEqual({ chunks: 0, closed: true });
  });
});

describe('authorisation', () => {
  it('refuses whoever brings no token, and does not run the handler', async () => {
    let calls = 0;
    const handle = async () => {
      calls += 1;
      return {};
    };
    const { answer, problem } = await run(handle, { authMode: 'entra' });
    expect(answer.status).toBe(401);
    expect(problem()).toMatchObject({ status: 401, title: 'Sign-in needed' });
    expect(calls).toBe(0);
  });

  it('lets a public route through', async () => {
    const { answer } = await run(async () => json({ status: 'up' }), { authMode: 'entra', route: ROUTES.health });
    expect(answer.status).toBe(200);
  });
});
