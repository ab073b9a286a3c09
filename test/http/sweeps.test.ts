/** What somebody who asks for a sweep is answered. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { getSweep, postSweep } from '../../shared/http/sweeps.ts';
import { applyLedger } from '../../shared/ledger.ts';
import { nextRequest, noteRequestFailure } from '../../shared/requests.ts';
import { rows, type World, worldOf } from '../support/flowHarness.ts';

const AUDITS = 'directoryAudits';
const BODY = { logType: AUDITS, from: '2026-11-20T02:00:00Z', to: '2026-11-20T05:00:00Z' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** It is 12:20, the source keeps a day, and 19 November 13:00 to 20 November 12:05 has been read. */
async function readWorld(): Promise<World> {
  const { world, type } = worldOf(AUDITS);
  world.graph.add(AUDITS, ...rows(type, 20, '2026-11-20T02:00:00Z', 300));
  await world.collectAll(AUDITS);
  return world;
}

async function call(world: World, handle: typeof postSweep, init: ConstructorParameters<typeof HttpRequest>[0]) {
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'sweeps' });
  const answer = (await respond(
    world.instance(),
    ROUTES.sweeps,
    handle,
  )(new HttpRequest(init), context)) as HttpResponseInit;
  const document = JSON.parse(String(answer.body)) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers as Record<string, string>, document };
}

const post = (world: World, body: string, headers: Record<string, string> = JSON_TYPE) =>
  call(world, postSweep, { method: 'POST', url: 'http://localhost/api/sweeps', headers, body: { string: body } });
const ask = (world: World, body: Record<string, unknown>) => post(world, JSON.stringify(body));
const get = (world: World, id: string) =>
  call(world, getSweep, { method: 'GET', url: `http://localhost/api/sweeps/${id}` });

/** What is on the list of the pull timers. */
const waiting = (world: World) =>
  [...(world.stores.partitions.get(`${world.config.tenantId}|${AUDITS}`)?.keys() ?? [])].filter((key) =>
    key.startsWith('request|'),
  );

