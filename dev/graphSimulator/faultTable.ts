/**
 * The faults, as a table: every way in which the simulated Graph can be told to misbehave. Help, checks and the plan of
 * which request is hit read this table; nothing else names them all.
 */

/**
 * Where a fault acts: `tenant` on rows, by the clock; `answer` puts another answer in place of the page; `page` makes
 * another page; `delivery` spoils the sending of a right page.
 */
export type Stage = 'tenant' | 'answer' | 'page' | 'delivery';

export interface Fault {
  readonly name: string;
  readonly stage: Stage;
  readonly text: string;
  /** One request in so many, all forms of the fault together; one row in so many for faults of the tenant. */
  readonly oneIn: number;
  /** Only requests that carry a `$skiptoken`. */
  readonly pagingOnly?: boolean;
}

/** Every fault, in the order in which help lists them. */
export const FAULTS: readonly Fault[] = [
  tenant(
    'late-rows',
    1,
    'rows become visible after a delay: P95 2 min, P99 5 min, one in 10,000 after 1 to 24 h, some after 2 to 3 days',
  ),
  tenant('changed-rows', 30, 'rows get other bytes under the same id and time, 10 min to 20 days after they happened'),
  tenant('missing-rows', 40, 'rows are left out of the first read that asks for them; a later read shows them'),
  page('duplicate-rows', 20, 'a row stands twice in a read, on one page or at the end and beginning of two'),
  page('short-pages', 15, 'a page stops early, with a nextLink'),
  page('empty-pages', 20, 'a page without rows, with a nextLink'),
  page('repeating-next-link', 25, "a page's nextLink is the page's own address"),
  page('ignored-filter', 25, 'answers as if no $filter had been given: the newest rows of the whole path'),
  answer('throttle-with-retry-after', 20, '429 with Retry-After: whole seconds, fractional seconds or an HTTP date'),
  answer('throttle-without-retry-after', 20, '429 without Retry-After'),
  answer('unavailable-503', 20, '503 service unavailable'),
  answer('gateway-timeout-504', 25, '504 from the gateway'),
  answer('connection-reset', 25, 'the connection is reset before an answer'),
  answer('expired-token', 25, '401 InvalidAuthenticationToken: the token is expired'),
  { ...answer('expired-skiptoken', 25, '400 Invalid Skip Token on a page that follows another'), pagingOnly: true },
  answer('licence-403', 25, '403 as if the tenant had no premium licence'),
  answer('html-403', 25, '403 with a page of HTML from the gateway'),
  answer('transient-400', 25, "400 'Unsupported Query.' that goes away"),
  delivery('truncated-page', 20, '200 whose body stops short: the connection breaks, or it ends cleanly in mid-JSON'),
  delivery('broken-page', 25, '200 whose body turns into an error object in the middle of a row'),
  delivery('slow-page', 25, 'a page that arrives in drips over 3 s, divided by --speed'),
];

const NAMES: ReadonlySet<string> = new Set(FAULTS.map(({ name }) => name));

/** The names that are not faults; `all` stands for every fault and is none. */
export function unknownFaults(names: readonly string[]): string[] {
  return expandFaults(names).filter((name) => !NAMES.has(name));
}

/** The names themselves, or every fault when `all` is among them. */
export function expandFaults(names: readonly string[]): readonly string[] {
  return names.includes('all') ? [...NAMES] : names;
}

/** Names as they stand on a command line: a comma list. */
export function parseFaults(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function tenant(name: string, oneIn: number, text: string): Fault {
  return { name, stage: 'tenant', oneIn, text };
}

function answer(name: string, oneIn: number, text: string): Fault {
  return { name, stage: 'answer', oneIn, text };
}

function page(name: string, oneIn: number, text: string): Fault {
  return { name, stage: 'page', oneIn, text };
}

function delivery(name: string, oneIn: number, text: string): Fault {
  return { name, stage: 'delivery', oneIn, text };
}
