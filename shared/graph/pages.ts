/**
 * The pages of one window, one after another, each whole and valid or not at all.
 *
 * A request that fails in passing is sent again, after what Graph asks to wait or a growing pause. When that does not
 * help the read ends with a `GraphFailure`, and the caller discards the window: no part of a window is ever kept.
 */

import { release } from '../archive/memory.ts';
import { type Page, slicePage } from '../archive/page.ts';
import { formatSeconds } from '../archive/time.ts';
import type { Window } from '../archive/window.ts';
import type { Clock } from '../clock.ts';
import type { LogType } from '../logTypes.ts';
import { httpDate, requestIdOf, wrongForm } from './answer.ts';
import type { Budget } from './budget.ts';
import { type GraphClient, onOrigin } from './client.ts';
import { failureFrom, failureOf, GraphFailure, TRIES } from './failure.ts';
import type { GraphAnswer } from './transport.ts';

export interface GraphPage extends Page {
  /** Graph's own clock when it answered: milliseconds since 1970. */
  readonly graphTime: number;
  readonly requestId: string;
  /** The answer's body, which the records' lines are views on: valid until the next page is asked for. */
  readonly bytes: Buffer;
}

export interface PageSource {
  readonly graph: GraphClient;
  readonly budgetOf: (logType: LogType) => Budget;
  readonly clock: Clock;
}

/** When Graph asks to wait longer than this, the window is given up: the other log types go on meanwhile. */
const LONGEST_WAIT_MS = 120_000;
const MAX_PAUSE_MS = 60_000;
/** Pages of one window; more than this is a loop that its links do not show. */
const MAX_PAGES = 5000;

/** The URL of a window's first page: asked wider than the window, because Graph compares more finely than it prints. */
export function windowUrl(origin: string, logType: LogType, window: Window): string {
  const asked = askedRange(logType, window);
  const [lower, upper] = logType.operators;
  const field = logType.timeField;
  const exact = isExact(window);
  const clauses = [
    ...(asked.from === undefined
      ? []
      : [`${field} ${lower} ${exact && lower === 'gt' ? justBefore(asked.from) : formatSeconds(asked.from)}`]),
    `${field} ${upper} ${exact && upper === 'le' ? justBefore(asked.to) : formatSeconds(asked.to)}`,
    ...(logType.signInEventType ? [`signInEventTypes/any(t: t eq '${logType.signInEventType}')`] : []),
  ];
  const filter = encodeURIComponent(clauses.join(' and '));
  return `${origin}/${logType.api}${logType.path}?$filter=${filter}&$top=${logType.pageSize}`;
}

/**
 * The bounds that Graph is asked for, in seconds since 1970: 1 s wider where both ends are included, 2 s where they are
 * not. A state type's first window has no lower bound.
 *
 * A single second is asked for as such, to the last digit. It is what a window is narrowed to when something near cannot
 * be read, and with a margin its neighbours could not be read either.
 */
export function askedRange(logType: LogType, window: Window): { from: number | undefined; to: number } {
  const margin = isExact(window) ? 0 : marginOf(logType);
  return { from: isUnbounded(logType, window) ? undefined : window.from - margin, to: window.to + margin };
}

/** Seconds by which windows of more than a second are asked for wider, on both sides. */
export function marginOf(logType: LogType): number {
  return logType.operators[0] === 'gt' ? 2 : 1;
}

function isExact(window: Window): boolean {
  return window.to - window.from <= 1;
}

/** The last instant that Graph can tell from `second`, before it. */
function justBefore(second: number): string {
  return formatSeconds(second - 1).replace('Z', '.9999999Z');
}

/** Whether Graph is asked without a lower bound: a state type, from the beginning of time. */
export function isUnbounded(logType: LogType, window: Window): boolean {
  return logType.state && window.from === 0;
}

/** @throws GraphFailure when a page cannot be had. */
export async function* readPages(
  source: PageSource,
  logType: LogType,
  window: Window,
  signal: AbortSignal,
): AsyncGenerator<GraphPage> {
  const seen = new Set<string>();
  let url: string | undefined = windowUrl(source.graph.origin, logType, window);
  while (url !== undefined) {
    if (seen.size >= MAX_PAGES) throw new GraphFailure('paging', `the window has more than ${MAX_PAGES} pages`);
    seen.add(url);
    const page: GraphPage = await fetchPatiently(source, logType, url, seen, signal);
    yield page;
    // The reader has taken what it wanted by the time it asks for the next page.
    release(page.bytes);
    url = page.nextLink;
  }
}

async function fetchPatiently(
  source: PageSource,
  logType: LogType,
  url: string,
  seen: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<GraphPage> {
  const budget = source.budgetOf(logType);
  for (let attempt = 1; ; attempt += 1) {
    await budget.grant(signal);
    try {
      return await fetchPage(source, logType, url, seen, signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureFrom(error);
      const tries = TRIES.get(failure.kind) ?? 1;
      const wait = pause(failure, attempt, budget.intervalMs);
      if (attempt >= tries || wait > LONGEST_WAIT_MS) throw failure;
      await source.clock.sleep(wait, signal);
    }
  }
}

async function fetchPage(
  { graph, clock }: PageSource,
  logType: LogType,
  url: string,
  seen: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<GraphPage> {
  const answer = await graph.get(url, signal);
  try {
    const page = pageOf(answer, logType, clock);
    refuseLink(page.nextLink, seen, graph.origin);
    return page;
  } catch (error) {
    // Answers that are refused come in a row, and each may be as large as a page can be.
    release(answer.body);
    throw error;
  }
}

function pageOf(answer: GraphAnswer, logType: LogType, clock: Clock): GraphPage {
  const { status, headers, body } = answer;
  if (status !== 200) throw failureOf(answer, clock.now());
  const wrong = wrongForm(headers);
  if (wrong !== undefined) throw new GraphFailure('broken', `the answer is no page: ${wrong}`);
  return {
    ...slicePage(body, { timeField: logType.timeField, ...(logType.signInEventType && SIGN_IN_TYPES) }),
    bytes: body,
    graphTime: httpDate(headers.date ?? '') ?? clock.now(),
    requestId: requestIdOf(headers),
  };
}

function refuseLink(link: string | undefined, seen: ReadonlySet<string>, origin: string): void {
  if (link === undefined) return;
  if (seen.has(link)) throw new GraphFailure('broken', 'a page links to a page that was read before');
  onOrigin(link, origin);
}

const SIGN_IN_TYPES = { listField: 'signInEventTypes' } as const;

/** What Graph asked for; else twice the request interval, doubled each time, with jitter so that instances part. */
function pause(failure: GraphFailure, attempt: number, intervalMs: number): number {
  const grown = Math.min(MAX_PAUSE_MS, 2 * intervalMs * 2 ** (attempt - 1));
  return failure.retryAfterMs ?? grown * (0.5 + Math.random() / 2);
}
