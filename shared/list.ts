/**
 * Lists of records, a page at a time, and single records: what the Graph-compatible routes answer from.
 *
 * The first page is pinned to where the ledgers stand; later commits are invisible to it and to the pages that follow, so
 * that they neither skip a record nor give one twice. Of events each version is given that is the latest of its hour, of
 * moving log types every version, of state types the present state.
 */
import { hourOf, type Instant, instantFromSeconds, LAST_INSTANT, startOfHour } from './archive/time.ts';
import { UNDATED } from './archive/undated.ts';
import type { Deps } from './deps.ts';
import { countRecords } from './export.ts';
import { applyLedger, type Ledger, MOST_ENTRIES_BEHIND } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { parseFilter } from './query/filter.ts';
import { type Matcher, matcher } from './query/matcher.ts';
import { BadQuery, type Range } from './query/range.ts';
import { deletedBetween, segmentsBetween } from './segmentIndex.ts';
import { newestVersions } from './serve/newest.ts';
import type { Order } from './serve/ordered.ts';
import { ALL_VERSIONS, type Position, searchPage, type Versions } from './serve/search.ts';

export interface ListQuery {
  /** Merged by time. */
  readonly logTypes: readonly LogType[];
  readonly range: Range;
  readonly order: Order;
  readonly filter?: Matcher | undefined;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** What a list that was begun stays bound to, and where its next page begins. */
export interface Continuation extends Position {
  readonly range: Range;
  readonly pins: readonly number[];
}

export interface ListPage {
  /** Stored lines without their newlines. */
  readonly lines: readonly Buffer[];
  /** What the page was read from. */
  readonly from: Continuation;
  /** `undefined` on the last page. A page may be short or empty and not the last. */
  readonly next: Continuation | undefined;
}

/** Before and after every record. */
export const ALWAYS: Range = { from: UNDATED, to: LAST_INSTANT };

/**
 * @param most records of a page.
 * @param continued where an earlier page said that it goes on.
 * @throws BadQuery when that was of ledgers that reached further. @throws LedgerTorn, LedgerBehind.
 */
export async function listPage(
  deps: Deps,
  query: ListQuery,
  most: number,
  continued?: Continuation,
): Promise<ListPage> {
  const ledgers = await ledgersOf(deps, query.logTypes);
  const from = continued ? checked(ledgers, continued) : await begin(deps, query, ledgers);
  const { range, pins } = from;
  const versions = await Promise.all(
    query.logTypes.map((logType, n) => versionsOf(deps, logType, range, pins[n] ?? -1)),
  );
  const { lines, next } = await searchPage(deps, { ...query, range, pins, versions }, from, most);
  return { lines, from, next: next && { ...from, ...next } };
}

/** Records of a list's range that were deleted with proof: no page has them. */
export async function deletedRecords(
  deps: Deps,
  logTypes: readonly LogType[],
  { range, pins }: Pick<Continuation, 'range'> & Partial<Pick<Continuation, 'pins'>>,
): Promise<number> {
  const ledgers = await ledgersOf(deps, logTypes);
  let records = 0;
  for (const [n, { name }] of logTypes.entries()) {
    const to = earlier(range.to, instantFromSeconds(ledgers[n]?.deletedTo ?? 0));
    if (to <= range.from) continue;
    for await (const segment of deletedBetween(deps, name, range.from, to, pins?.[n])) records += segment.records;
  }
  return records;
}

/** How many records all pages have together. @param from what the first page was read from. */
export async function countList(deps: Deps, query: ListQuery, { range, pins }: Continuation): Promise<number> {
  if (range.from >= range.to) return 0;
  let records = 0;
  for (const [n, logType] of query.logTypes.entries()) {
    const cursor = { pin: pins[n] ?? -1, hour: '', given: 0 };
    const versions = logType.moving && !logType.state ? 'all' : 'latest';
    const { filter, signal } = query;
    records += (await countRecords(deps, logType, { range, versions, filter, cursor, signal })).records;
  }
  return records;
}

/** The newest version of a record; `undefined` when none of the log types holds it. */
export async function findRecord(
  deps: Deps,
  logTypes: readonly LogType[],
  id: string,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const filter = matcher(parseFilter(`id eq '${id.replaceAll("'", "''")}'`, 'id'));
  const query: ListQuery = { logTypes, range: ALWAYS, order: 'desc', filter, signal };
  let page = await listPage(deps, query, 1);
  while (page.lines.length === 0 && page.next) page = await listPage(deps, query, 1, page.next);
  return page.lines[0];
}

async function versionsOf(deps: Deps, logType: LogType, range: Range, pin: number): Promise<Versions> {
  if (!logType.moving) return { latest: true };
  return logType.state ? { latest: false, only: await newestVersions(deps, logType, range, pin) } : ALL_VERSIONS;
}

async function begin(deps: Deps, { logTypes, range }: ListQuery, ledgers: readonly Ledger[]): Promise<Continuation> {
  const pins = ledgers.map(({ seq }) => seq);
  const to = earlier(range.to, reachOf(ledgers));
  const from = range.from === UNDATED ? await oldest(deps, logTypes, { from: UNDATED, to }, pins) : range.from;
  return { range: { from, to }, pins, hour: '', given: pins.map(() => 0) };
}

function checked(ledgers: readonly Ledger[], continued: Continuation): Continuation {
  if (ledgers.some(({ seq }, n) => seq < (continued.pins[n] ?? -1))) {
    throw new BadQuery('$skiptoken', 'Invalid Skip Token: it is of an archive that held more than this one.');
  }
  return continued;
}

function ledgersOf(deps: Deps, logTypes: readonly LogType[]): Promise<Ledger[]> {
  return Promise.all(logTypes.map(({ name }) => applyLedger(deps, name, MOST_ENTRIES_BEHIND)));
}

/** The first instant after all that was read: no record is stored beyond it. */
function reachOf(ledgers: readonly Ledger[]): Instant {
  const reaches = ledgers.map(({ reach, head }) => reach ?? head?.to ?? 0);
  return instantFromSeconds(Math.max(0, ...reaches));
}

/** Where the stored records begin, so that decades without any need not be searched. */
async function oldest(deps: Deps, logTypes: readonly LogType[], range: Range, pins: readonly number[]) {
  let found = range.to;
  for (const [n, { name }] of logTypes.entries()) {
    for await (const { minTime } of segmentsBetween(deps, name, range.from, range.to, pins[n])) {
      // Hours come in order, but within one an entry may begin before an earlier one.
      found = startOfHour(hourOf(earlier(found, minTime)));
      break;
    }
  }
  return found;
}

function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}
