/**
 * Random requests through the real wrapper, over real connections, with stores that fail, handlers that fail and clients
 * that leave. What came of each is remembered as its client saw it.
 */
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { HttpRequest, InvocationContext } from '@azure/functions';
import type { Caller, Role } from '../../shared/access/caller.ts';
import { collectAccess } from '../../shared/collectAccess.ts';
import { createAccessLog } from '../../shared/http/accessLog.ts';
import { type Authenticate, createAuthenticate } from '../../shared/http/authenticate.ts';
import type { Handle } from '../../shared/http/call.ts';
import { getGraph } from '../../shared/http/graph.ts';
import { graphError } from '../../shared/http/graphErrors.ts';
import { getLogs } from '../../shared/http/logs.ts';
import { respond } from '../../shared/http/respond.ts';
import type { Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { type Exchange, readAnswer, type StreamServer, startStreamServer } from '../http/streamServer.ts';
import { accessWorld } from './accessWorld.ts';
import { sleepless } from './exportCalls.ts';
import { rows, type World } from './flowHarness.ts';
import { seeded } from './scheduler.ts';
import { type Around, FAULTS, failing } from './storeHooks.ts';
import { CLIENT_APP, claimsOf, sign, startSignIn } from './tokens.ts';

/** What the client of one request saw. */
export interface Seen {
  readonly id: string;
  readonly caller: Caller | 'nobody';
  readonly status: number;
  /** What the problem says, in words. */
  readonly problem: string | undefined;
  /** Whether the end of the body came. */
  readonly whole: boolean;
  readonly bytes: number;
  readonly sha256: string;
  /** The store was told to fail for it: for the row, for the end of it, or for what it reads. */
  readonly fault: Fault | undefined;
}

type Fault = 'row' | 'rowLater' | 'end' | 'endLater' | 'read';

interface Kind {
  readonly route?: Route;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly handle?: (exchange: Exchange) => Handle;
}

const RANGE = 'from=2026-11-20T00:00:00Z&to=2026-11-20T12:00:00Z';
const logs = (target: string, more: Partial<Kind> = {}): Kind => ({ url: `/api/logs/${target}`, ...more });

const KINDS: readonly Kind[] = [
  logs(''),
  logs(`directoryAudits?${RANGE}`),
  logs(`directoryAudits?${RANGE}`, { headers: { 'accept-encoding': 'gzip', 'x-purpose': 'Pr%C3%BCfung%201' } }),
  logs(`directoryAudits?${RANGE}&format=csv&limit=7`),
  logs(`directoryAudits?${RANGE}&filter=id%20eq%20'row-3'&select=id`),
  logs(`directoryAudits?${RANGE}&count=only`),
  logs(`directoryAudits?${RANGE}`, { method: 'HEAD' }),
  logs(`archiveAccess?${RANGE}&format=json`),
  logs('directoryAudits?from=x&to=y'),
  logs(`toString?${RANGE}`),
  logs(`directoryAudits?${RANGE}`, { headers: { 'x-purpose': '%zz' } }),
  logs(`directoryAudits?${RANGE}&filter=id%20eq`),
  logs('x', { handle: () => () => Promise.reject(new Error('broken')) }),
  logs('x', { handle: () => async () => ({ body: bodyOf('a line\n', new Error('a segment is missing')) }) }),
  logs('x', { handle: leaving }),
  { route: ROUTES.graph, url: '/api/graph/v1.0/auditLogs/directoryAudits?$top=3' },
  { route: ROUTES.graph, url: '/api/graph/v1.0/auditLogs/directoryAudits/nobody' },
  { route: ROUTES.graph, url: '/api/graph/v1.0/nothing' },
];

async function* bodyOf(...steps: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const step of steps) {
    if (step instanceof Error) throw step;
    yield Buffer.from(step);
  }
}

/** The client leaves after the first chunk. */
function leaving({ socket, response }: Exchange): Handle {
  return async () => ({
    body: (async function* () {
      yield Buffer.from('a line\n');
      socket.destroy();
      if (!response.destroyed) await once(response, 'close');
      yield Buffer.from('a line that nobody reads\n');
    })(),
  });
}

/** An instance whose store fails once for a request; everything before and after works. */
function faulty(fault: Fault | undefined): Around {
  let writes = 0;
  let done = false;
  return async (call, run) => {
    const ofRow = call.op === 'commit' && call.target.includes('|access/');
    if (ofRow) writes += 1;
    const hit =
      (fault?.startsWith('row') && writes === 1 && ofRow) ||
      (fault?.startsWith('end') && writes === 2 && ofRow) ||
      (fault === 'read' && call.op === 'get');
    if (done || !hit) return run();
    done = true;
    if (fault?.endsWith('Later')) await run();
    throw new Error('the store did not answer');
  };
}

