/** The access log at the edge: what is noted of a request, when, and what becomes of one that cannot be. */
import { hash } from 'node:crypto';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { closeRow, openRow } from '../../shared/access/rows.ts';
import { collectAccess } from '../../shared/collectAccess.ts';
import { type AccessLog, createAccessLog } from '../../shared/http/accessLog.ts';
import type { Answer, Handle } from '../../shared/http/call.ts';
import { getDeliveries } from '../../shared/http/exports.ts';
import { respond } from '../../shared/http/respond.ts';
import type { Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { accessRecords, accessWorld, request as noted, result, waiting } from '../support/accessWorld.ts';
import type { World } from '../support/flowHarness.ts';
import { failing, recording, type StoreCall } from '../support/storeHooks.ts';

interface Asked {
  readonly route?: Route;
  readonly url?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly deps?: ReturnType<World['instance']>;
  readonly accessLog?: AccessLog;
}

/** What a list of sign-ins may be about until its filter has been read. */
const SIGN_INS = 'interactiveSignIns,nonInteractiveSignIns,servicePrincipalSignIns,managedIdentitySignIns';

const fine: Handle = async () => ({ body: 'fine' });

/** One request through the wrapper, its body read to the end. */
async function ask(world: World, handle: Handle = fine, asked: Asked = {}) {
  const { route = ROUTES.logs, url = '/api/logs', method = 'GET', headers = {}, deps = world.instance() } = asked;
  const handler = respond(deps, route, handle, { accessLog: asked.accessLog ?? createAccessLog(deps) });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: route.name });
  const request = new HttpRequest({ method, url: `http://localhost${url}`, headers });
  const answer = (await handler(request, context)) as HttpResponseInit;
  const streamed = typeof answer.body === 'object' && answer.body !== null;
  if (!streamed) return { status: answer.status, body: String(answer.body ?? '') };
  const chunks = await Array.fromAsync(answer.body as AsyncIterable<Uint8Array>);
  return { status: answer.status, body: Buffer.concat(chunks).toString() };
}

async function recordsOf(world: World) {
  world.advance(3600);
  while ((await collectAccess(world.instance())).more);
  return [...accessRecords(world).values()];
}

const isRow = ({ op, target }: StoreCall) => op === 'commit' && target.includes('|access/');

