/**
 * Reading one window from Graph: page by page into deflated blocks, so that memory stays flat at any size.
 *
 * Graph is not taken at its word: every row's own time is checked against what was asked, versions that the archive
 * holds are dropped, and any failure discards the whole window. What comes out is complete or nothing.
 */

import { DAY } from './archive/hours.ts';
import type { PageRecord } from './archive/page.ts';
import { type Instant, instantFromSeconds } from './archive/time.ts';
import { storedTime } from './archive/undated.ts';
import type { Versions } from './archive/versions.ts';
import type { Window } from './archive/window.ts';
import type { Deps } from './deps.ts';
import { GraphFailure } from './graph/failure.ts';
import { askedRange, type GraphPage, readPages } from './graph/pages.ts';
import type { LogType } from './logTypes.ts';
import { Spill } from './spill.ts';
import { type HourRead, hourIn, takeRecords } from './takeRecords.ts';

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
/**
 * Bytes of what waits on disk until a window has been read; one that holds more is read in two. No hour of it takes more
 * segments than one entry should name then: of 13, half as many times 16 MiB are full.
 */
const AIMED_SPILLED_BYTES = 80 * 1024 * 1024;
/** The same where a window cannot be read in two. */
const MOST_SPILLED_BYTES = 2 * 1024 * 1024 * 1024;

/** A row more than this outside of what was asked shows that the filter was ignored. */
const TOLERANCE_SECONDS = 2;

/**
 * @param held the versions that are not to be stored again; rows found are added to it. What of it does not come is
 *   counted as vanished.
 * @throws NarrowWindow when the window is too full or too large, or ends too late by Graph's clock.
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
      await takeRecords(page.records, accept, held, hours, (block) => spill.keep(block));
      refuseTooLarge(logType, window, spill.bytes);
    }
  } catch (error) {
    spill.close();
    throw error;
  }
  for (const [hour, count] of held.unseen()) hourIn(hours, hour).vanished = count;
  return { window, pages, hours, graphTime, requestIds, lacksPolicies, close: () => spill.close() };
}

/** Whether no row of a page has the field that takes a further permission. */
function lacks({ permittedField }: LogType, { records }: GraphPage): boolean | undefined {
  if (permittedField === undefined || records.length === 0) return undefined;
  const key = Buffer.from(`"${permittedField}"`);
  return !records.some(({ line }) => line.includes(key));
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
  const notBefore = Math.ceil(graphTime / 1000) - days * DAY;
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

function refuseTooLarge(logType: LogType, window: Window, bytes: number): void {
  const seconds = window.to - window.from;
  const divisible = askedRange(logType, window).from !== undefined && seconds > 1;
  if (divisible && bytes > AIMED_SPILLED_BYTES) {
    throw new NarrowWindow(
      window.from + Math.floor(seconds / 2),
      `more than ${AIMED_SPILLED_BYTES} bytes in one window`,
    );
  }
  if (bytes > MOST_SPILLED_BYTES) {
    throw new GraphFailure('broken', `the window holds more than ${MOST_SPILLED_BYTES} bytes`);
  }
}
