/** The Graph-compatible routes: which records, in which order, page after page. */
import { describe, expect, it } from 'vitest';
import { pull } from '../../shared/pull.ts';
import { commitRows } from '../support/commits.ts';
import { createWorld, row, rows, type World, worldOf } from '../support/flowHarness.ts';
import { askGraph, GRAPH, INVOCATION, idsOf, listed, pagesOf } from '../support/graphApi.ts';

const AUDITS = '/v1.0/auditLogs/directoryAudits';
const SIGN_INS = '/beta/auditLogs/signIns';
const SIGN_IN_TYPES = [
  'interactiveSignIns',
  'nonInteractiveSignIns',
  'servicePrincipalSignIns',
  'managedIdentitySignIns',
];

const lineOf = new Map<string, string>();
const query = (options: Record<string, string>) => `?${new URLSearchParams(options)}`;

/** A day of audits, 90 of them, two minutes apart and over a border of hours. */
async function auditWorld(): Promise<World> {
  const { world, type } = worldOf('directoryAudits');
  const list = rows(type, 90, '2026-11-20T06:10:00Z', 121);
  for (const { line } of list) lineOf.set((JSON.parse(line) as { id: string }).id, line);
  world.graph.add(type.name, ...list);
  await world.collectAll(type.name);
  return world;
}

async function signInWorld(): Promise<World> {
  const world = createWorld({ logTypes: SIGN_IN_TYPES });
  for (const [n, name] of SIGN_IN_TYPES.entries()) {
    world.graph.add(name, ...rows(world.logType(name), 40, `2026-11-20T07:0${n}:00Z`, 240 + n, name));
    await world.collectAll(name);
  }
  return world;
}

/** `row-89`, `row-88`, … down to `row-0`. */
const newestFirst = Array.from({ length: 90 }, (_, n) => `row-${89 - n}`);