describe('a request', () => {
  it('writes one row before its handler runs and once more at its end', async () => {
    const world = accessWorld();
    const calls: StoreCall[] = [];
    let before = -1;
    const handle: Handle = async (): Promise<Answer> => {
      before = calls.length;
      return {
        body: (async function* () {
          yield Buffer.from('a');
          expect(calls).toHaveLength(1);
          yield Buffer.from('b');
        })(),
      };
    };
    await ask(world, handle, { deps: world.instance(recording(calls)) });
    expect(before).toBe(1);
    expect(calls.map(isRow)).toEqual([true, true]);
  });

  it('is noted with who asked for what, and nothing that only looks like a parameter', async () => {
    const world = accessWorld();
    const query =
      "from=2026-11-01&to=2026-11-02&filter=id%20eq%20'x'&select=id&format=csv&limit=5&cursor=abc&ids=1,2&user=anna&access_token=secret-token";
    await ask(world, fine, {
      // Parameters that the route does not know are refused elsewhere; here they come through.
      route: { ...ROUTES.logs, ownQuery: true },
      url: `/api/logs/directoryAudits?${query}`,
      headers: { authorization: 'Bearer secret-token', cookie: 'secret-token', 'x-purpose': 'F%C3%A4lle' },
    });
    const [record] = await recordsOf(world);
    expect(record).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      time: '2026-11-20T12:20:00.000Z',
      kind: 'request',
      oid: 'anonymous',
      appId: 'anonymous',
      roles: [],
      method: 'GET',
      route: '/api/logs/{logType}',
      path: '/api/logs/directoryAudits',
      logType: 'directoryAudits',
      from: '2026-11-01',
      to: '2026-11-02',
      filter: "id eq 'x'",
      select: 'id',
      format: 'csv',
      limit: '5',
      ids: '1,2',
      user: 'anna',
      cursor: true,
      purpose: 'Fälle',
      outcome: 'complete',
      status: 200,
      problem: null,
      records: null,
      bytes: 4,
      sha256: hash('sha256', 'fine'),
      durationMs: 0,
      invocationId: 'an-id',
    });
    expect(JSON.stringify(record)).not.toContain('secret-token');
  });

  it('of Graph is noted by its own parameters, and of a proof by its log type', async () => {
    const world = accessWorld();
    await ask(world, fine, {
      route: ROUTES.graph,
      url: '/api/graph/beta/auditLogs/signIns?$filter=x&$top=9&$skiptoken=y',
    });
    world.advance(1);
    await ask(world, fine, { route: ROUTES.integrity, url: '/api/integrity/proofs/entry/riskyUsers/3' });
    expect(await recordsOf(world)).toMatchObject([
      { route: '/api/graph/{version}/auditLogs/signIns', filter: 'x', limit: '9', cursor: true, logType: SIGN_INS },
      { route: '/api/integrity/proofs/entry/{logType}/{seq}', logType: 'riskyUsers', cursor: false },
    ]);
  });

  it('that cannot be noted is a 503, and nothing is read for it', async () => {
    for (const fault of ['error before', 'error after', 'late'] as const) {
      const world = accessWorld();
      const calls: StoreCall[] = [];
      const around = failing(0, fault);
      const deps = world.instance((call, run) => recording(calls)(call, () => around(call, run)));
      let ran = false;
      const handle: Handle = async () => {
        ran = true;
        return {};
      };
      const { status, body } = await ask(world, handle, { deps });
      expect({ status, ran, calls: calls.map(isRow) }).toEqual({ status: 503, ran: false, calls: [true] });
      expect(JSON.parse(body)).toMatchObject({ title: 'Access log not writable', status: 503 });
      expect(world.logs.map(({ level, fields }) => [level, fields])).toEqual([
        ['error', { accessLog: 'refused', invocationId: 'an-id' }],
      ]);
    }
  });

  it('whose end cannot be noted is answered, and its record says that its end is not known', async () => {
    const world = accessWorld();
    expect(await ask(world, fine, { deps: world.instance(failing(1, 'error before')) })).toEqual({
      status: 200,
      body: 'fine',
    });
    expect(await recordsOf(world)).toMatchObject([{ outcome: 'unfinished', status: null, sha256: null }]);
    expect(world.logs[0]).toMatchObject({ level: 'error', fields: { accessLog: 'unfinished', invocationId: 'an-id' } });
  });

  it('to a public route is not noted', async () => {
    const world = accessWorld();
    const calls: StoreCall[] = [];
    await ask(world, fine, { route: ROUTES.health, url: '/api/health', deps: world.instance(recording(calls)) });
    expect(calls).toEqual([]);
  });
});

describe('requests without a valid token', () => {
  it('of which ten thousand come are one record a minute, and no write each', async () => {
    const world = accessWorld();
    const calls: StoreCall[] = [];
    const deps = { ...world.instance(recording(calls)), config: { ...world.config, authMode: 'entra' as const } };
    const instances = [1, 2, 3].map(() => createAccessLog(deps));
    for (let minute = 0; minute < 4; minute += 1) {
      for (let n = 0; n < 2500; n += 1) {
        const accessLog = instances[n % 3] as AccessLog;
        const { status } = await ask(world, fine, { deps, accessLog });
        expect(status).toBe(401);
      }
      for (const accessLog of instances) await accessLog.flush();
      world.advance(60);
    }
    expect(calls.filter(({ op }) => op === 'commit')).toHaveLength(12);
    const records = await recordsOf(world);
    expect(records.map(({ kind, time, withoutToken }) => [kind, time, withoutToken])).toEqual(
      [20, 21, 22, 23].map((minute) => ['count', `2026-11-20T12:${minute}:00.000Z`, 2500]),
    );
  });
});

