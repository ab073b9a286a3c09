/**
 * A Microsoft Graph in memory: lists of rows, served as pages over the same `GraphClient` that the flows are handed.
 *
 * It filters as Graph does, by a time that may be finer than the one it prints; answers newest first (types without
 * dependable order in a scrambled one); and pages over the live list, so that a row which arrives between two pages moves
 * the rest. Every request is remembered, every row shown too, and a script may answer any request in its place.
 */
import { hash } from 'node:crypto';
import { type Instant, parseInstant } from '../../shared/archive/time.ts';
import type { Clock } from '../../shared/clock.ts';
import type { GraphClient } from '../../shared/graph/client.ts';
import type { GraphAnswer } from '../../shared/graph/transport.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';

export interface FakeRow {
  /** The record's bytes, as text. */
  readonly line: string;
  /** What `$filter` compares with; a row without it matches every filter. */
  readonly compared: Instant | undefined;
}

export interface FakeRequest {
  /** Counts from 1; the answer's request-id is `r<n>`. */
  readonly n: number;
  readonly url: string;
  readonly logType: LogType;
  /** Counts from 1 within its window. */
  readonly page: number;
}

/** A row while the fake Graph has it: visible to requests after `added` and before `removed`. */
interface Held extends FakeRow {
  readonly added: number;
  removed?: number;
}

type Script = (request: FakeRequest) => GraphAnswer | Error | undefined;

export const GRAPH_ORIGIN = 'http://127.0.0.1:1';

export type FakeGraph = ReturnType<typeof createFakeGraph>;

export function createFakeGraph(clock: Pick<Clock, 'now'>) {
  const held = new Map<string, Held[]>();
  const shown = new Map<string, Set<string>>();
  const requests: FakeRequest[] = [];
  const graph = {
    /** Rows of one page, if fewer than what is asked for. */
    pageSize: 1000,
    /** Seconds by which Graph's Date header differs from the test's clock. */
    dateOffset: 0,
    /** Without it two reads of the same rows leave the same words behind. */
    namesRequests: true,
    /** Graph forgets to apply the filter. */
    ignoresFilter: false,
    /** Answers in the place of Graph; `undefined` leaves the request to it. */
    script: (() => undefined) as Script,
    /** Puts the rows of an answer in another order. */
    arrange: (rows: readonly FakeRow[]) => rows,
    requests: requests as readonly FakeRequest[],
    add(logType: string, ...rows: readonly FakeRow[]) {
      const list = held.get(logType) ?? [];
      held.set(logType, [...list, ...rows.map((row) => ({ ...row, added: requests.length }))]);
    },
    remove(logType: string, line: string) {
      for (const row of held.get(logType) ?? []) if (row.line === line) row.removed = requests.length;
    },
    /** Lines that any page showed. */
    shown: (logType: string): ReadonlySet<string> => shown.get(logType) ?? new Set(),
    /** Rows that were there during all the requests from `first` to `last`. */
    visible: (logType: string, first: number, last: number) =>
      (held.get(logType) ?? []).filter(({ added, removed }) => added < first && (removed ?? Infinity) >= last),
    /** A client of one instance; `pause` is awaited before each request. */
    client: (pause: (request: string) => Promise<void> = async () => undefined): GraphClient => ({
      origin: GRAPH_ORIGIN,
      async get(url, signal) {
        await pause(url);
        signal.throwIfAborted();
        return answer(url);
      },
    }),
  };

  function answer(url: string): GraphAnswer {
    const query = new URL(url).searchParams;
    const logType = logTypeOf(url);
    const offset = Number(query.get('$skiptoken') ?? 0);
    const size = Math.min(graph.pageSize, Number(query.get('$top')));
    const request = { n: requests.length + 1, url, logType, page: Math.floor(offset / size) + 1 };
    requests.push(request);
    const scripted = graph.script(request);
    if (scripted instanceof Error) throw scripted;
    if (scripted) return scripted;

    const present = (held.get(logType.name) ?? []).filter(({ removed }) => removed === undefined);
    const matching = graph.ignoresFilter ? present : present.filter(matches(query.get('$filter') ?? ''));
    const rows = graph.arrange(matching.toSorted(logType.newestFirst ? newestFirst : scrambled));
    const page = rows.slice(offset, offset + size);
    const lines = shown.get(logType.name) ?? new Set();
    shown.set(logType.name, lines);
    for (const { line } of page) lines.add(line);
    query.set('$skiptoken', String(offset + size));
    const nextLink = offset + size < rows.length ? `${url.split('?')[0]}?${query}` : undefined;
    return pageAnswer(request.n, page, nextLink);
  }

  function pageAnswer(n: number, rows: readonly FakeRow[], nextLink: string | undefined): GraphAnswer {
    const date = new Date(clock.now() + graph.dateOffset * 1000).toUTCString();
    const headers = graph.namesRequests ? { date, 'request-id': `r${n}` } : { date };
    return { status: 200, headers, body: pageBody(rows, nextLink) };
  }

  return graph;
}

/** A page as Graph writes it, with line breaks between tokens that are not part of any record. */
export function pageBody(rows: readonly FakeRow[], nextLink?: string): Buffer {
  const next = nextLink === undefined ? '' : `"@odata.nextLink":${JSON.stringify(nextLink)},`;
  return Buffer.from(`{"@odata.context":"#",${next}"value":[${rows.map(({ line }) => line).join(',\r\n ')}]}`);
}

/** An answer that is no page, in the shape of Graph's errors. */
export function refusal(status: number, code: string, message = ''): GraphAnswer {
  const body = Buffer.from(JSON.stringify({ error: { code, message } }));
  return { status, headers: { 'request-id': 'refused' }, body };
}

/** The log type whose list a URL asks for. */
export function logTypeOf(url: string): LogType {
  const { pathname, searchParams } = new URL(url);
  const kind = /t eq '(\w+)'/.exec(searchParams.get('$filter') ?? '')?.[1];
  for (const logType of LOG_TYPES.values()) {
    if (pathname === `/${logType.api}${logType.path}` && logType.signInEventType === kind) return logType;
  }
  throw new Error(`no log type is read from ${pathname}`);
}

const COMPARE: Record<string, (time: Instant, bound: Instant) => boolean> = {
  ge: (time, bound) => time >= bound,
  gt: (time, bound) => time > bound,
  le: (time, bound) => time <= bound,
  lt: (time, bound) => time < bound,
};

/** A `$filter` as a predicate, for the clauses that the archive sends. */
export function matches(filter: string): (row: FakeRow) => boolean {
  const clauses = [...filter.matchAll(/\w+DateTime (\w\w) (\S+)/g)].map(([, operator = '', bound = '']) => {
    const [compare, instant] = [COMPARE[operator], parseInstant(bound)];
    if (!compare || instant === undefined) throw new Error(`Graph would refuse the filter ${filter}`);
    return (time: Instant) => compare(time, instant);
  });
  return ({ compared }) => compared === undefined || clauses.every((holds) => holds(compared));
}

function newestFirst(a: FakeRow, b: FakeRow): number {
  return (b.compared ?? '').localeCompare(a.compared ?? '');
}

function scrambled(a: FakeRow, b: FakeRow): number {
  return hash('sha256', a.line).localeCompare(hash('sha256', b.line));
}