describe('a list', () => {
  it('is newest first, its records as they are stored, in the shape of Graph', async () => {
    const world = await auditWorld();
    const { status, headers, text } = await askGraph(world.instance(), AUDITS);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json;odata.metadata=minimal/),
      'request-id': INVOCATION,
      'client-request-id': INVOCATION,
      date: 'Fri, 20 Nov 2026 12:20:00 GMT',
    });
    const lines = newestFirst.map((id) => lineOf.get(id));
    expect(text).toBe(
      `{"@odata.context":"${GRAPH}/v1.0/$metadata#auditLogs/directoryAudits","value":[${lines.join()}]}`,
    );
  });

  it.each([1, 7, 89, 90, 1000])('comes in pages of $top=%i, each record once', async (top) => {
    const deps = (await auditWorld()).instance();
    for (const [order, ids] of [
      ['', newestFirst],
      ['activityDateTime desc', newestFirst],
      ['activityDateTime', newestFirst.toReversed()],
      ['activityDateTime asc', newestFirst.toReversed()],
    ] as const) {
      const pages = await pagesOf(deps, AUDITS + query({ $top: `${top}`, ...(order && { $orderby: order }) }));
      expect(pages.flatMap(({ value }) => value.map(({ id }) => id))).toEqual(ids);
      expect(pages.map(({ value }) => value.length).slice(0, -1)).toEqual(pages.slice(1).map(() => top));
      expect(pages.length).toBe(Math.ceil(90 / top));
    }
  });

  it('is bounded by the times of its filter, exact to the tick', async () => {
    const deps = (await auditWorld()).instance();
    const all = (await listed(deps, AUDITS)).value;
    const [later, earlier] = [all[20]?.activityDateTime, all[50]?.activityDateTime];
    const between = (from: string, to: string) =>
      idsOf(
        deps,
        AUDITS +
          query({ $filter: `activityDateTime ${from} ${earlier} and activityDateTime ${to} ${later}`, $top: '9' }),
      );
    expect(await between('ge', 'le')).toEqual(newestFirst.slice(20, 51));
    expect(await between('gt', 'lt')).toEqual(newestFirst.slice(21, 50));
    expect(await idsOf(deps, AUDITS + query({ $filter: `activityDateTime eq ${later}` }))).toEqual([newestFirst[20]]);
    expect(await idsOf(deps, AUDITS + query({ $filter: 'activityDateTime ge 2030-01-01' }))).toEqual([]);
    expect(await idsOf(deps, AUDITS + query({ $filter: 'activityDateTime le 2030-01-01' }))).toEqual(newestFirst);
    const either = `activityDateTime eq ${later} or activityDateTime eq ${earlier}`;
    expect(await idsOf(deps, AUDITS + query({ $filter: either, $top: '1' }))).toEqual([
      newestFirst[20],
      newestFirst[50],
    ]);
  });

  it('holds its filter over all pages and keeps the query of its links as it was written', async () => {
    const deps = (await auditWorld()).instance();
    const written = `?%24top=2&$filter=endswith(id,%20'3')&$count=true&$skipTOKEN=`;
    const first = await listed(deps, AUDITS + written.replace('&$skipTOKEN=', ''));
    expect(first['@odata.nextLink']).toMatch(
      /^https:\/\/archive\.example\/api\/graph\/v1\.0\/auditLogs\/directoryAudits\?%24top=2&\$filter=endswith\(id,%20%273%27\)&\$count=true&\$skiptoken=[\w.-]+$/,
    );
    const pages = await pagesOf(deps, AUDITS + written.replace('&$skipTOKEN=', ''));
    expect(pages.flatMap(({ value }) => value.map(({ id }) => id))).toEqual(
      newestFirst.filter((id) => id.endsWith('3')),
    );
    expect(pages.map((page) => page['@odata.count'])).toEqual(pages.map(() => 9));
  });

  it('gives the fields of $select only, and says so in its context', async () => {
    const deps = (await auditWorld()).instance();
    const { text } = await askGraph(deps, AUDITS + query({ $select: 'x, id', $top: '1' }));
    expect(text).toMatch(/"@odata.context":"[^"]+#auditLogs\/directoryAudits\(x,id\)"/);
    expect(text).toContain('"value":[{"id":"row-89","x":0.0}]');
  });

  it('is the last 30 days where no time is asked for, and all where one is', async () => {
    const { world, type } = worldOf('directoryAudits', { sourceDays: 30 });
    world.graph.add(type.name, row(type, 'old', '2026-10-22T10:00:00Z'), row(type, 'new', '2026-11-20T10:00:00Z'));
    world.graph.add(type.name, row(type, 'undated', null));
    await world.collectAll(type.name);
    const deps = world.instance();
    expect(await idsOf(deps, AUDITS)).toEqual(['new', 'old']);
    world.advance(3 * 86_400);
    expect(await idsOf(deps, AUDITS)).toEqual(['new']);
    expect(await idsOf(deps, AUDITS + query({ $filter: "id ne 'x'" }))).toEqual(['new']);
    expect(await idsOf(deps, AUDITS + query({ $filter: 'activityDateTime le 2027-01-01' }))).toEqual(['new', 'old']);
    expect(await idsOf(deps, AUDITS + query({ $filter: "activityDateTime ge 2020-01-01 or id eq 'x'" }))).toEqual([
      'new',
      'old',
    ]);
    expect(await idsOf(deps, AUDITS + query({ $filter: 'activityDateTime eq null' }))).toEqual(['undated']);
  });

  it('keeps what the last 30 days were when its first page was asked for', async () => {
    const { world, type } = worldOf('directoryAudits', { sourceDays: 30 });
    world.graph.add(type.name, ...rows(type, 10, '2026-10-22T10:00:00Z', 60));
    await world.collectAll(type.name);
    const deps = world.instance();
    const pages = await pagesOf(deps, `${AUDITS}?$top=3`, async () => world.advance(5 * 86_400));
    expect(pages.flatMap(({ value }) => value.map(({ id }) => id))).toEqual(
      Array.from({ length: 10 }, (_, n) => `row-${9 - n}`),
    );
  });

  it('of an empty archive is empty', async () => {
    const deps = worldOf('directoryAudits').world.instance();
    expect(await listed(deps, `${AUDITS}?$count=true`)).toEqual({
      '@odata.context': expect.any(String),
      '@odata.count': 0,
      value: [],
    });
  });
});

