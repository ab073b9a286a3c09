/**
 * A Microsoft Graph for simulations: rows that come, change and go while pages of them are being read.
 *
 * As `support/fakeGraph.ts` it filters by a time that may be finer than the one it prints, pages over the live list, and
 * remembers what it showed; a row that comes moves the rest and is met twice. One that goes leaves its place empty for
 * the reads under way, so that no row is passed over: whether Graph omits rows is not what a commit protocol can mend.
 */
import { hash } from 'node:crypto';
import type { GraphAnswer } from '../../shared/graph/transport.ts';
import type { LogType } from '../../shared/logTypes.ts';
import type { Witness } from '../support/archiveCheck.ts';
import { type FakeRequest, type FakeRow, logTypeOf, matches, pageBody, refusal } from '../support/fakeGraph.ts';
import type { GraphFault } from './faults.ts';

/** A row as long as Graph has it: visible to requests after `added` and up to `removed`. */
export interface GraphRow extends FakeRow {
  /** What the list is ordered by. */
  readonly rank: string;
  readonly added: number;
  removed?: number;
  /** When it came: second since 1970. */
  readonly since: number;
}

/** A page that Graph answered, beside the answer itself. */
export interface PageShown {
  readonly request: FakeRequest;
  readonly lines: readonly string[];
  readonly last: boolean;
  /** Graph's clock in the answer: seconds since 1970. */
  readonly graphSeconds: number;
}

export interface GraphOptions {
  readonly pageSize: number;
  /** Seconds by which Graph's Date header differs from the simulation's clock. */
  readonly dateOffset: number;
  /** A page repeats its first row this often, as a share. */
  readonly repeats: number;
}

export type SimulatedGraph = ReturnType<typeof createSimulatedGraph>;

export function createSimulatedGraph(now: () => number, random: () => number, options: GraphOptions) {
  const rows = new Map<string, GraphRow[]>();
  const shown = new Map<string, Set<string>>();
  const none: ReadonlySet<string> = new Set();
  let requests = 0;

  const witness: Witness = {
    shown: (logType) => shown.get(logType) ?? none,
    visible: (logType, first, last) =>
      (rows.get(logType) ?? []).filter(({ added, removed }) => added < first && (removed ?? Infinity) >= last),
  };

  return {
    ...witness,
    /** Rows that are there now. */
    present: (logType: string) => (rows.get(logType) ?? []).filter(({ removed }) => removed === undefined),
    add({ name, newestFirst }: LogType, row: FakeRow): GraphRow {
      const rank = newestFirst ? (row.compared ?? '') : hash('sha256', row.line);
      const held = { ...row, rank, added: requests, since: now() / 1000 };
      const list = rows.get(name);
      if (list) list.push(held);
      else rows.set(name, [held]);
      return held;
    },
    remove(row: GraphRow) {
      row.removed ??= requests;
    },
    /** Answers one request, as `fault` would have it. `page` is what a good answer showed. */
    answer(url: string, fault: (request: FakeRequest) => GraphFault | undefined) {
      requests += 1;
      const query = new URL(url).searchParams;
      const [offset, begun] = (query.get('$skiptoken') ?? `0.${requests}`).split('.').map(Number) as [number, number];
      const size = Math.min(options.pageSize, Number(query.get('$top')));
      const request = { n: requests, url, logType: logTypeOf(url), page: Math.floor(offset / size) + 1 };
      const wrong = fault(request);
      if (wrong?.status !== undefined) {
        const answer = refusal(wrong.status, wrong.code ?? '', wrong.message);
        return { fault: wrong, answer: { ...answer, headers: { ...answer.headers, ...wrong.headers } } };
      }
      const { logType } = request;
      const isThere = ({ removed }: GraphRow) => removed === undefined || removed >= begun;
      const all = (rows.get(logType.name) ?? []).filter(isThere);
      const fits = matches(query.get('$filter') ?? '');
      const list = all.filter(fits).sort(byRank);
      const page = list.slice(offset, offset + size).filter(({ removed }) => removed === undefined);
      if (page[0] && random() < options.repeats) page.push(page[0]);
      const stray = wrong?.spoil === 'filter ignored' && all.find((row) => row.removed === undefined && !fits(row));
      if (stray) page.push(stray);
      const last = offset + size >= list.length;
      query.set('$skiptoken', `${offset + size}.${begun}`);
      const next = wrong?.spoil === 'loops' ? url : last ? undefined : `${url.split('?')[0]}?${query}`;
      return { fault: wrong, ...answerOf(request, page, next, last, wrong) };
    },
  };

  function answerOf(
    request: FakeRequest,
    page: readonly GraphRow[],
    next: string | undefined,
    last: boolean,
    wrong: GraphFault | undefined,
  ): { answer: GraphAnswer; page?: PageShown } {
    const date = new Date(now() + options.dateOffset * 1000);
    const whole = pageBody(page, next);
    const body = wrong?.spoil === 'cut off' ? whole.subarray(0, Math.floor(whole.length * random())) : whole;
    const answer = { status: 200, headers: { date: date.toUTCString(), 'request-id': `r${request.n}` }, body };
    const lines = page.map(({ line }) => line);
    const name = request.logType.name;
    const known = shown.get(name) ?? new Set();
    shown.set(name, known);
    for (const line of lines) known.add(line);
    if (wrong) return { answer };
    return { answer, page: { request, lines, last, graphSeconds: Math.floor(date.getTime() / 1000) } };
  }
}

function byRank(a: GraphRow, b: GraphRow): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? 1 : -1;
  return a.line < b.line ? -1 : 1;
}
