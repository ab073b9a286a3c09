/** What a request is about, in its record: the log types and the range, wherever the request says them. */
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Handle } from '../../shared/http/call.ts';
import { getDeliveries } from '../../shared/http/exports.ts';
import { getGraph } from '../../shared/http/graph.ts';
import { deleteHold, postHold } from '../../shared/http/holds.ts';
import { respond } from '../../shared/http/respond.ts';
import type { Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { getSubject } from '../../shared/http/subjects.ts';
import { getSweep, postSweep } from '../../shared/http/sweeps.ts';
import { waitingRecords } from '../support/accessWorld.ts';
import { sleepless } from '../support/exportCalls.ts';
import { createWorld, rows, TENANT_ID, type World } from '../support/flowHarness.ts';
import { askGraph, type GraphList } from '../support/graphApi.ts';
import { blobsOf } from '../support/signingWorld.ts';
import { type Around, plainly } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';
const RISKY = 'riskyUsers';
const SIGN_INS = ['interactiveSignIns', 'nonInteractiveSignIns', 'servicePrincipalSignIns', 'managedIdentitySignIns'];
const ALL = [...SIGN_INS, AUDITS, RISKY, 'archiveAccess'];
const HOLD = '6b5d4c3a-93b1-4d57-8e20-0f8a6c2e2f10';

/** It is 12:20 on 20 November 2026. */
let world: World;
beforeAll(async () => {
  world = createWorld({ logTypes: ALL });
  world.graph.add(AUDITS, ...rows(world.logType(AUDITS), 20, '2026-11-20T02:00:00Z', 300));
  await world.collectAll(AUDITS);
});

interface Asked {
  readonly route: Route;
  readonly handle: Handle;
  readonly url: string;
  readonly method?: string;
  readonly body?: Readonly<Record<string, string>>;
}

const graph = (target: string): Asked => ({ route: ROUTES.graph, handle: getGraph, url: `/api/graph/${target}` });
const list = (target: string, filter: string): Asked => graph(`${target}?${new URLSearchParams({ $filter: filter })}`);

interface Noted {
  readonly status: number;
  readonly logType: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

async function ask(
  { route, handle, url, method = 'GET', body }: Asked,
  around: Around = plainly,
): Promise<[HttpResponseInit, Noted]> {
  world.stores.partitions.delete(`${TENANT_ID}|access`);
  const request = new HttpRequest({
    method,
    url: `http://localhost${url}`,
    headers: { 'content-type': 'application/json', 'x-purpose': 'a%20test' },
    ...(body && { body: { string: JSON.stringify(body) } }),
  });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: route.name });
  const deps = { ...world.instance(around), clock: { ...world.clock, sleep: sleepless } };
  const answer = (await respond(deps, route, handle)(request, context)) as HttpResponseInit;
  if (typeof answer.body === 'object') await Array.fromAsync(answer.body as AsyncIterable<Uint8Array>);
  return [answer, waitingRecords(world)[0] as unknown as Noted];
}

async function noted(asked: Asked, around: Around = plainly): Promise<unknown[]> {
  const [, { status, logType, from, to }] = await ask(asked, around);
  return [status, logType, from, to];
}

/** As long ago as Graph keeps records in this world: a day. */
const KEPT_FROM = '2026-11-19T12:20:00.0000000Z';

describe('a request to a route of Graph', () => {
  it.each<[string, Asked, unknown[]]>([
    ['a collection', graph(`v1.0/auditLogs/${AUDITS}`), [200, AUDITS, KEPT_FROM, null]],
    ['a collection in other letters', graph('V1.0/auditlogs/DIRECTORYAUDITS'), [200, AUDITS, KEPT_FROM, null]],
    ['sign-ins', graph('beta/auditLogs/signIns'), [200, SIGN_INS[0], KEPT_FROM, null]],
    [
      'two kinds of sign-ins in a span',
      list(
        'beta/auditLogs/signIns',
        "signInEventTypes/any(t: t eq 'nonInteractiveUser' or t eq 'servicePrincipal') and " +
          'createdDateTime ge 2026-11-20T00:00:00Z and createdDateTime lt 2026-11-20T06:00:00Z',
      ),
      [200, `${SIGN_INS[1]},${SIGN_INS[2]}`, '2026-11-20T00:00:00.0000000Z', '2026-11-20T06:00:00.0000000Z'],
    ],
    [
      'a span without an end',
      list(`v1.0/auditLogs/${AUDITS}`, 'activityDateTime gt 2026-11-20T00:00:00Z'),
      [200, AUDITS, '2026-11-20T00:00:00.0000001Z', null],
    ],
    [
      'a span without a beginning',
      list(`v1.0/auditLogs/${AUDITS}`, 'activityDateTime lt 2026-11-20'),
      [200, AUDITS, null, '2026-11-20T00:00:00.0000000Z'],
    ],
    ['a record', graph(`v1.0/auditLogs/${AUDITS}/row-3`), [200, AUDITS, null, null]],
    ['a record that is not there', graph('beta/auditLogs/signIns/nobody'), [404, SIGN_INS.join(), null, null]],
    ['a sign-in of v1.0', graph('v1.0/auditLogs/signIns/nobody'), [404, SIGN_INS[0], null, null]],
    ['a filter that cannot be read', list('beta/auditLogs/signIns', 'id eq'), [400, SIGN_INS.join(), null, null]],
    ['what Graph does not have', graph('v1.0/users'), [400, null, null, null]],
  ])('says which log types, and which range: %s', async (_, asked, expected) => {
    expect(await noted(asked)).toEqual(expected);
  });

  it('has on a further page the range of the first, to where that was read', async () => {
    const { text } = await askGraph(world.instance(), `/v1.0/auditLogs/${AUDITS}?$top=15`);
    const next = new URL(String((JSON.parse(text) as GraphList)['@odata.nextLink']));
    world.advance(600);
    const read = '2026-11-20T12:05:00.0000000Z';
    expect(await noted({ ...graph(''), url: `${next.pathname}${next.search}` })).toEqual([
      200,
      AUDITS,
      KEPT_FROM,
      read,
    ]);
    world.advance(-600);
  });

  it('is noted with its options however they are spelled', async () => {
    const [, record] = await ask(graph(`v1.0/auditLogs/${AUDITS}?$Filter=id%20eq%20'row-3'&$TOP=5&$Select=id`));
    expect(record).toMatchObject({ status: 200, filter: "id eq 'row-3'", limit: '5', select: 'id' });
  });
});