const callerWith = (n: number, ...roles: Role[]): Caller => ({
  oid: `9c3b2a90-d1e4-4f78-8e20-00000000000${n}`,
  appId: CLIENT_APP,
  roles,
  cookie: false,
});

const CALLERS: readonly (Caller | 'nobody')[] = [
  callerWith(1, 'Archive.Read'),
  callerWith(2, 'Archive.Read', 'Archive.Export'),
  callerWith(3, 'Archive.Read', 'Archive.Export'),
  callerWith(4, 'Archive.Read', 'Archive.Export', 'Archive.Verify'),
  callerWith(5),
  'nobody',
];

/** Longer than the world of a campaign lasts, in seconds. */
const LIFETIME = 10 * 86_400;

/** What each sends to say who it is: a token, or for nobody a word. */
async function authorizations(issuer: string, now: number): Promise<Map<Caller | 'nobody', string>> {
  const exp = Math.floor(now / 1000) + LIFETIME;
  const tokens = CALLERS.map(async (caller): Promise<[Caller | 'nobody', string]> => {
    if (caller === 'nobody') return [caller, 'Bearer nobody'];
    const { oid, roles } = caller;
    return [caller, `Bearer ${await sign(claimsOf(issuer, now, { oid, roles, exp }))}`];
  });
  return new Map(await Promise.all(tokens));
}

const FAULT_OF = ['row', 'rowLater', 'end', 'endLater', 'read'] as const;

/** @param count requests; a third of them meet a store that fails, and the collection of the log does so too. */
export async function campaign(count: number, seed: number): Promise<{ world: World; seen: Seen[] }> {
  const random = seeded(seed);
  await using service = await startSignIn();
  const world = accessWorld({ settings: service.settings });
  const authenticate = createAuthenticate(world.instance());
  const sent = await authorizations(service.issuer, world.clock.now());
  world.graph.add('directoryAudits', ...rows(world.logType('directoryAudits'), 300, '2026-11-20T01:00:00Z', 100));
  await world.collectAll('directoryAudits');
  await using server = await startStreamServer();
  const seen: Seen[] = [];
  while (seen.length < count) {
    const batch = Array.from({ length: Math.min(8, count - seen.length) }, () => {
      const kind = KINDS[Math.floor(random() * KINDS.length)] as Kind;
      const fault = random() < 0.33 ? FAULT_OF[Math.floor(random() * FAULT_OF.length)] : undefined;
      const caller = CALLERS[Math.floor(random() * CALLERS.length)] ?? 'nobody';
      return ask(world, server, kind, fault, { caller, authorization: String(sent.get(caller)), authenticate });
    });
    seen.push(...(await Promise.all(batch)));
    world.advance(Math.floor(random() * 240));
    if (random() < 0.3) {
      const fault = FAULTS[Math.floor(random() * FAULTS.length)] as (typeof FAULTS)[number];
      await collectAccess(world.instance(failing(Math.floor(random() * 40), fault))).catch(() => undefined);
    }
  }
  return { world, seen };
}

interface Asking {
  readonly caller: Seen['caller'];
  readonly authorization: string;
  readonly authenticate: Authenticate;
}

async function ask(
  world: World,
  server: StreamServer,
  kind: Kind,
  fault: Fault | undefined,
  { caller, authorization, authenticate }: Asking,
): Promise<Seen> {
  const { route = ROUTES.logs, url, headers = {}, method = 'GET', handle } = kind;
  const exchange = await server.request();
  const { id, socket } = exchange;
  const read = readAnswer(socket);
  const deps = { ...world.instance(faulty(fault)), clock: { ...world.clock, sleep: sleepless } };
  const accessLog = createAccessLog(deps);
  const own: Handle = route === ROUTES.graph ? getGraph : getLogs;
  const options = { accessLog, authenticate, ...(route === ROUTES.graph && { errorAnswer: graphError }) };
  const handler = respond(deps, route, handle?.(exchange) ?? own, options);
  const request = new HttpRequest({ method, url: `http://localhost${url}`, headers: { authorization, ...headers } });
  const context = new InvocationContext({ invocationId: id, functionName: route.name });
  const answer = await handler(request, context);
  if (!answer) throw new Error('the wrapper answered nothing');
  await exchange.send(answer);
  const { body, whole } = await read;
  // The store may have failed for this instead.
  await accessLog.flush().catch(() => accessLog.flush());
  const problem = typeof answer.body === 'string' ? wordsOf(answer.body) : undefined;
  return {
    id,
    caller,
    status: Number(answer.status),
    problem,
    whole,
    bytes: body.length,
    sha256: hash('sha256', body),
    fault,
  };
}

function wordsOf(body: string): string | undefined {
  const { detail, error } = JSON.parse(body) as { detail?: string; error?: { message: string } };
  return detail ?? error?.message;
}
