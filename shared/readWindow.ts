/**
 * Reading one window from Graph: page by page into deflated blocks, so that memory stays flat at any size.
 *
 * Graph is not taken at its word: every row's own time is checked against what was asked, versions that the archive
 * holds are dropped, and any failure discards the whole window. What comes out is complete or nothing.
 */
import { BLOCK_RECORDS, type Block, type BlockRecord, makeBlock } from './archive/block.ts';
import { HASH_BYTES, writeLeafHash } from './archive/merkle.ts';
import type { PageRecord } from './archive/page.ts';
import { hourOf, type Instant, instantFromSeconds } from './archive/time.ts';
import { storedTime } from './archive/undated.ts';
import type { Versions } from './archive/versions.ts';
import type { Window } from './archive/window.ts';
import type { Deps } from './deps.ts';
import { GraphFailure } from './graph/failure.ts';
import { askedRange, type GraphPage, readPages } from './graph/pages.ts';
import type { LogType } from './logTypes.ts';
import { Spill } from './spill.ts';

/** What a read found in one UTC hour. */
export interface HourRead {
  /** Rows whose version the archive did not hold, deflated, in the order they came. */
  readonly blocks: Block[];
  new: number;
  changed: number;
  duplicate: number;
  /** Rows of a time of which versions were deleted: they are not stored again. */
  gone: number;
  /** Versions that the archive holds and this read did not show. */
  vanished: number;
}

/** A whole window, as Graph showed it. */
export interface WindowRead {
  readonly window: Window;
  readonly pages: number;
  /** By hour, `YYYY-MM-DDTHH`. */
  readonly hours: ReadonlyMap<string, HourRead>;
  /** Graph's clock when it answered the first page: milliseconds since 1970. */
  readonly graphTime: number;
  /** Of the first and the last page. */
  readonly requestIds: readonly string[];
  /** Whether the field that a missing permission takes away is in no row; `undefined` where there is nothing to tell by. */
  readonly lacksPolicies: boolean | undefined;
  /** Gives back what the blocks take on disk: call it when they are no longer needed. */
  close(): void;
}

/** The window should end at `to` (seconds since 1970) instead; nothing was lost but a request or two. */
export class NarrowWindow extends Error {
  override readonly name = 'NarrowWindow';
  readonly to: number;
  /** It is Graph's clock that says so: nothing behind it is due yet. */
  readonly byClock: boolean;

  constructor(to: number, reason: string, byClock = false) {
    super(reason);
    this.to = to;
    this.byClock = byClock;
  }
}

export interface ReadLimits {
  /** Rows a window should hold; one that turns out twice as full is narrowed. */
  readonly aimedRows: number;
  /** Seconds that must have passed since an event before its window is read. */
  readonly settleSeconds: number;
}

/** By this much Graph's clock may be behind ours before a window that it calls too late is a failure. */
const MOST_SKEW_MS = 3_600_000;
/** Lines of one block, in bytes, and of what waits on disk until a window has been read. */
const MOST_BLOCK_BYTES = 12 * 1024 * 1024;
const MOST_SPILLED_BYTES = 2 * 1024 * 1024 * 1024;

/** A row more than this outside of what was asked shows that the filter was ignored. */
const TOLERANCE_SECONDS = 2;

/**
 * @param held the versions that are not to be stored again; rows found are added to it. What of it does not come is
 *   counted as vanished.
 * @throws NarrowWindow when the window is too full, or ends too late by Graph's clock.
 * @throws GraphFailure when it cannot be read.
 */
export async function readWindow(
  deps: Deps,
  logType: LogType,
  window: Window,
  held: Versions,
  limits: ReadLimits,
  signal: AbortSignal,
): Promise<WindowRead> {
  const hours = new Map<string, HourRead>();
  const spill = new Spill();
  const accept = acceptance(logType, window);
  const requestIds: string[] = [];
  let lacksPolicies: boolean | undefined;
  let graphTime = 0;
  let pages = 0;
  let rows = 0;
  try {
    for await (const page of readPages(deps, logType, window, signal)) {
      if (pages === 0) {
        graphTime = page.graphTime;
        refuseTooLate(deps, window, graphTime, limits);
        refuseForgotten(logType, window, graphTime);
      }
      pages += 1;
      rows += page.records.length;
      requestIds[Math.min(requestIds.length, 1)] = page.requestId;
      refuseTooFull(logType, window, page, rows, limits);
      if (lacksPolicies !== false) lacksPolicies = lacks(logType, page) ?? lacksPolicies;
      await take(page, accept, held, hours, spill);
    }
  } catch (error) {
    spill.close();
    throw error;
  }
  for (const [hour, count] of held.unseen()) entryOf(hours, hour, emptyHour).vanished = count;
  return { window, pages, hours, graphTime, requestIds, lacksPolicies, close: () => spill.close() };
}

/** Whether no row of a page has the field that takes a further permission. */
function lacks({ permittedField }: LogType, { records }: GraphPage): boolean | undefined {
  if (permittedField === undefined || records.length === 0) return undefined;
  const key = Buffer.from(`"${permittedField}"`);
  return !records.some(({ line }) => line.includes(key));
}