/** What is on the list of the pull timers. */
const sweepsIn = ({ stores }: World) =>
  [...(stores.partitions.get(`${TENANT_ID}|${AUDITS}`)?.keys() ?? [])].filter((key) => key.startsWith('request|'));

describe('a request whose body says what it is about', () => {
  const span = { from: '2026-11-20T02:00:00Z', to: '2026-11-20T05:00:00Z' };
  const sweep = (more: Record<string, string> = {}): Asked => ({
    route: ROUTES.sweeps,
    handle: postSweep,
    method: 'POST',
    url: '/api/sweeps',
    body: { logType: AUDITS, ...span, ...more },
  });
  const hold = (more: Record<string, string> = {}): Asked => ({
    route: ROUTES.holds,
    handle: postHold,
    method: 'POST',
    url: '/api/holds',
    body: { id: HOLD, case: 'a case', logTypes: `${AUDITS}, ${RISKY}`, ...span, ...more },
  });
  const release: Asked = {
    route: ROUTES.holdsRelease,
    handle: deleteHold,
    method: 'DELETE',
    url: `/api/holds/${HOLD}`,
  };

  it('says it in its record, and so does whoever comes back to it', async () => {
    const [{ body }] = await ask(sweep());
    const { id } = JSON.parse(String(body)) as { id: string };
    const progress = { route: ROUTES.sweepsProgress, handle: getSweep, url: `/api/sweeps/${id}` };
    const [from, to] = [span.from, span.to];
    expect([
      await noted(sweep()),
      await noted(progress),
      await noted(hold()),
      await noted(release),
      await noted({ ...release, url: `/api/holds/${HOLD.replace('6', '7')}` }),
    ]).toEqual([
      [202, AUDITS, from, to],
      [200, AUDITS, from, to],
      [201, `${AUDITS},${RISKY}`, from, to],
      [200, `${AUDITS},${RISKY}`, from, to],
      [404, null, null, null],
    ]);
  });

  it('changes nothing where that cannot be noted', async () => {
    const placed = { ...hold(), body: { ...hold().body, id: HOLD.replace('6', '8') } };
    expect((await noted(placed))[0]).toBe(201);
    const before = [blobsOf(world, 'ledger'), sweepsIn(world)];
    for (const asked of [
      sweep(),
      hold({ id: HOLD.replace('6', '9') }),
      { ...release, url: `/api/holds/${placed.body.id}` },
    ]) {
      // The row at the beginning, and what is written before the change.
      let writes = 0;
      const failing: Around = async (call, run) => {
        if (call.op !== 'commit' || !call.target.includes('|access/')) return run();
        writes += 1;
        if (writes === 2) throw new Error('no table');
        return run();
      };
      expect((await noted(asked, failing))[0]).toBe(503);
    }
    expect([blobsOf(world, 'ledger'), sweepsIn(world)]).toEqual(before);
  });

  it.each<[string, Asked, unknown[]]>([
    ['a sweep of a span that is none', sweep({ to: 'x' }), [400, AUDITS, span.from, 'x']],
    ['a sweep of what is no log type', sweep({ logType: 'x' }), [400, null, null, null]],
    ['a hold of a span that is none', hold({ from: 'x' }), [400, `${AUDITS},${RISKY}`, 'x', span.to]],
    ['a hold of what is no log type', hold({ logTypes: `${AUDITS},x` }), [400, null, null, null]],
  ])('says it as far as it was read: %s', async (_, asked, expected) => {
    expect(await noted(asked)).toEqual(expected);
  });
});

describe('a request that looks for one thing', () => {
  it('says which log types were looked through', async () => {
    const subject = { route: ROUTES.subjects, handle: getSubject, url: '/api/subjects?user=anna@example.com' };
    expect(await noted(subject)).toEqual([200, ALL.join(), null, null]);
    const file = { route: ROUTES.exports, handle: getDeliveries, url: `/api/exports/${'a'.repeat(64)}` };
    expect(await noted(file)).toEqual([404, 'archiveAccess', null, null]);
  });
});