describe('a request for a sweep', () => {
  it('is accepted with its place and its document, and is found there', async () => {
    const world = await readWorld();
    const { status, headers, document } = await ask(world, BODY);
    expect(status).toBe(202);
    expect(headers).toMatchObject({ 'content-type': 'application/json', location: `/api/sweeps/${document.id}` });
    const said = {
      ...BODY,
      id: document.id,
      state: 'waiting',
      requestedAt: '2026-11-20T12:20:00Z',
      reached: BODY.from,
      counts: { fetched: 0, new: 0, changed: 0, duplicate: 0, vanished: 0 },
    };
    expect(document).toEqual(said);
    expect(await get(world, String(document.id))).toMatchObject({ status: 200, document: said });
    expect(await get(world, String(document.id).toUpperCase())).toMatchObject({ status: 200, document: said });
    expect(waiting(world)).toEqual([`request|${document.id}`]);
  });

  it.each([
    ['2026-11-20T02:30:00Z', '2026-11-20T04:00:00.0000001Z', '2026-11-20T02:00:00Z', '2026-11-20T05:00:00Z'],
    ['2026-11-20T02:59:59.9999999Z', '2026-11-20T03:00:00Z', '2026-11-20T02:00:00Z', '2026-11-20T03:00:00Z'],
    ['2026-11-20T05:10:00+02:00', '2026-11-20T12:05:00Z', '2026-11-20T03:00:00Z', '2026-11-20T12:05:00Z'],
    ['2026-11-20T11:59:00Z', '2026-11-20T12:00:00.5Z', '2026-11-20T11:00:00Z', '2026-11-20T12:05:00Z'],
  ])('from %s to %s is rounded outwards to %s and %s, and says so', async (from, to, start, end) => {
    const world = await readWorld();
    const { status, document } = await ask(world, { ...BODY, from, to });
    expect(status).toBe(202);
    expect(document).toMatchObject({ from: start, to: end, note: expect.stringContaining('whole hours') });
    expect(document.asked).toBeDefined();
  });

  it('may name dates alone', async () => {
    const { world } = worldOf(AUDITS, { sourceDays: 3 });
    await world.collectAll(AUDITS);
    const { document } = await ask(world, { ...BODY, from: '2026-11-19', to: '2026-11-20' });
    expect(document).toMatchObject({ from: '2026-11-19T00:00:00Z', to: '2026-11-20T00:00:00Z' });
    expect(document).not.toHaveProperty('note');
  });

  it.each([
    { case: 'without a time', body: { ...BODY, from: '' }, parameter: 'from', says: 'is not a time' },
    { case: 'of a day that is not', body: { ...BODY, to: '2026-02-30' }, parameter: 'to', says: 'is not a time' },
    { case: 'with a number', body: { ...BODY, to: 5 }, parameter: 'to', says: 'must be text' },
    { case: 'with null', body: { ...BODY, logType: null }, parameter: 'logType', says: 'must be text' },
    { case: 'without a member', body: { ...BODY, to: undefined }, parameter: 'to', says: 'is missing' },
    { case: 'with a slip', body: { ...BODY, form: 'x' }, parameter: 'form', says: 'is not a member' },
    { case: 'that is empty', body: { ...BODY, to: BODY.from }, parameter: 'to', says: 'later' },
    { case: 'that is reversed', body: { ...BODY, to: '2026-11-20' }, parameter: 'to', says: 'later' },
    {
      case: 'for what is to come',
      body: { ...BODY, to: '2026-11-20T12:20:01Z' },
      parameter: 'to',
      says: 'is in the future (it is 2026-11-20T12:20:00Z now). What can be asked for now: from 2026-11-19T14:00:00Z to 2026-11-20T12:05:00Z.',
    },
    {
      case: 'that begins in what is to come',
      body: { ...BODY, from: '2026-12-01', to: '2026-12-02' },
      parameter: 'from',
      says: 'is in the future',
    },
    {
      case: 'for what was not read yet',
      body: { ...BODY, to: '2026-11-20T12:05:01Z' },
      parameter: 'to',
      says: 'has not been read yet: directoryAudits is read up to 2026-11-20T12:05:00Z. What can be asked for now: from 2026-11-19T14:00:00Z to 2026-11-20T12:05:00Z.',
    },
    {
      case: 'from before the archive',
      body: { ...BODY, from: '2026-11-19T12:59:59Z' },
      parameter: 'from',
      says: 'lies before the start of the archive, 2026-11-19T13:00:00Z. What can be asked for now: from 2026-11-19T14:00:00Z',
    },
    {
      case: 'for what is about to be forgotten',
      body: { ...BODY, from: '2026-11-19T13:59:59Z' },
      parameter: 'from',
      says: 'Graph no longer has it, it keeps 1 days',
    },
    {
      case: 'over more than 31 days',
      body: { ...BODY, from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:01Z' },
      parameter: 'to',
      says: 'more than 31 days',
    },
    {
      case: 'for a log type that is off',
      body: { ...BODY, logType: 'provisioning' },
      parameter: 'logType',
      says: 'is switched off: provisioning is not in LOG_TYPES. Those that are on: directoryAudits.',
    },
    {
      case: 'for what no Graph is asked for',
      body: { ...BODY, logType: 'archiveAccess' },
      parameter: 'logType',
      says: "is the archive's own log",
    },
    {
      case: 'for no log type',
      body: { ...BODY, logType: 'toString' },
      parameter: 'logType',
      says: "is no log type: 'toString'",
    },
    { case: 'of a name that every object has', body: { ...BODY, toString: '' }, parameter: 'toString', says: 'member' },
  ])('$case is a 400 with the reason, and nothing is put on the list', async ({ body, parameter, says }) => {
    const world = await readWorld();
    const { status, headers, document } = await ask(world, body);
    expect(status).toBe(400);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
    expect(document).toMatchObject({ title: 'Bad request body', parameter });
    expect(document.detail).toContain(`'${parameter}' `);
    expect(document.detail).toContain(says);
    expect(waiting(world)).toEqual([]);
  });

  it('for a span that was read and that the source has forgotten since is a 400 that says so', async () => {
    const world = await readWorld();
    world.advance(6 * 3600);
    const { status, document } = await ask(world, BODY);
    expect(status).toBe(202);
    world.advance(12 * 3600);
    const late = await ask(world, BODY);
    expect(late.status).toBe(400);
    expect(late.document.detail).toBe(
      "'from' is too old: Graph no longer has it, it keeps 1 days. " +
        'What can be asked for now: from 2026-11-20T08:00:00Z to 2026-11-20T12:05:00Z.',
    );
    expect(waiting(world)).toEqual([`request|${document.id}`]);
  });

  it('before anything was read is a 400', async () => {
    const { world } = worldOf(AUDITS);
    const { status, document } = await ask(world, BODY);
    expect(status).toBe(400);
    expect(document.detail).toContain('nothing of directoryAudits has been read yet');
  });

  it.each(['', '{', '[]', 'null', '"x"', '{"logType":', '\u0000'])(
    'whose body is not a JSON object is a 400: %j',
    async (body) => {
      const { status, document } = await post(await readWorld(), body);
      expect(status).toBe(400);
      expect(document.detail).toContain(
        'A right body: {"logType":"directoryAudits","from":"2026-11-20T00:00:00Z","to":"2026-11-21T00:00:00Z"}',
      );
      expect(JSON.stringify(document)).not.toMatch(/\bat .*\.ts|node:|SyntaxError/);
    },
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])(
    'whose type is %j is a 415',
    async (type) => {
      const { status, document } = await post(await readWorld(), JSON.stringify(BODY), { 'content-type': type });
      expect(status).toBe(415);
      expect(document.detail).toContain("'content-type: application/json'");
    },
  );

  it('may say the character set, in any case', async () => {
    const type = { 'content-type': 'Application/JSON; charset=utf-8' };
    expect((await post(await readWorld(), JSON.stringify(BODY), type)).status).toBe(202);
  });

  it('may have 8 KB, and is a 413 beyond', async () => {
    const text = JSON.stringify(BODY);
    expect((await post(await readWorld(), text.padEnd(8192))).status).toBe(202);
    expect((await post(await readWorld(), text.padEnd(8193))).status).toBe(413);
  });
});

describe('the document of a request', () => {
  it.each(['x', '', '%2F', 'toString', 'a'.repeat(5000), '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10', "'", '%00'])(
    'that there is none of is a 404: %s',
    async (id) => {
      const world = await readWorld();
      await ask(world, BODY);
      const { status, document } = await get(world, id);
      expect(status).toBe(404);
      expect(document).toMatchObject({ title: 'No such sweep request' });
    },
  );

  it('says why the request waits', async () => {
    const world = await readWorld();
    const { document } = await ask(world, BODY);
    const deps = world.instance();
    const request = await nextRequest(deps, world.logType(AUDITS), await applyLedger(deps, AUDITS));
    if (!request) throw new Error('the request is not on the list');
    await noteRequestFailure(deps, request, 'Graph answered 503');
    expect((await get(world, String(document.id))).document).toMatchObject({
      state: 'waiting',
      lastError: 'Graph answered 503',
    });
  });
});
