/**
 * Microsoft's own client against the archive: nothing changed but base URL, custom hosts and token provider.
 *
 * Every log type, in both orders, with filters, is held to what the simulator showed; and commits that land between two
 * pages, through another instance of the app, neither skip a record nor give one twice.
 */
import { Client, PageIterator } from '@microsoft/microsoft-graph-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseInstant } from '../../shared/archive/time.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';
import type { LogTypeStatus } from '../../shared/status.ts';
import { type Host, pullAll, readLines, runTimers, type Stack, startStack } from '../support/stack.ts';
import { startTlsFront, type TlsFront } from '../support/tlsFront.ts';

type Row = Record<string, unknown>;

const ORIGIN = Date.parse('2026-11-18T09:20:00Z');
const HOUR_MS = 3_600_000;
const TOKEN = 'a-token-of-the-test';

let stack: Stack;
let host: Host;
let front: TlsFront;
let status: ReadonlyMap<string, LogTypeStatus>;

beforeAll(async () => {
  stack = await startStack({
    days: 2,
    perDay: 2_500,
    origin: ORIGIN,
    seed: 23,
    faults: 'late-rows,changed-rows',
    settings: { LOG_TYPES: [...LOG_TYPES.keys()].join(), ASPNETCORE_FORWARDEDHEADERS_ENABLED: 'true' },
  });
  front = await startTlsFront();
  host = await stack.startHost();
  front.target = host.url;
  status = new Map((await pullAll(host, stack.target)).map((each) => [each.logType, each]));
}, 300_000);
afterAll(async () => {
  await front.close();
  await stack.close();
});

/** A client as its documentation shows it, for a service of one's own. */
const clientOf = (origin: string): Client =>
  Client.init({
    baseUrl: `${origin}/api/graph/`,
    customHosts: new Set(['127.0.0.1']),
    authProvider: (done) => done(null, TOKEN),
  });

interface Asked {
  readonly filter?: string | undefined;
  readonly order?: 'asc' | 'desc';
  readonly top?: number;
}

const boundsOf = ({ name, timeField }: LogType): string => {
  const { from, watermark } = status.get(name) as LogTypeStatus;
  return `${timeField} ge ${from} and ${timeField} lt ${watermark}`;
};
const kindOf = ({ signInEventType }: LogType): string[] =>
  signInEventType === undefined ? [] : [`signInEventTypes/any(t: t eq '${signInEventType}')`];

function firstPage(client: Client, type: LogType, { filter, order = 'desc', top }: Asked) {
  const request = client
    .api(type.path)
    .version(type.api)
    .filter([...kindOf(type), filter ?? boundsOf(type)].join(' and '))
    .orderby(`${type.timeField} ${order}`);
  return (top === undefined ? request : request.top(top)).get();
}

async function iterate(client: Client, type: LogType, asked: Asked, onPage?: () => Promise<void>): Promise<Row[]> {
  const found: Row[] = [];
  const page = await firstPage(client, type, asked);
  await onPage?.();
  await new PageIterator(client, page, (row: Row) => found.push(row) > 0).iterate();
  return found;
}

async function shown(type: LogType): Promise<Row[]> {
  const { from, watermark } = status.get(type.name) as LogTypeStatus;
  const rows: Row[] = [];
  const url = `${stack.simulator.url}/_simulator/truth/${type.name}?from=${from}&to=${watermark}`;
  for await (const line of readLines(url)) rows.push(JSON.parse(line.toString()) as Row);
  return rows;
}

/** Ids, sorted; of a state type each once, because Graph shows the present state. */
function idsOf(type: LogType, rows: readonly Row[]): unknown[] {
  const ids = rows.map(({ id }) => id);
  return (type.state ? [...new Set(ids)] : ids).toSorted();
}

const timeOf = (row: Row, type: LogType): string => parseInstant(`${row[type.timeField]}`) ?? '';

/** Where a record says who it is about. */
const WHO: Readonly<Record<string, string>> = {
  interactiveSignIns: 'userPrincipalName',
  nonInteractiveSignIns: 'userPrincipalName',
  servicePrincipalSignIns: 'servicePrincipalId',
  managedIdentitySignIns: 'servicePrincipalId',
  directoryAudits: 'initiatedBy/user/userPrincipalName',
  provisioning: 'sourceIdentity/displayName',
  riskDetections: 'userPrincipalName',
  servicePrincipalRiskDetections: 'servicePrincipalId',
  riskyUsers: 'userPrincipalName',
  riskyServicePrincipals: 'id',
  customSecurityAttributeAudits: 'initiatedBy/user/userPrincipalName',
};

function at(row: Row, path: string): unknown {
  return path.split('/').reduce<unknown>((value, key) => (value as Row | null | undefined)?.[key], row);
}

const TYPES = [...LOG_TYPES.values()].map((type) => [type.name, type] as const);
const SIGN_INS = TYPES.filter(([, { signInEventType }]) => signInEventType !== undefined);