describe('commits between two pages', () => {
  it.each(['desc', 'asc'])('neither skip nor double a record, %s', async (direction) => {
    const { world, type } = worldOf('directoryAudits');
    await commitRows(world, type, rows(type, 60, '2026-11-20T06:10:00Z', 121));
    const deps = world.instance();
    const target = AUDITS + query({ $top: '7', $orderby: `activityDateTime ${direction}`, $count: 'true' });
    const before = await idsOf(deps, target);
    let round = 0;
    const pages = await pagesOf(deps, target, async () => {
      round += 1;
      await commitRows(world, type, rows(type, 30, '2026-11-20T06:11:00Z', 240 + round, `late-${round}`));
    });
    expect(round).toBe(8);
    expect(before).toHaveLength(60);
    expect(pages.flatMap(({ value }) => value.map(({ id }) => id))).toEqual(before);
    expect(new Set(pages.map((page) => page['@odata.count']))).toEqual(new Set([60]));
    expect(await idsOf(deps, target)).toHaveLength(60 + 8 * 30);
  });
});

describe('sign-ins', () => {
  const types = (...names: string[]) => names.map((name) => `signInEventTypes/any(t: t eq '${name}')`).join(' or ');

  it('are the interactive ones where nothing else is asked for', async () => {
    const deps = (await signInWorld()).instance();
    const interactive = Array.from({ length: 40 }, (_, n) => `interactiveSignIns-${39 - n}`);
    expect(await idsOf(deps, SIGN_INS)).toEqual(interactive);
    expect(await idsOf(deps, '/v1.0/auditLogs/signIns?$top=11')).toEqual(interactive);
    expect(await idsOf(deps, SIGN_INS + query({ $filter: types('interactiveUser') }))).toEqual(interactive);
  });

  it.each([
    [types('nonInteractiveUser'), [1]],
    [types('servicePrincipal', 'managedIdentity'), [2, 3]],
    ["signInEventTypes/any(t: t ne 'interactiveUser')", [1, 2, 3]],
    [`(${types('managedIdentity')}) and createdDateTime le 2026-11-20T12:00:00Z`, [3]],
    ["not signInEventTypes/any(t: t eq 'managedIdentity') and x eq 0", [0, 1, 2]],
    [`${types('managedIdentity')} or id eq 'interactiveSignIns-3'`, 'both'],
  ] as const)('of several kinds are merged by time: %s', async (filter, kinds) => {
    const world = await signInWorld();
    const deps = world.instance();
    for (const order of ['desc', 'asc']) {
      const target = SIGN_INS + query({ $filter: filter, $top: '7', $orderby: `createdDateTime ${order}` });
      const value = (await pagesOf(deps, target)).flatMap((page) => page.value);
      const times = value.map(({ createdDateTime }) => Date.parse(`${createdDateTime}`));
      expect(times).toEqual(times.toSorted((a, b) => (order === 'asc' ? a - b : b - a)));
      const wanted =
        kinds === 'both' ? [...idsOfKinds(3), 'interactiveSignIns-3'] : kinds.flatMap((kind) => idsOfKinds(kind));
      expect(value.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
    }
  });

  const idsOfKinds = (kind: number) => Array.from({ length: 40 }, (_, n) => `${SIGN_IN_TYPES[kind]}-${n}`);
});

describe('log types whose records move', () => {
  const USERS = '/v1.0/identityProtection/riskyUsers';

  it('are given in every version if they are detections', async () => {
    const { world, type } = worldOf('riskDetections');
    const version = (time: string, level: string) => row(type, 'a', time, undefined, `,"riskLevel":"${level}"`);
    world.graph.add(type.name, version('2026-11-20T06:00:00Z', 'low'), version('2026-11-20T09:00:00Z', 'high'));
    await world.collectAll(type.name);
    const { value } = await listed(world.instance(), '/v1.0/identityProtection/riskDetections');
    expect(value.map(({ riskLevel }) => riskLevel)).toEqual(['high', 'low']);
    const one = await askGraph(world.instance(), '/beta/identityProtection/riskDetections/a');
    expect(JSON.parse(one.text)).toMatchObject({ id: 'a', riskLevel: 'high' });
  });

  it('are the present state if they are states: one record of each, its latest version', async () => {
    const { world, type } = worldOf('riskyUsers');
    const version = (id: string, time: string, state: string) =>
      row(type, id, time, undefined, `,"riskState":"${state}"`);
    world.graph.add(
      type.name,
      version('a', '2026-11-20T06:00:00Z', 'atRisk'),
      version('b', '2026-11-20T07:00:00Z', 'atRisk'),
      version('c', '2025-01-01T07:00:00Z', 'atRisk'),
      version('a', '2026-11-20T09:00:00Z', 'dismissed'),
    );
    await world.collectAll(type.name);
    const deps = world.instance();
    const ids = (options: Record<string, string>) => idsOf(deps, USERS + query({ $top: '1', ...options }));
    expect(await ids({})).toEqual(['a', 'b', 'c']);
    expect(await ids({ $orderby: 'riskLastUpdatedDateTime asc' })).toEqual(['c', 'b', 'a']);
    expect(await ids({ $filter: "riskState eq 'atRisk'" })).toEqual(['b', 'c']);
    expect(await ids({ $filter: 'riskLastUpdatedDateTime le 2026-11-20T08:00:00Z' })).toEqual(['b', 'c']);
    expect(await ids({ $filter: 'riskLastUpdatedDateTime ge 2026-11-20T06:30:00Z' })).toEqual(['a', 'b']);
  });

  it('come 20 a page unless more is asked for, up to 500', async () => {
    const { world, type } = worldOf('riskDetections');
    world.graph.add(type.name, ...rows(type, 600, '2026-11-20T06:00:00Z', 20));
    await world.collectAll(type.name);
    const page = async (options: string) =>
      (await listed(world.instance(), `/v1.0/identityProtection/riskDetections${options}`)).value.length;
    expect([await page(''), await page('?$top=500')]).toEqual([20, 500]);
  });
});

describe('a single record', () => {
  it('is found by its id among all kinds of sign-ins, and only interactive ones in v1.0', async () => {
    const deps = (await signInWorld()).instance();
    const { status, text } = await askGraph(deps, `${SIGN_INS}/managedIdentitySignIns-7`);
    expect(status).toBe(200);
    expect(text).toMatch(
      /^\{"@odata\.context":"https:[^"]+\/beta\/\$metadata#auditLogs\/signIns\/\$entity","id":"managedIdentitySignIns-7",.*"x":0\.0, "y":"\\u2013"\}$/,
    );
    expect((await askGraph(deps, '/v1.0/auditLogs/signIns/managedIdentitySignIns-7')).status).toBe(404);
    expect((await askGraph(deps, '/v1.0/auditLogs/signIns/interactiveSignIns-7')).status).toBe(200);
    const selected = await askGraph(deps, `${SIGN_INS}/managedIdentitySignIns-7?$select=x`);
    expect(selected.text).toMatch(/,"x":0\.0\}$/);
  });

  it('that the archive does not hold is 404 in the shape of Graph', async () => {
    const deps = (await auditWorld()).instance();
    for (const id of ['nobody', "o'hara", 'row', 'ROW-1']) {
      const { status, text } = await askGraph(deps, `${AUDITS}/${encodeURIComponent(id)}`);
      expect(status).toBe(404);
      expect(JSON.parse(text)).toMatchObject({
        error: { code: 'Request_ResourceNotFound', message: expect.stringContaining(`'${id}'`) },
      });
    }
  });

  it('is its latest version', async () => {
    const { world, type } = worldOf('directoryAudits', { settings: { SWEEP_AGES: 'PT1H' } });
    const version = (n: number) => row(type, 'a/b', '2026-11-20T06:00:00Z', undefined, `,"n":${n}`);
    const pulled = () => pull(world.instance(), 'reports', new AbortController().signal);
    world.graph.add(type.name, version(1), row(type, 'c', '2026-11-20T06:30:00Z'));
    await pulled();
    const target = `${AUDITS}/a%2Fb`;
    expect(JSON.parse((await askGraph(world.instance(), target)).text)).toMatchObject({ id: 'a/b', n: 1 });
    const first = await listed(world.instance(), `${AUDITS}?$top=1`);
    world.graph.remove(type.name, version(1).line);
    world.graph.add(type.name, version(2));
    world.advance(4 * 3600);
    await pulled();
    expect(JSON.parse((await askGraph(world.instance(), target)).text)).toMatchObject({ id: 'a/b', n: 2 });
    expect((await listed(world.instance(), AUDITS)).value.map(({ id, n }) => [id, n])).toEqual([
      ['c', undefined],
      ['a/b', 2],
    ]);
    // A list that was begun before goes on with what it was pinned to.
    expect((await listed(world.instance(), first['@odata.nextLink'] ?? '')).value).toMatchObject([{ id: 'a/b', n: 1 }]);
  });
});
