/**
 * The time range of a request: `from` and `to`, half open, exact to 100 ns.
 */
import { type Instant, parseInstant } from '../archive/time.ts';

/** A query parameter is wrong. The message is for the person who asked. */
export class BadQuery extends Error {
  override readonly name = 'BadQuery';
  readonly parameter: string;

  constructor(parameter: string, message: string) {
    super(message);
    this.parameter = parameter;
  }
}

export interface Range {
  /** First instant that belongs to the range. */
  readonly from: Instant;
  /** First instant that does not. */
  readonly to: Instant;
}

/** The parameters of a range, each with a right example. */
export const RANGE_PARAMETERS = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' } as const;

const EXAMPLE = `from=${RANGE_PARAMETERS.from}&to=${RANGE_PARAMETERS.to}`;
const DATE_ONLY = /^\d{4}-\d\d-\d\d$/;

/**
 * Reads `from` and `to`: ISO 8601 with `Z` or an offset and up to 7 fraction digits, or a date alone (midnight UTC).
 * @param now a range that begins later is refused, one that ends later is not.
 * @throws BadQuery that names the parameter and shows a right one.
 */
export function readRange(query: URLSearchParams, now: Instant): Range {
  const from = readInstant(query, 'from');
  const to = readInstant(query, 'to');
  if (from >= to)
    throw bad('to', `'to' must be later than 'from'; the range from ${from} to ${to} is empty or reversed`);
  if (from > now) throw bad('from', `'from' is in the future (it is ${now} now); nothing can be archived there yet`);
  return { from, to };
}

/** A time as people write it: ISO 8601 with `Z` or an offset, or a date alone. `undefined` for any other text. */
export function parseTime(text: string): Instant | undefined {
  return parseInstant(DATE_ONLY.test(text) ? `${text}T00:00:00Z` : text);
}

/** As `readRange`; `undefined` where neither `from` nor `to` is given. */
export function readOptionalRange(query: URLSearchParams, now: Instant): Range | undefined {
  return query.has('from') || query.has('to') ? readRange(query, now) : undefined;
}

function readInstant(query: URLSearchParams, name: string): Instant {
  const text = query.get(name);
  if (text === null || text === '') throw bad(name, `'${name}' is missing`);
  const instant = parseTime(text);
  if (instant !== undefined) return instant;
  const hint = /^[^ ]+ \d\d:\d\d$/.test(text) ? ' (write the + of an offset as %2B)' : '';
  throw bad(name, `'${name}' is not a time that exists, in ISO 8601 with Z or an offset${hint}`);
}

function bad(parameter: string, detail: string): BadQuery {
  return new BadQuery(parameter, `${detail}. A right example: ${EXAMPLE}`);
}