describe.each(TYPES)('PageIterator over %s', (_name, type) => {
  it.each(['desc', 'asc'] as const)('gives what Graph showed, %s', async (order) => {
    const found = await iterate(clientOf(host.url), type, { order, top: type.budget === 'risk' ? 7 : 300 });
    const wanted = idsOf(type, await shown(type));
    expect(wanted.length).toBeGreaterThan(0);
    expect(found.map(({ id }) => id).toSorted()).toEqual(wanted);
    const times = found.map((row) => timeOf(row, type));
    expect(times).toEqual(order === 'asc' ? times.toSorted() : times.toSorted().toReversed());
  });

  it('filters by time', async () => {
    const rows = (await shown(type)).map((row) => timeOf(row, type)).toSorted();
    const [from = '', to = ''] = [rows[rows.length >> 2], rows[(rows.length * 3) >> 2]];
    const found = await iterate(clientOf(host.url), type, {
      filter: `${type.timeField} ge ${from} and ${type.timeField} le ${to}`,
      top: 100,
    });
    const present = type.state ? latest(await shown(type), type) : await shown(type);
    const within = present.filter((row) => timeOf(row, type) >= from && timeOf(row, type) <= to);
    expect(found.map(({ id }) => id).toSorted()).toEqual(idsOf(type, within));
  });

  it('filters by whom it is about', async () => {
    const path = WHO[type.name] ?? '';
    const rows = await shown(type);
    const who = rows.map((row) => at(row, path)).find((value) => typeof value === 'string' && value !== '');
    expect(who).toBeTypeOf('string');
    const found = await iterate(clientOf(host.url), type, {
      filter: `${boundsOf(type)} and ${path} eq '${encodeURIComponent(`${who}`)}'`,
      top: 2,
    });
    expect(found.map(({ id }) => id).toSorted()).toEqual(
      idsOf(
        type,
        rows.filter((row) => at(row, path) === who),
      ),
    );
  });
});

function latest(rows: readonly Row[], type: LogType): Row[] {
  const ascending = rows.toSorted((a, b) => (timeOf(a, type) < timeOf(b, type) ? -1 : 1));
  return [...new Map(ascending.map((row) => [row.id, row])).values()];
}

it.each(SIGN_INS)('filters %s by status/errorCode', async (_name, type) => {
  const rows = await shown(type);
  const codes = [0, rows.map((row) => at(row, 'status/errorCode')).find((code) => code !== 0)];
  for (const code of codes) {
    const found = await iterate(clientOf(host.url), type, {
      filter: `${boundsOf(type)} and status/errorCode eq ${code}`,
    });
    expect(found.map(({ id }) => id).toSorted()).toEqual(
      idsOf(
        type,
        rows.filter((row) => at(row, 'status/errorCode') === code),
      ),
    );
  }
});

it('gives one record by its id', async () => {
  for (const [, type] of TYPES) {
    const [row] = await shown(type);
    const found = (await clientOf(host.url)
      .api(`${type.path}/${encodeURIComponent(`${row?.id}`)}`)
      .version(type.api)
      .get()) as Row;
    expect([type.name, found.id]).toEqual([type.name, row?.id]);
  }
});

it('raises the errors of Graph as its own', async () => {
  const users = clientOf(host.url).api('/identityProtection/riskyUsers');
  await expect(users.top(1000).get()).rejects.toMatchObject({
    statusCode: 400,
    code: 'BadRequest',
    message: "Invalid page size specified: '1000'. Must be between 1 and 500 inclusive.",
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

describe('commits that land between two pages', () => {
  const ALL_KINDS = "signInEventTypes/any(t: t ne 'none')";

  it('neither skip nor double a record, over https, whichever instance answers', async () => {
    const client = clientOf(front.url);
    const asked = (order: 'asc' | 'desc') => ({ order, top: 50 });
    const begun = [];
    for (const [, type] of TYPES) {
      for (const order of ['desc', 'asc'] as const) {
        const whole = await iterate(client, type, asked(order));
        begun.push({ type, order, whole, page: await firstPage(client, type, asked(order)) });
      }
    }
    const merged = client.api('/auditLogs/signIns').version('beta').filter(ALL_KINDS).top(50);
    const wholeOfAll: Row[] = [];
    await new PageIterator(client, await merged.get(), (row: Row) => wholeOfAll.push(row) > 0).iterate();
    const firstOfAll = await merged.get();

    // Hours later another instance has read on, and read again what is late or changed.
    await stack.pass(5 * HOUR_MS);
    host = await stack.startHost();
    front.target = host.url;
    await runTimers(host);

    for (const { type, order, whole, page } of begun) {
      const found: Row[] = [];
      await new PageIterator(client, page, (row: Row) => found.push(row) > 0).iterate();
      expect([type.name, order, found]).toEqual([type.name, order, whole]);
    }
    const found: Row[] = [];
    await new PageIterator(client, firstOfAll, (row: Row) => found.push(row) > 0).iterate();
    expect(found).toEqual(wholeOfAll);

    const now = [];
    for (const [name, type] of SIGN_INS) {
      const before = begun.find((each) => each.type === type)?.whole.length ?? 0;
      const after = await iterate(client, type, { filter: `${type.timeField} ge 2026-11-01` });
      now.push([name, after.length > before]);
    }
    expect(now).toEqual(SIGN_INS.map(([name]) => [name, true]));
    expect(new Set(front.authorizations)).toEqual(new Set([`Bearer ${TOKEN}`]));
  });
});
