/**
 * The flow out: query -> index -> segments -> records -> response.
 *
 * The ledger's newest entries are applied first and the answer is pinned to where the ledger then stands: later commits
 * are invisible to it and to its cursors. Records come by hour, time, entry, line. Blocks that the query leaves as they
 * are go out as they are stored (`serve/`); memory stays flat at any size.
 */
import { type CoverageState, worstState } from './archive/coverage.ts';
import { ceilHour } from './archive/hours.ts';
import { hourOf, type Instant, instantFromSeconds, secondsOf, startOfHour } from './archive/time.ts';
import { coveredInstant, mergedSpans, pinCoverage, windowOfRange } from './coveragePin.ts';
import type { Deps } from './deps.ts';
import { applyLedger, type Ledger, MOST_ENTRIES_BEHIND } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import type { Cursor } from './query/cursor.ts';
import type { TimeBounds } from './query/filterTimes.ts';
import type { Matcher } from './query/matcher.ts';
import { BadQuery, type Range } from './query/range.ts';
import { deletedBetween, type IndexedSegment, segmentsBetween } from './segmentIndex.ts';
import { newestVersions } from './serve/newest.ts';
import { type Page, takePage } from './serve/page.ts';
import { countGroup, groupsOf, knownCount, piecesOf } from './serve/pieceStream.ts';
import type { Piece } from './serve/pieces.ts';
import type { HourQuery } from './serve/reader.ts';

export interface ExportQuery {
  readonly range: Range;
  /** `latest`: of each id only the version that the newest entry holds; `all`: every version. */
  readonly versions: 'latest' | 'all';
  readonly filter?: Matcher | undefined;
  /** What the filter leaves possible of the range. */
  readonly bounds?: TimeBounds | undefined;
  /** Where an earlier answer ended. */
  readonly cursor?: Cursor | undefined;
  /** Records after that which are not wanted again. */
  readonly skip?: number;
  /** Aborted when nobody waits for the answer any more: the reads stop, and the answer fails with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Export {
  /** Where the ledger stood; later commits are invisible to this answer. */
  readonly pin: Ledger;
  /** What the ledger, up to the pin, says of the range. */
  readonly coverage: ExportCoverage;
  /** Sequence number of the newest entry that counts: the pin's, or that of the answer that is gone on with. */
  readonly seq: number;
  readonly pieces: AsyncIterable<Piece>;
}

export interface ExportCoverage {
  /** The worst state of the range. */
  readonly state: CoverageState;
  /** Up to where the range was read without a hole, from its begin on. */
  readonly coveredTo: Instant;
  /** Records of the range's hours that were deleted with proof: the answer is without them. Absent where none were. */
  readonly deleted?: number;
}

/** What an answer says of itself beside its records. */
type Opened = Omit<Export, 'pieces'>;

/** Opens an export. @throws BadQuery when the cursor is of a ledger that reaches further than this one. */
export async function exportRange(deps: Deps, logType: LogType, query: ExportQuery): Promise<Export> {
  const { opened, hours, skip } = await open(deps, logType, query);
  return { ...opened, pieces: piecesOf(deps, logType, hours, opened.seq, skip) };
}

/** One page of an export, whole in memory. */
export async function exportPage(
  deps: Deps,
  logType: LogType,
  query: ExportQuery,
  limit: number,
): Promise<Page & Opened> {
  const { opened, hours, skip } = await open(deps, logType, query);
  return { ...(await takePage(piecesOf(deps, logType, hours, opened.seq), skip, limit)), ...opened };
}

/** How many records an export gives, if the index alone tells. */
export async function knownRecords(
  deps: Deps,
  logType: LogType,
  query: ExportQuery,
): Promise<Opened & { readonly records: number | undefined }> {
  const { opened, hours, skip } = await open(deps, logType, query);
  let records = 0;
  for await (const group of groupsOf(deps, logType, hours, opened.seq)) {
    const count = knownCount(group, hours);
    if (count === undefined) return { ...opened, records: undefined };
    records += count;
  }
  return { ...opened, records: Math.max(0, records - skip) };
}

/** How many records an export gives. Opens only the segments for which the index does not suffice. */
export async function countRecords(
  deps: Deps,
  logType: LogType,
  query: ExportQuery,
): Promise<Opened & { readonly records: number }> {
  const { opened, hours, skip } = await open(deps, logType, query);
  let records = 0;
  for await (const group of groupsOf(deps, logType, hours, opened.seq)) {
    records += knownCount(group, hours) ?? (await countGroup(deps, logType, group, hours));
  }
  return { ...opened, records: Math.max(0, records - skip) };
}

/**
 * What `GET /api/segments/{logType}` answers: outside readers take their list of files from here, not from a listing. Those
 * that are deleted are listed apart: nobody finds them, and nobody need miss them.
 */
export async function listSegments(deps: Deps, logType: LogType, range: Range) {
  const pin = await applyLedger(deps, logType.name, MOST_ENTRIES_BEHIND);
  const { from, to } = range;
  const segments = await Array.fromAsync(segmentsBetween(deps, logType.name, from, to, pin.seq), asNamed);
  const deleted = await Array.fromAsync(deletedBetween(deps, logType.name, from, to, pin.seq));
  return { logType: logType.name, from, to, entries: pin.seq + 1, segments, deleted };
}

/** A segment as the answer's size of the ledger has it: a later deletion is none of its business. */
function asNamed({ deleteSeq: _later, ...segment }: IndexedSegment): IndexedSegment {
  return segment;
}

/** The range from the latest of some beginnings up to the hour that `end` lies in. */
function narrowed({ from, to }: Range, begins: readonly (Instant | undefined)[], end: Instant | undefined): Range {
  const begin = begins.reduce<Instant>((latest, each) => (each !== undefined && each > latest ? each : latest), from);
  // Whole hours: which version of a record is the latest is decided within one.
  const isLastHour = end === undefined || end >= to || hourOf(end) === hourOf(to);
  return { from: begin, to: isLastHour ? to : instantFromSeconds(ceilHour(secondsOf(end) + 1)) };
}

function wholeHour(instant: Instant | undefined): Instant | undefined {
  return instant && startOfHour(hourOf(instant));
}

async function open(deps: Deps, logType: LogType, query: ExportQuery) {
  const { range, versions, filter, bounds, cursor, skip = 0, signal } = query;
  const pinned = await pinCoverage(deps, logType, () => windowOfRange(range));
  const { pin } = pinned;
  if (cursor && cursor.pin > pin.seq) {
    throw new BadQuery('cursor', "'cursor' is of an archive that held more than this one: start the export anew.");
  }
  const seq = cursor?.pin ?? pin.seq;
  const resumed = cursor && cursor.hour !== '' ? startOfHour(cursor.hour) : range.from;
  const hours: HourQuery = {
    range: narrowed(range, [resumed, wholeHour(bounds?.from)], bounds?.to),
    latest: versions === 'latest' && !logType.moving,
    filter,
    signal,
    ...(versions === 'latest' && logType.moving && { only: await newestVersions(deps, logType, range, seq) }),
  };
  const spans = mergedSpans(deps, pinned);
  const deleted = spans.reduce((sum, span) => sum + (span.deleted?.records ?? 0), 0);
  const reached = coveredInstant(spans, pinned.window, range);
  const coverage = { state: worstState(spans), coveredTo: reached, ...(deleted > 0 && { deleted }) };
  const opened: Opened = { pin, coverage, seq };
  return { opened, hours, skip: (cursor?.given ?? 0) + skip };
}
