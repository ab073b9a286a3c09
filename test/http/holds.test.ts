/** What somebody who places, lists or releases a legal hold is answered. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import type { HoldEntry } from '../../shared/archive/entry.ts';
import { caseHash } from '../../shared/holds.ts';
import type { Handle } from '../../shared/http/call.ts';
import { deleteHold, getHolds, postHold } from '../../shared/http/holds.ts';
import { legalHoldLines } from '../../shared/http/legalHoldLine.ts';
import { respond } from '../../shared/http/respond.ts';
import type { Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { waitingRecords } from '../support/accessWorld.ts';
import { entriesOf, expire } from '../support/expiring.ts';
import { createWorld, DAY, rows, TENANT_ID, type World } from '../support/flowHarness.ts';
import { runOnce } from '../support/life.ts';
import type { Around } from '../support/storeHooks.ts';

const [AUDITS, OTHER] = ['directoryAudits', 'provisioning'];
const ID = '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10';
const BODY = {
  case: 'HR-2026-117: Jane Doe',
  logTypes: `${AUDITS}, ${OTHER}`,
  from: '2026-11-20',
  to: '2026-11-20T12:00:00.5Z',
};

async function readWorld(): Promise<World> {
  const world = createWorld({ logTypes: [AUDITS, OTHER], settings: { RETENTION_DAYS: '10' } });
  for (const name of [AUDITS, OTHER]) {
    world.graph.add(name, ...rows(world.logType(name), 20, '2026-11-20T02:00:00Z', 300));
    await world.collectAll(name);
  }
  return world;
}

async function call(
  world: World,
  route: Route,
  handle: Handle,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  around?: Around,
) {
  const context = new InvocationContext({ invocationId: 'an-id', functionName: route.name });
  const headers = { 'content-type': 'application/json' };
  const request = new HttpRequest({
    method,
    url: `http://localhost${path}`,
    headers,
    ...(body !== undefined && { body: { string: JSON.stringify(body) } }),
  });
  const answer = (await respond(world.instance(around), route, handle)(request, context)) as HttpResponseInit;
  return {
    status: answer.status,
    document: JSON.parse(String(answer.body)) as Record<string, unknown>,
  };
}

const post = (world: World, body: unknown, around?: Around) =>
  call(world, ROUTES.holds, postHold, 'POST', '/api/holds', body, around);
const list = async (world: World) =>
  (await call(world, ROUTES.holds, getHolds, 'GET', '/api/holds')).document.holds as Record<string, unknown>[];
const release = (world: World, id: string) =>
  call(world, ROUTES.holdsRelease, deleteHold, 'DELETE', `/api/holds/${id}`);
const holdsIn = (world: World, name: string) =>
  entriesOf(world, name).filter((entry): entry is HoldEntry => entry.kind === 'hold');

/** The notes of the access records that wait for collection. */
const notesIn = (world: World) => waitingRecords(world).map(({ note }) => note);

