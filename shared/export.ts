/**
 * The flow out: query -> index -> segments -> records -> response.
 *
 * The ledger's newest entries are applied first and the answer is pinned to where the ledger then stands: later commits
 * are invisible to it and to its cursors. Records come by hour, time, entry, line. Blocks that the query leaves as they
 * are go out as they are stored (`serve/`); memory stays flat at any size.
 */
import type { Deps } from './deps.ts';
import { applyLedger, type Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import type { Cursor } from './query/cursor.ts';
import { BadQuery, type Range } from './query/range.ts';
import { type IndexedSegment, segmentsBetween } from './segmentIndex.ts';
import type { HourQuery } from './serve/hour.ts';
import { type Page, takePage } from './serve/page.ts';
import { countGroup, groupsOf, knownCount, piecesOf } from './serve/pieceStream.ts';
import type { LineFilter, Piece } from './serve/pieces.ts';

/** Entries a reader applies itself before it answers 503: about a second's work. */
export const MOST_ENTRIES_BEHIND = 500;

export interface ExportQuery {
  readonly range: Range;
  /** `latest`: of each id only the version that the newest entry holds; `all`: every version. */
  readonly versions: 'latest' | 'all';
  readonly filter?: LineFilter | undefined;
  /** Where an earlier answer ended. */
  readonly cursor?: Cursor | undefined;
  /** Records after that which are not wanted again. */
  readonly skip?: number;
}

export interface Export {
  /** Where the ledger stood; later commits are invisible to this answer. */
  readonly pin: Ledger;
  /** Sequence number of the newest entry that counts: the pin's, or that of the answer that is gone on with. */
  readonly seq: number;
  readonly pieces: AsyncIterable<Piece>;
}

/** Opens an export. @throws BadQuery when the cursor is of a ledger that reaches further than this one. */
export async function exportRange(deps: Deps, logType: LogType, query: ExportQuery): Promise<Export> {
  const { pin, seq, hours, skip } = await open(deps, logType, query);
  return { pin, seq, pieces: piecesOf(deps, logType, hours, seq, skip) };
}

/** One page of an export, whole in memory. */
export async function exportPage(
  deps: Deps,
  logType: LogType,
  query: ExportQuery,
  limit: number,
): Promise<Page & Pick<Export, 'pin' | 'seq'>> {
  const { pin, seq, hours, skip } = await open(deps, logType, query);
  return { ...(await takePage(piecesOf(deps, logType, hours, seq), skip, limit)), pin, seq };
}

/** How many records an export gives. Opens only the segments for which the index does not suffice. */
export async function countRecords(
  deps: Deps,
  logType: LogType,
  query: ExportQuery,
): Promise<Pick<Export, 'pin' | 'seq'> & { readonly records: number }> {
  const { pin, seq, hours, skip } = await open(deps, logType, query);
  let records = 0;
  for await (const group of groupsOf(deps, logType, hours, seq)) {
    records += knownCount(group, hours) ?? (await countGroup(deps, logType, group, hours));
  }
  return { pin, seq, records: Math.max(0, records - skip) };
}

/** What `GET /api/segments/{logType}` answers: outside readers take their list of files from here, not from a listing. */
export async function listSegments(deps: Deps, logType: LogType, range: Range) {
  const pin = await applyLedger(deps, logType.name, MOST_ENTRIES_BEHIND);
  const segments: IndexedSegment[] = [];
  for await (const segment of segmentsBetween(deps, logType.name, range.from, range.to, pin.seq))
    segments.push(segment);
  return { logType: logType.name, from: range.from, to: range.to, entries: pin.seq + 1, segments };
}

async function open(deps: Deps, logType: LogType, { range, versions, filter, cursor, skip = 0 }: ExportQuery) {
  const pin = await applyLedger(deps, logType.name, MOST_ENTRIES_BEHIND);
  if (cursor && cursor.pin > pin.seq) {
    throw new BadQuery('cursor', "'cursor' is of an archive that held more than this one: start the export anew.");
  }
  const resumed = cursor && cursor.hour !== '' ? `${cursor.hour}:00:00.0000000Z` : range.from;
  const hours: HourQuery = {
    range: { from: resumed > range.from ? resumed : range.from, to: range.to },
    latest: versions === 'latest',
    filter,
  };
  return { pin, seq: cursor?.pin ?? pin.seq, hours, skip: (cursor?.given ?? 0) + skip };
}