describe('the purpose', () => {
  const world = accessWorld({ settings: { PURPOSE_REQUIRED: 'true' } });
  const optional = accessWorld();
  const statusOf = async (of: World, purpose?: string) => {
    const headers: Record<string, string> = purpose === undefined ? {} : { 'x-purpose': purpose };
    const { status, body } = await ask(of, fine, { headers });
    return status === 200 ? status : `${status} ${JSON.parse(body).title}`;
  };

  it.each([
    [undefined, 200, '400 Purpose needed'],
    ['', 200, '400 Purpose needed'],
    ['%20%20', '400 Purpose needed', '400 Purpose needed'],
    ['audit 2026', 200, 200],
    ['Pr%C3%BCfung', 200, 200],
    ['%C3', '400 Bad purpose', '400 Bad purpose'],
    ['%zz', '400 Bad purpose', '400 Bad purpose'],
    ['x'.repeat(500), 200, 200],
    ['%F0%9F%98%80'.repeat(500), 200, 200],
    ['x'.repeat(501), '400 Bad purpose', '400 Bad purpose'],
  ])('%s is answered %s where none is needed, %s where one is', async (purpose, free, needed) => {
    expect([await statusOf(optional, purpose), await statusOf(world, purpose)]).toEqual([free, needed]);
  });

  it('that is missing is noted too', async () => {
    const records = await recordsOf(world);
    expect(records.filter(({ status }) => status === 400).map(({ problem }) => problem)).toContain('Purpose needed');
    expect(records.filter(({ purpose }) => purpose === 'Prüfung')).toHaveLength(1);
  });
});

describe('GET /api/exports/{sha256}', () => {
  const digest = 'ab'.repeat(32);
  const lookUp = async (world: World, target: string) => {
    const { status, body } = await ask(world, getDeliveries, {
      route: ROUTES.exports,
      url: `/api/exports/${target}`,
    });
    return { status, document: JSON.parse(body) };
  };

  async function delivered(world: World, time: string, more: object = {}) {
    const asked = noted(time);
    await openRow(world.instance(), asked);
    await closeRow(world.instance(), asked, result({ sha256: digest, ...more }));
    return asked.id;
  }

  it('finds the requests that delivered a file, collected or not, each once', async () => {
    const world = accessWorld();
    const old = await delivered(world, '2026-11-01T08:00:00.000Z');
    await collectAccess(world.instance());
    const fresh = await delivered(world, '2026-11-20T12:19:59.000Z');
    await delivered(world, '2026-11-20T12:19:58.000Z', { sha256: 'cd'.repeat(32) });
    const { status, document } = await lookUp(world, digest.toUpperCase());
    expect(status).toBe(200);
    expect(document.exports.map(({ id }: { id: string }) => id)).toEqual([old, fresh]);
    expect(document.exports[0]).toMatchObject({
      oid: noted('2026-11-01').oid,
      purpose: 'case HR-2026-117',
      records: 12,
    });
    expect(document.more).toBe(false);
    // A crash has left the row of what is archived.
    world.advance(600);
    await collectAccess(world.instance(failing(14, 'crash after'))).catch(() => undefined);
    expect((await lookUp(world, digest)).document.exports).toHaveLength(2);
    expect(waiting(world).length).toBeGreaterThan(0);
  });

  it('looks through the last 31 days, or the range that is named, and says so when it finds nothing', async () => {
    const world = accessWorld();
    await delivered(world, '2026-10-01T08:00:00.000Z');
    await collectAccess(world.instance());
    const { status, document } = await lookUp(world, digest);
    expect(status).toBe(404);
    expect(document.title).toBe('Not delivered');
    expect(document.detail).toContain('from 2026-10-20T12:20:00.0000000Z to 2026-11-20T12:20:01.0000000Z');
    expect(document.detail).toContain('31 days');
    expect((await lookUp(world, `${digest}?from=2026-10-01&to=2026-10-02`)).status).toBe(200);
    expect((await lookUp(world, `${digest}?from=2026-10-02&to=2026-10-03`)).status).toBe(404);
  });

  it.each(['x', digest.slice(1), `${digest}0`, '..', `${digest}'`])('refuses %s', async (text) => {
    const { status, document } = await lookUp(accessWorld(), encodeURIComponent(text));
    expect([status, document.title]).toEqual([400, 'Bad digest']);
  });
});