describe('a hold', () => {
  it('is in each ledger it concerns; of the case the ledgers have the hash, and the access log the text', async () => {
    const world = await readWorld();
    const { status, document } = await post(world, BODY);
    expect([status, ...notesIn(world)]).toEqual([201, BODY.case]);
    const terms = {
      id: document.id,
      case: caseHash(BODY.case),
      from: '2026-11-20T00:00:00Z',
      to: '2026-11-20T12:00:01Z',
    };
    expect(document).toMatchObject({
      ...terms,
      ledgers: [
        { logType: AUDITS, state: 'held' },
        { logType: OTHER, state: 'held' },
      ],
    });
    for (const name of [AUDITS, OTHER]) expect(holdsIn(world, name).map(({ hold }) => hold)).toEqual([terms]);
    expect(JSON.stringify([...(world.stores.containers.get('ledger')?.values() ?? [])].map(String))).not.toContain(
      'Jane',
    );
    expect(document.container).toEqual({
      tag: expect.stringMatching(/^hold[0-9a-f]{16}$/),
      lines: [expect.stringContaining('az storage container legal-hold set --account-name')],
      note: expect.any(String),
    });
  });

  it('whose case cannot be noted in the access log is in no ledger, and what is noted of it outlives a crash', async () => {
    const world = await readWorld();
    let commits = 0;
    const isNote = ({ op, target }: { op: string; target: string }) => op === 'commit' && target.includes('|access/');
    const failing: Around = async (call, act) => {
      if (isNote(call)) commits += 1;
      if (isNote(call) && commits === 2) throw new Error('no table');
      return act();
    };
    const { status, document } = await post(world, BODY, failing);
    expect([status, document.title]).toEqual([503, 'Access log not writable']);
    for (const name of [AUDITS, OTHER]) expect(holdsIn(world, name)).toEqual([]);

    const crashing: Around = async (call, act) => {
      if (call.op === 'put') throw new Error('the instance is gone');
      return act();
    };
    await post(world, BODY, crashing);
    expect(notesIn(world)).toContain(BODY.case);
  });

  it('may reach to the end of all time', async () => {
    const world = await readWorld();
    const { status, document } = await post(world, { ...BODY, to: '9999-12-31T23:59:59.9999999Z' });
    expect([status, document.to]).toEqual([201, '9999-12-31T23:59:59Z']);
  });

  it('is listed, from the ledgers, and released in all of them', async () => {
    const world = await readWorld();
    await post(world, { ...BODY, id: ID });
    world.stores.partitions.clear();
    expect(await list(world)).toEqual([
      expect.objectContaining({
        id: ID,
        isReleased: false,
        ledgers: [expect.objectContaining({ logType: AUDITS }), expect.objectContaining({ logType: OTHER })],
      }),
    ]);
    for (let n = 0; n < 2; n += 1) {
      const { status, document } = await release(world, ID);
      expect([status, document.isReleased]).toEqual([200, true]);
      expect(document.container).toMatchObject({ lines: [expect.stringContaining('legal-hold clear')] });
    }
    for (const name of [AUDITS, OTHER])
      expect(entriesOf(world, name).map(({ kind }) => kind)).toEqual(['read', 'hold', 'release']);
    expect(await list(world)).toEqual([expect.objectContaining({ id: ID, isReleased: true })]);
  });

  it('is placed once, however often it is sent with one id; another under that id is refused', async () => {
    const world = await readWorld();
    for (let n = 0; n < 3; n += 1) expect((await post(world, { ...BODY, id: ID })).status).toBe(201);
    expect(holdsIn(world, AUDITS)).toHaveLength(1);
    for (const other of [{ case: 'another' }, { to: '2026-11-21' }]) {
      expect((await post(world, { ...BODY, ...other, id: ID })).status).toBe(409);
    }
    await release(world, ID);
    expect((await post(world, { ...BODY, id: ID })).status).toBe(409);
    expect(holdsIn(world, AUDITS)).toHaveLength(1);
  });

  it('that not every ledger took says which are held, and can be sent again', async () => {
    const world = await readWorld();
    const down: Around = async ({ op, target }, run) => {
      if (op === 'put' && target.includes(OTHER)) throw new Error('the store did not answer');
      return run();
    };
    const { status, document } = await post(world, BODY, down);
    expect(status).toBe(503);
    expect(document).toMatchObject({
      ledgers: [
        { logType: AUDITS, state: 'held' },
        { logType: OTHER, state: 'failed', error: 'the store did not answer' },
      ],
      container: { lines: [expect.stringContaining('legal-hold set')] },
    });
    expect([holdsIn(world, AUDITS).length, holdsIn(world, OTHER).length]).toEqual([1, 0]);
    expect((await post(world, { ...BODY, id: document.id })).status).toBe(201);
    expect([holdsIn(world, AUDITS).length, holdsIn(world, OTHER).length]).toEqual([1, 1]);
  });

  it('that is placed is told with its id, whatever goes wrong after it', async () => {
    const world = await readWorld();
    const down: Around = async ({ op, target }, run) => {
      if (op === 'rows' && target.includes('class|')) throw new Error('the table did not answer');
      return run();
    };
    const { status, document } = await post(world, BODY, down);
    const [placed] = holdsIn(world, AUDITS);
    expect([status, document.id]).toEqual([503, placed?.hold.id]);
    expect(document.detail).toContain(`"id": "${placed?.hold.id}"`);
  });

  it('names the containers of former classes too: old segments lie there', async () => {
    const world = await readWorld();
    const { config } = world;
    await runOnce(world, { ...world.instance(), config: { ...config, retentionDays: () => 90 } });
    const containers = (document: Record<string, unknown>) =>
      (document.container as { lines: string[] }).lines.map((line) => /--container-name (\S+)/.exec(line)?.[1]);
    expect(containers((await post(world, { ...BODY, id: ID })).document)).toEqual(['archive-10d', 'archive-90d']);
    expect(containers((await release(world, ID)).document)).toEqual(['archive-10d', 'archive-90d']);
  });

  it('is listed and released although the ledger of another log type is torn, which is said', async () => {
    const world = await readWorld();
    await post(world, { ...BODY, logTypes: AUDITS, id: ID });
    const ledger = world.stores.containers.get('ledger') as Map<string, Buffer>;
    const first = `${TENANT_ID}/${OTHER}/000000000000.json`;
    const bytes = ledger.get(first) as Buffer;
    ledger.set(`${TENANT_ID}/${OTHER}/000000000002.json`, bytes);
    ledger.delete(first);
    world.stores.partitions.delete(`${TENANT_ID}|${OTHER}`);
    const { status, document } = await call(world, ROUTES.holds, getHolds, 'GET', '/api/holds');
    expect([status, document]).toMatchObject([
      200,
      { holds: [{ id: ID, isReleased: false }], unread: [{ logType: OTHER, error: expect.stringContaining(OTHER) }] },
    ]);
    const released = await release(world, ID);
    expect([released.status, released.document]).toMatchObject([
      503,
      { isReleased: true, failed: [], unread: [{ logType: OTHER }], container: { lines: [expect.any(String)] } },
    ]);
    expect(entriesOf(world, AUDITS).at(-1)?.kind).toBe('release');
    // Whether there is such a hold nobody can tell.
    expect((await release(world, ID.replace('6', '7'))).status).toBe(503);

    ledger.set(first, bytes);
    ledger.delete(`${TENANT_ID}/${OTHER}/000000000002.json`);
    expect((await release(world, ID)).status).toBe(200);
    expect((await release(world, ID.replace('6', '7'))).status).toBe(404);
  });

  it('that comes after a deletion says what was being deleted, and how much is gone', async () => {
    const world = await readWorld();
    world.advance(10 * DAY);
    await expire(world);
    const { document } = await post(world, BODY);
    expect(document.ledgers).toEqual([
      expect.objectContaining({ logType: AUDITS, deleted: 2 }),
      expect.objectContaining({ logType: OTHER, deleted: 2 }),
    ]);
  });

  it.each([
    ['a log type that there is not', { logTypes: 'nothing' }, 'logTypes'],
    ['no case', { case: ' ' }, 'case'],
    ['a range that ends before it begins', { to: '2026-11-19' }, 'to'],
    ['a time that does not exist', { from: '2026-02-30' }, 'from'],
    ['an id that is none', { id: 'mine' }, 'id'],
    ['a member that nobody knows', { until: 'ever' }, 'until'],
  ])('of %s is refused, and nothing is written', async (_what, change, parameter) => {
    const world = await readWorld();
    const { status, document } = await post(world, { ...BODY, ...change });
    expect([status, document.parameter]).toEqual([400, parameter]);
    expect([holdsIn(world, AUDITS), holdsIn(world, OTHER)]).toEqual([[], []]);
  });

  it('that there is not cannot be released', async () => {
    const world = await readWorld();
    for (const id of [ID, 'nonsense']) expect((await release(world, id)).status).toBe(404);
  });
});

describe("the line that sets the containers' own legal hold", () => {
  it('names the account of the settings', () => {
    const storage = {
      blobServiceUri: 'https://vault.blob.core.windows.net',
      tableServiceUri: 'https://vault.table.core.windows.net',
    };
    expect(legalHoldLines({ storage }, 'set', ID, [20, 10, 20]).lines).toEqual([
      'az storage container legal-hold set --account-name vault --container-name archive-10d --tags hold6b5d4c3a93b14d57',
      'az storage container legal-hold set --account-name vault --container-name archive-20d --tags hold6b5d4c3a93b14d57',
    ]);
  });
});
