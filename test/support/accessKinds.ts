/** What the requests of the access campaign are: a right one of every operation in the table of routes, and odd ones. */
import { once } from 'node:events';
import { type Handle, json } from '../../shared/http/call.ts';
import { getCoverage } from '../../shared/http/coverage.ts';
import { getEvidence } from '../../shared/http/evidence.ts';
import { getDeliveries } from '../../shared/http/exports.ts';
import { getGraph } from '../../shared/http/graph.ts';
import { getHealth } from '../../shared/http/health.ts';
import { deleteHold, getHolds, postHold } from '../../shared/http/holds.ts';
import { getIntegrity } from '../../shared/http/integrity.ts';
import { getLogs } from '../../shared/http/logs.ts';
import { PURPOSE_EXAMPLE } from '../../shared/http/purpose.ts';
import type { Operation, Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { getSegments } from '../../shared/http/segments.ts';
import { getStatus } from '../../shared/http/status.ts';
import { getSubject } from '../../shared/http/subjects.ts';
import { getSweep, postSweep } from '../../shared/http/sweeps.ts';
import { refuseUnrouted } from '../../shared/http/unrouted.ts';
import type { Exchange } from '../http/streamServer.ts';

export interface Kind {
  readonly route: Route;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>> | undefined;
  readonly handle: (exchange: Exchange) => Handle;
}

/** As `functions/` registers them; the page and the description of the routes come from elsewhere, and are short here. */
const HANDLERS: Readonly<Record<keyof typeof ROUTES, Handle>> = {
  logs: getLogs,
  graph: getGraph,
  coverage: getCoverage,
  segments: getSegments,
  status: getStatus,
  exports: getDeliveries,
  subjects: getSubject,
  sweeps: postSweep,
  sweepsProgress: getSweep,
  holds: (call) => (call.request.method === 'POST' ? postHold(call) : getHolds(call)),
  holdsRelease: deleteHold,
  integrity: getIntegrity,
  evidence: (call) => getEvidence(call, async () => Buffer.from('// the verifier')),
  health: getHealth,
  unrouted: (call) => refuseUnrouted(call, Object.values(ROUTES)),
  openapi: async () => json({}),
  explorer: async () => ({ body: 'the page' }),
};

/** Records that the archive of the campaign holds, in the place of examples. */
const HELD: Readonly<Record<string, string>> = { Directory_0a4c_00001: 'row-3' };

const RIGHT: readonly Kind[] = Object.entries<Route>(ROUTES).flatMap(([name, route]) =>
  route.operations.map((operation) => rightOf(route, operation, HANDLERS[name as keyof typeof ROUTES])),
);

function rightOf(route: Route, { method, path, inPath, query = {}, body }: Operation, handle: Handle): Kind {
  const heldFor = (example = '') => HELD[example] ?? example;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(heldFor(inPath?.[name]?.example)));
  const required = Object.entries(query).filter(([, parameter]) => parameter.required);
  const search = new URLSearchParams(required.map(([name, { example }]): [string, string] => [name, example]));
  const headers = {
    ...(route.needsPurpose && { 'x-purpose': PURPOSE_EXAMPLE }),
    ...(body && { 'content-type': 'application/json' }),
  };
  return {
    route,
    method,
    url: required.length > 0 ? `${filled}?${search}` : filled,
    headers,
    body,
    handle: () => handle,
  };
}

const RANGE = 'from=2026-11-20T00:00:00Z&to=2026-11-20T12:00:00Z';

const get = (name: keyof typeof ROUTES, url: string, more: Partial<Kind> = {}): Kind => ({
  route: ROUTES[name],
  method: 'GET',
  url,
  handle: () => HANDLERS[name],
  ...more,
});
const logs = (target: string, more: Partial<Kind> = {}): Kind => get('logs', `/api/logs/${target}`, more);
const asked = RIGHT.find(({ route }) => route === ROUTES.sweeps) as Kind;
const placed = RIGHT.find(({ route, method }) => route === ROUTES.holds && method === 'POST') as Kind;
const released = RIGHT.find(({ route }) => route === ROUTES.holdsRelease) as Kind;

const HOLD = { id: String(released.url.split('/').at(-1)), logTypes: 'directoryAudits' };

const ODD: readonly Kind[] = [
  logs(`directoryAudits?${RANGE}`),
  logs(`directoryAudits?${RANGE}`, { headers: { 'accept-encoding': 'gzip', 'x-purpose': 'Pr%C3%BCfung%201' } }),
  logs(`directoryAudits?${RANGE}&format=csv&limit=7`),
  logs(`directoryAudits?${RANGE}&filter=id%20eq%20'row-3'&select=id`),
  logs(`directoryAudits?${RANGE}&count=only`),
  logs(`archiveAccess?${RANGE}&format=json`),
  logs('directoryAudits?from=x&to=y'),
  logs(`toString?${RANGE}`),
  logs(`directoryAudits?${RANGE}`, { headers: { 'x-purpose': '%zz' } }),
  logs(`directoryAudits?${RANGE}&filter=id%20eq`),
  logs('x', { handle: () => () => Promise.reject(new Error('broken')) }),
  logs('x', { handle: () => async () => ({ body: bodyOf('a line\n', new Error('a segment is missing')) }) }),
  logs('x', { handle: leaving }),
  get('graph', '/api/graph/v1.0/auditLogs/directoryAudits?$top=3'),
  get('graph', '/api/graph/v1.0/auditLogs/directoryAudits/nobody'),
  get('graph', '/api/graph/v1.0/nothing'),
  get('unrouted', '/api/logs/directoryAudits', { method: 'PATCH' }),
  get('unrouted', '/api/nothing'),
  get('evidence', `/api/evidence/directoryAudits?${RANGE}&ids=row-3,row-7`),
  { ...asked, body: { ...asked.body, from: '2026-11-20T01:00:00Z', to: '2026-11-20T05:00:00Z' } },
  // The one that is released, so that one of the two finds the other; and another of the same id, which is refused.
  { ...placed, body: { ...placed.body, ...HOLD } },
  { ...placed, body: { ...placed.body, ...HOLD, case: 'another' } },
  { ...placed, headers: {} },
];

/** All of them. */
export const KINDS: readonly Kind[] = [...RIGHT, ...ODD];

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