/** Judges each row of a page and deflates those that are not held yet, hour by hour. */
async function take(
  page: GraphPage,
  accept: (record: PageRecord) => Instant | undefined,
  held: Versions,
  hours: Map<string, HourRead>,
  spill: Spill,
): Promise<void> {
  const fresh = new Map<string, BlockRecord[]>();
  const leaves = Buffer.allocUnsafeSlow(page.records.length * HASH_BYTES);
  // Newest first: walking backwards leaves the sort below next to nothing to do.
  for (let at = page.records.length - 1; at >= 0; at -= 1) {
    const record = page.records[at];
    const time = record && accept(record);
    if (!record || time === undefined) continue;
    writeLeafHash(record.line, leaves, at * HASH_BYTES);
    const leaf = leaves.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
    const hour = hourOf(time);
    const novelty = held.add(record.id, leaf, hour, time);
    entryOf(hours, hour, emptyHour)[novelty] += 1;
    if (novelty === 'new' || novelty === 'changed')
      entryOf(fresh, hour, emptyList).push({ line: record.line, time, leaf });
  }
  for (const [hour, records] of fresh) {
    records.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    const { blocks } = entryOf(hours, hour, emptyHour);
    for (const together of blockwise(records)) blocks.push(spill.keep(await makeBlock(together)));
  }
  if (spill.bytes > MOST_SPILLED_BYTES) {
    throw new GraphFailure('broken', `the window holds more than ${MOST_SPILLED_BYTES} bytes`);
  }
}

/**
 * Records in groups that fit a block.
 * @throws GraphFailure for a record that alone would not fit a segment.
 */
function* blockwise(records: readonly BlockRecord[]): Generator<BlockRecord[]> {
  let group: BlockRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const { length } = record.line;
    if (length > MOST_BLOCK_BYTES) throw new GraphFailure('broken', `a record has ${length} bytes, too many to store`);
    if (group.length === BLOCK_RECORDS || bytes + length > MOST_BLOCK_BYTES) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(record);
    bytes += length + 1;
  }
  if (group.length > 0) yield group;
}

/** Decides on one row: its stored time when it belongs to the window, `undefined` when it lies in the margin. */
function acceptance(logType: LogType, window: Window): (record: PageRecord) => Instant | undefined {
  const asked = askedRange(logType, window);
  const first = instantFromSeconds(window.from);
  const end = instantFromSeconds(window.to);
  const lowest = asked.from === undefined ? undefined : instantFromSeconds(asked.from - TOLERANCE_SECONDS);
  const highest = instantFromSeconds(asked.to + TOLERANCE_SECONDS);
  return (record) => {
    const { time, list } = record;
    const outside = time !== undefined && ((lowest !== undefined && time < lowest) || time > highest);
    const otherType = logType.signInEventType !== undefined && list && !list.includes(logType.signInEventType);
    if (outside || otherType) {
      throw new GraphFailure('filterIgnored', 'a row lies outside of what was asked: Graph did not apply the filter');
    }
    const stored = storedTime(time);
    if (time === undefined || lowest === undefined) return stored < end ? stored : undefined;
    return stored >= first && stored < end ? stored : undefined;
  };
}

function refuseTooLate({ clock }: Deps, window: Window, graphTime: number, limits: ReadLimits): void {
  const latest = Math.floor(graphTime / 1000) - limits.settleSeconds;
  if (window.to <= latest) return;
  // Nothing would be left of it, run after run, and nobody would hear of it.
  if (latest <= window.from && clock.now() - graphTime > MOST_SKEW_MS) {
    throw new GraphFailure(
      'transient',
      `Graph's clock is ${Math.round((clock.now() - graphTime) / 1000)} s behind ours`,
    );
  }
  throw new NarrowWindow(latest, "the window ends too late by Graph's clock", true);
}

/** What the source forgot after the window was planned, by a process that stood still say, was not read. */
function refuseForgotten({ sourceRetentionDays: days }: LogType, window: Window, graphTime: number): void {
  if (days === undefined) return;
  const notBefore = Math.ceil(graphTime / 1000) - days * 86_400;
  if (window.from >= notBefore) return;
  throw new GraphFailure('tooOld', `the source keeps ${days} days, and the window begins before that`, { notBefore });
}

/** Estimates from what has come so far; one request spent is better than a window that outgrows its time. */
function refuseTooFull(logType: LogType, window: Window, page: GraphPage, rows: number, limits: ReadLimits): void {
  // Without a lower bound a window has no width to take a share of: its rows may all be of the last year.
  if (askedRange(logType, window).from === undefined) return;
  const most = 2 * limits.aimedRows;
  const seconds = window.to - window.from;
  const oldest = page.records.at(-1)?.time;
  if (page.nextLink === undefined || oldest === undefined || seconds <= 1) return;
  const covered = window.to - Math.floor(Date.parse(oldest) / 1000);
  const expected = logType.newestFirst && covered > 0 ? (rows * seconds) / covered : rows;
  if (Math.max(rows, expected) <= most) return;
  const width = Math.floor((seconds * limits.aimedRows) / Math.max(rows, expected));
  throw new NarrowWindow(window.from + Math.max(1, width), `about ${Math.round(expected)} rows in one window`);
}

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

const emptyHour = (): HourRead => ({ blocks: [], new: 0, changed: 0, duplicate: 0, gone: 0, vanished: 0 });
const emptyList = (): BlockRecord[] => [];
