/**
 * Reads a request's query string as Graph does, and refuses what Graph refuses, in Graph's words.
 *
 * `$filter` may be a conjunction of comparisons of the time field with unquoted literals, and on beta sign-ins one
 * `signInEventTypes/any(t: t eq '…')`. A parameter without `$` is ignored, as Graph ignores it.
 */
import type { Endpoint } from './endpoints.ts';
import { badRequest, invalidFilter, invalidPageSize, notAllowed, tooOld, unknownProperty } from './graphError.ts';
import { compareInstants, HOUR_MS, type Instant, instantOf, parseInstant, plusTicks } from './instant.ts';
import type { Stream } from './streams.ts';

/** Both ends belong to the range; `undefined` is unbounded. */
export interface Range {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
}

export interface Query {
  readonly streams: readonly Stream[];
  readonly range: Range;
  readonly top: number;
  /** The value of `$skiptoken`; `undefined` on a first page. */
  readonly skipToken: string | undefined;
}

const DAY_MS = 24 * HOUR_MS;
const COMPARISON = /^([A-Za-z_][\w/]*) +([a-z]+) +(\S.*)$/;
const EVENT_TYPE = /^signInEventTypes\/any\(\s*(\w+)\s*:\s*(\w+) eq '(\w+)'\s*\)$/;
const REFUSED_OPTIONS = ['Skip', 'Select', 'OrderBy', 'Count', 'Search', 'Expand', 'Apply'] as const;

/**
 * @param now simulated time, milliseconds since 1970.
 * @throws GraphError with Graph's own words.
 */
export function parseQuery(endpoint: Endpoint, parameters: URLSearchParams, now: number): Query {
  for (const option of REFUSED_OPTIONS) if (parameters.has(`$${option.toLowerCase()}`)) throw notAllowed(option);
  for (const name of new Set(parameters.keys())) {
    if (name.startsWith('$') && parameters.getAll(name).length > 1) {
      throw badRequest(`Query option '${name}' was specified more than once, but it must be specified at most once.`);
    }
  }
  const filter = parameters.get('$filter');
  const selection = filter === null ? unfiltered(endpoint) : parseFilter(endpoint, filter, now);
  return {
    ...selection,
    top: parseTop(endpoint, parameters.get('$top')),
    skipToken: parameters.get('$skiptoken') ?? undefined,
  };
}

type Selection = Pick<Query, 'streams' | 'range'>;

function unfiltered({ streams }: Endpoint): Selection {
  return { streams: [streams[0]], range: { from: undefined, to: undefined } };
}

function parseFilter(endpoint: Endpoint, filter: string, now: number): Selection {
  let { range } = unfiltered(endpoint);
  let streams: readonly Stream[] | undefined;
  for (const clause of filter.trim().split(/ +and +/)) {
    const eventType = EVENT_TYPE.exec(clause);
    if (eventType && streams) throw invalidFilter();
    if (eventType) streams = streamsOf(endpoint, eventType);
    else range = intersect(range, parseComparison(endpoint, clause));
  }
  refuseTooOld(endpoint, range, now);
  return { range, streams: streams ?? unfiltered(endpoint).streams };
}

function streamsOf(endpoint: Endpoint, [, variable, used, value]: RegExpExecArray): Stream[] {
  if (!endpoint.keys.has('signInEventTypes')) throw unknownProperty('signInEventTypes', endpoint.typeName);
  const streams = endpoint.streams.filter(({ logType }) => logType.signInEventType === value);
  if (streams.length === 0 || variable !== used) throw invalidFilter();
  return streams;
}

function parseComparison(endpoint: Endpoint, clause: string): Range {
  const [, property = '', operator = '', literal = ''] = COMPARISON.exec(clause) ?? [];
  const [name = ''] = (property || clause).split(/[/( ]/);
  if (/^[A-Za-z_]\w*$/.test(name) && !endpoint.keys.has(name)) throw unknownProperty(name, endpoint.typeName);
  const instant = parseInstant(literal);
  if (property !== endpoint.logType.timeField || !endpoint.operators.has(operator) || instant === undefined)
    throw invalidFilter();
  return bound(operator, instant);
}

/** Comparisons are with the stored time, to the tick. */
function bound(operator: string, instant: Instant): Range {
  if (operator === 'eq') return { from: instant, to: instant };
  if (operator === 'ge' || operator === 'gt')
    return { from: plusTicks(instant, operator === 'gt' ? 1 : 0), to: undefined };
  return { from: undefined, to: plusTicks(instant, operator === 'lt' ? -1 : 0) };
}

function intersect(a: Range, b: Range): Range {
  const later = a.from && b.from ? (compareInstants(a.from, b.from) > 0 ? a.from : b.from) : (a.from ?? b.from);
  const earlier = a.to && b.to ? (compareInstants(a.to, b.to) < 0 ? a.to : b.to) : (a.to ?? b.to);
  return { from: later, to: earlier };
}

/** The oldest moment that may be asked for: midnight UTC of the day that the source's memory reaches back to. */
export function oldestAllowed(sourceRetentionDays: number, now: number): number {
  return Math.floor((now - sourceRetentionDays * DAY_MS) / DAY_MS) * DAY_MS;
}

function refuseTooOld({ logType }: Endpoint, { from }: Range, now: number): void {
  if (from === undefined || logType.sourceRetentionDays === undefined) return;
  const minimum = oldestAllowed(logType.sourceRetentionDays, now);
  if (compareInstants(from, instantOf(minimum)) < 0) throw tooOld(logType.timeField, minimum);
}

function parseTop({ top }: Endpoint, text: string | null): number {
  if (text === null) return top.fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (top.strict && (value < 1 || value > top.most)) throw invalidPageSize(text, top.most);
  if (value < 1) {
    throw badRequest(
      `Invalid value '${text}' for $top query option found. The $top query option requires a non-negative integer value.`,
    );
  }
  return Math.min(value, top.most);
}
