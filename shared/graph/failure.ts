/**
 * What an answer of Graph means when it is not a page.
 *
 * Graph's `error.code` is often `UnknownError` for quite different things (a throttled request, an unsupported query, a
 * path that is not there), so an answer is classified by status and message text, by one table, first match wins. An
 * unknown failure is transient: it keeps the data and is tried again.
 */
import { BrokenPage } from '../archive/page.ts';
import { httpDate, requestIdOf } from './answer.ts';
import { type GraphAnswer, TransportError } from './transport.ts';

export type FailureKind =
  /** Too many requests, or too costly ones. */
  | 'throttled'
  /** Passing: a later try of the same request may do. */
  | 'transient'
  /** The token was refused. */
  | 'token'
  /** The server took too long; a narrower window may do. */
  | 'slow'
  /** A 200 whose body is not a whole, valid page. */
  | 'broken'
  /** The paging state is gone: only the window's first page can start it anew. */
  | 'paging'
  /** The answer does not fit the question: its rows show that the filter was not applied. */
  | 'filterIgnored'
  /** The lower bound is older than what the source keeps. */
  | 'tooOld'
  | 'unlicensed'
  | 'forbidden'
  /** The log does not exist in this cloud. */
  | 'absent'
  /** Graph refuses the request for good; asking again will not help. */
  | 'refused';

interface FailureDetails {
  readonly retryAfterMs?: number | undefined;
  readonly notBefore?: number | undefined;
}

/** A read of Graph failed. The message says how, with ids but never with content of a record. */
export class GraphFailure extends Error {
  override readonly name = 'GraphFailure';
  readonly kind: FailureKind;
  /** Milliseconds that Graph asks to wait, when it says so. */
  readonly retryAfterMs: number | undefined;
  /** The earliest time that Graph says it takes for a lower bound: seconds since 1970. */
  readonly notBefore: number | undefined;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions & FailureDetails) {
    super(message, options);
    this.kind = kind;
    this.retryAfterMs = options?.retryAfterMs;
    this.notBefore = options?.notBefore;
  }
}

/** How often a request is sent before its window is given up. */
const MANY_TRIES = 6;
const FEW_TRIES = 3;

/**
 * The kinds for which the same request is worth sending again, and how often it is sent in all. Fewer times where more
 * help less: licensed tenants get the licence 403 now and then, but one without a licence must not use up the run of the
 * others; a page that stays broken or slow is better asked for in a narrower window.
 */
export const TRIES: ReadonlyMap<FailureKind, number> = new Map([
  ['throttled', MANY_TRIES],
  ['transient', MANY_TRIES],
  ['token', MANY_TRIES],
  ['broken', FEW_TRIES],
  ['slow', FEW_TRIES],
  ['unlicensed', FEW_TRIES],
]);

interface Rule {
  readonly status: number | 'any';
  readonly text?: RegExp;
  readonly kind: FailureKind;
}

const RULES: readonly Rule[] = [
  { status: 429, kind: 'throttled' },
  { status: 401, kind: 'token' },
  // The report of it does not say the status.
  { status: 'any', text: /minimum allowed time/i, kind: 'tooOld' },
  { status: 'any', text: /skip ?token|DirectoryPageTokenNotFound/i, kind: 'paging' },
  { status: 400, text: /unsupported query/i, kind: 'transient' },
  { status: 'any', text: /resource not found for the segment/i, kind: 'absent' },
  { status: 410, kind: 'paging' },
  { status: 403, text: /NonPremiumTenant|premium license|not licensed/i, kind: 'unlicensed' },
  { status: 403, text: /<html/i, kind: 'transient' },
  { status: 403, kind: 'forbidden' },
  { status: 404, kind: 'absent' },
  { status: 400, kind: 'refused' },
  { status: 408, kind: 'slow' },
  { status: 504, kind: 'slow' },
];

/** Reads an answer other than 200. Only the error's code and message are used; a body is capped at 4 KB. */
export function failureOf(answer: GraphAnswer, now: number): GraphFailure {
  const text = answer.body.toString('utf8', 0, 4096);
  const kind = RULES.find((rule) => matches(rule, answer.status, text))?.kind ?? 'transient';
  const requestId = requestIdOf(answer.headers) || 'none';
  return new GraphFailure(kind, `Graph answered ${answer.status}: ${summary(text)} (request-id ${requestId})`, {
    retryAfterMs: retryAfter(answer.headers['retry-after'], now),
    notBefore: minimumTime(text),
  });
}

/** `Minimum allowed time for activityDateTime is 2/5/2023 12:00:00 AM`: month first, UTC (msgraph-beta-sdk-dotnet#626). */
const MINIMUM_TIME = /minimum allowed time for \w+ is (\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d [AP]M)/i;

/** Seconds since 1970; `undefined` when the text names no such time. */
function minimumTime(text: string): number | undefined {
  const milliseconds = Date.parse(`${MINIMUM_TIME.exec(text)?.[1]} UTC`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

/** Wraps what was thrown while a page was fetched or sliced. */
export function failureFrom(error: unknown): GraphFailure {
  if (error instanceof GraphFailure) return error;
  if (error instanceof BrokenPage) return new GraphFailure('broken', error.message, { cause: error });
  if (error instanceof TransportError) {
    return new GraphFailure(error.kind === 'timeout' ? 'slow' : 'broken', error.message, { cause: error });
  }
  const code =
    (error as NodeJS.ErrnoException | undefined)?.code ?? (error instanceof Error ? error.name : typeof error);
  return new GraphFailure('transient', `no answer from Graph (${code})`, { cause: error });
}

const SECONDS = /^\d+(\.\d+)?$/;

/**
 * Milliseconds of a Retry-After header: seconds, fractional seconds (Graph sends them), or an HTTP date. `undefined` when
 * there is none, or none that can be read.
 * @param now milliseconds since 1970.
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (SECONDS.test(text)) return Math.round(Number(text) * 1000);
  const date = httpDate(text);
  return date === undefined ? undefined : Math.max(0, date - now);
}

function matches(rule: Rule, status: number, text: string): boolean {
  return (rule.status === 'any' ? status >= 400 : rule.status === status) && (rule.text?.test(text) ?? true);
}

/** The error's code and message; of a body that is not Graph's error shape only its kind and length. */
function summary(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    return `${String(error?.code || 'no code').slice(0, 100)}: ${String(error?.message ?? '').slice(0, 300)}`;
  } catch {
    // Not JSON is an ordinary answer of gateways; the rule table has read the text already.
    return `${/<html/i.test(text) ? 'an HTML page' : 'no JSON'} of ${text.length} characters`;
  }
}
