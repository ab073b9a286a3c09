/**
 * Random requests through the real wrapper, over real connections, with stores that fail, handlers that fail and clients
 * that leave. What came of each is remembered as its client saw it.
 */
import { hash } from 'node:crypto';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { type Caller, ROLES, type Role } from '../../shared/access/caller.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { collectAccess } from '../../shared/collectAccess.ts';
import { type AccessLog, createAccessLog, type NoteEnd } from '../../shared/http/accessLog.ts';
import { type Authenticate, createAuthenticate } from '../../shared/http/authenticate.ts';
import { type Cap, createCap } from '../../shared/http/cap.ts';
import { graphError } from '../../shared/http/graphErrors.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import type { Signing } from '../../shared/proof/signing.ts';
import { readAnswer, type StreamServer, startStreamServer } from '../http/streamServer.ts';
import { KINDS, type Kind } from './accessKinds.ts';
import { accessWorld } from './accessWorld.ts';
import { sleepless } from './exportCalls.ts';
import { rows, type World } from './flowHarness.ts';
import { seeded } from './scheduler.ts';
import { newSigner, signingInstance, signingWith } from './signingWorld.ts';
import { type Around, FAULTS, failing } from './storeHooks.ts';
import { CLIENT_APP, claimsOf, sign, startSignIn } from './tokens.ts';

/** What the client of one request saw. */
export interface Seen {
  readonly id: string;
  readonly caller: Caller | 'nobody';
  /** Whether it is to leave a record: what is public does not. */
  readonly isRead: boolean;
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

/** A log that fails once for a request, or an archive that does; everything before and after works. */
function faulty(fault: Fault | undefined): { around: Around; noting: (log: AccessLog) => AccessLog } {
  let isEnding = false;
  let done = false;
  const around: Around = async (call, run) => {
    const ofRow = call.op === 'commit' && call.target.includes('|access/');
    const hit =
      (fault?.startsWith('row') && ofRow) ||
      (fault?.startsWith('end') && isEnding && ofRow) ||
      (fault === 'read' && call.op === 'get');
    if (done || !hit) return run();
    done = true;
    if (fault?.endsWith('Later')) await run();
    throw new Error('the store did not answer');
  };
  const noting = (log: AccessLog): AccessLog => ({
    ...log,
    open: async (asked) => {
      const noted = await log.open(asked);
      const end: NoteEnd = (result) => {
        isEnding = true;
        return noted.end(result);
      };
      return { ...noted, end };
    },
  });
  return { around, noting };
}

/** All its places are taken. */
const CROWDED: Cap = createCap(0);

const callerWith = (n: number, ...roles: Role[]): Caller => ({
  oid: `9c3b2a90-d1e4-4f78-8e20-00000000000${n}`,
  appId: CLIENT_APP,
  roles,
  cookie: false,
});

const CALLERS: readonly (Caller | 'nobody')[] = [
  callerWith(1, 'Archive.Read'),
  callerWith(2, 'Archive.Read', 'Archive.Export'),
  callerWith(3, ...ROLES),
  callerWith(4, ...ROLES),
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

export interface Campaign {
  readonly world: World;
  readonly seen: Seen[];
  /** Has signed the ledgers once, before the first request. */
  readonly signing: Signing;
}

/** @param count requests; a third of them meet a store that fails, and the collection of the log does so too. */
export async function campaign(count: number, seed: number): Promise<Campaign> {
  const random = seeded(seed);
  await using service = await startSignIn();
  const world = accessWorld({ settings: service.settings });
  const authenticate = createAuthenticate(world.instance());
  const sent = await authorizations(service.issuer, world.clock.now());
  world.graph.add('directoryAudits', ...rows(world.logType('directoryAudits'), 300, '2026-11-20T01:00:00Z', 100));
  await world.collectAll('directoryAudits');
  const signing = signingWith(newSigner());
  await signLedgers(signingInstance(world, signing), new AbortController().signal);
  await using server = await startStreamServer();
  const seen: Seen[] = [];
  while (seen.length < count) {
    const batch = Array.from({ length: Math.min(8, count - seen.length) }, () => {
      const kind = KINDS[Math.floor(random() * KINDS.length)] as Kind;
      const fault = random() < 0.33 ? FAULT_OF[Math.floor(random() * FAULT_OF.length)] : undefined;
      const caller = CALLERS[Math.floor(random() * CALLERS.length)] ?? 'nobody';
      const cap = random() < 0.05 ? CROWDED : createCap(1);
      return ask(world, server, kind, fault, { caller, authorization: String(sent.get(caller)), authenticate, cap });
    });
    seen.push(...(await Promise.all(batch)));
    world.advance(Math.floor(random() * 240));
    if (random() < 0.3) {
      const fault = FAULTS[Math.floor(random() * FAULTS.length)] as (typeof FAULTS)[number];
      await collectAccess(world.instance(failing(Math.floor(random() * 40), fault))).catch(() => undefined);
    }
  }
  return { world, seen, signing };
}

interface Asking {
  readonly caller: Seen['caller'];
  readonly authorization: string;
  readonly authenticate: Authenticate;
  readonly cap: Cap;
}

async function ask(
  world: World,
  server: StreamServer,
  kind: Kind,
  fault: Fault | undefined,
  { caller, authorization, authenticate, cap }: Asking,
): Promise<Seen> {
  const { route, url, headers = {}, method, body: sent, handle } = kind;
  const exchange = await server.request();
  const { id, socket } = exchange;
  const read = readAnswer(socket);
  const { around, noting } = faulty(fault);
  const deps = { ...world.instance(around), clock: { ...world.clock, sleep: sleepless } };
  const accessLog = createAccessLog(deps);
  const options = {
    accessLog: noting(accessLog),
    authenticate,
    cap,
    ...(route === ROUTES.graph && { errorAnswer: graphError }),
  };
  const handler = respond(deps, route, handle(exchange), options);
  const request = new HttpRequest({
    method,
    url: `http://localhost${url}`,
    headers: { authorization, ...headers },
    ...(sent && { body: { string: JSON.stringify(sent) } }),
  });
  const context = new InvocationContext({ invocationId: id, functionName: route.name });
  const answer = await handler(request, context);
  if (!answer) throw new Error('the wrapper answered nothing');
  await exchange.send(answer);
  const { body, whole } = await read;
  // The store may have failed for this instead.
  await accessLog.flush().catch(() => accessLog.flush());
  const isRefused = Number(answer.status) >= 400 && typeof answer.body === 'string';
  const problem = isRefused ? wordsOf(String(answer.body)) : undefined;
  return {
    id,
    caller,
    isRead: route.access !== 'public',
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
