/**
 * The index of segments: one table row for each segment that an entry names, keyed by its UTC hour, then by entry.
 *
 * It answers "which segments can hold records of this range" without opening one. It is written only by `applyLedger`
 * and can be rebuilt from the ledger at any time.
 */
import type { ReadEntry, SegmentInfo } from './archive/entry.ts';
import { hourOfName, numberKey } from './archive/names.ts';
import { hourOf, type Instant } from './archive/time.ts';
import type { Deps, TableDeps } from './deps.ts';
import { listPrefix, type Row, type RowValues } from './storage/port.ts';

/** A segment and where the ledger names it. */
export interface IndexedSegment extends SegmentInfo {
  /** Sequence number of the entry that names it. */
  readonly seq: number;
  /** Versions of ids that were held before, in its hour and by its entry; `undefined` in rows of the first release. */
  readonly changed?: number;
  /** The `delete` entry that names it: from that entry on it is not served. */
  readonly deleteSeq?: number;
  /** Put here by a search: whether block `n` may hold what it looks for. */
  readonly mayHold?: (n: number) => boolean;
}

const PREFIX = 'segment|';
/** All rows of the index: from this key on, up to that one. */
export const SEGMENT_ROWS = [PREFIX, `${PREFIX}~`] as const;

/** The table partition of a log type. */
export function partitionOf(deps: Pick<Deps, 'config'>, logType: string): string {
  return `${deps.config.tenantId}|${logType}`;
}

/** The table row of the `n`th segment of an entry. */
export function segmentRow(entry: ReadEntry, n: number, segment: SegmentInfo): { key: string; values: RowValues } {
  const { seq, read } = entry;
  const hour = hourOf(segment.minTime);
  const key = `${PREFIX}${hour}|${numberKey(seq)}|${String(n).padStart(2, '0')}`;
  return { key, values: { seq, ...segment, changed: read.hours[hour]?.changed ?? 0 } };
}

/**
 * The segments that may hold records with `from <= time < to`, by hour, then by entry; not those that are deleted.
 * @param pin only segments of entries up to and including this sequence number, and deletions of no later ones.
 */
export async function* segmentsBetween(
  deps: TableDeps,
  logType: string,
  from: Instant,
  to: Instant,
  pin = Number.POSITIVE_INFINITY,
): AsyncGenerator<IndexedSegment> {
  for await (const segment of namedBetween(deps, logType, from, to, pin)) if (!isDeletedAt(segment, pin)) yield segment;
}

/** Those of them that are deleted, or are going to be: a `delete` entry up to the pin names them. */
export async function* deletedBetween(
  deps: TableDeps,
  logType: string,
  from: Instant,
  to: Instant,
  pin = Number.POSITIVE_INFINITY,
): AsyncGenerator<IndexedSegment> {
  for await (const segment of namedBetween(deps, logType, from, to, pin)) if (isDeletedAt(segment, pin)) yield segment;
}

/** Whether a `delete` entry up to some entry names a segment. */
function isDeletedAt({ deleteSeq = Number.POSITIVE_INFINITY }: IndexedSegment, pin: number): boolean {
  return Number.isFinite(deleteSeq) && deleteSeq <= pin;
}

/** All of them, deleted or not. */
export async function* namedBetween(
  deps: TableDeps,
  logType: string,
  from: Instant,
  to: Instant,
  pin = Number.POSITIVE_INFINITY,
): AsyncGenerator<IndexedSegment> {
  // '~' sorts after every character of a key, so the hour that `to` lies in is listed whole.
  const rows = deps.state.list(partitionOf(deps, logType), `${PREFIX}${hourOf(from)}`, `${PREFIX}${hourOf(to)}~`);
  for await (const { values } of rows) {
    const segment = values as unknown as IndexedSegment;
    if (segment.seq <= pin && segment.minTime < to && segment.maxTime >= from) yield segment;
  }
}

/** The rows of the segments of a UTC hour, deleted or not. */
export function rowsOfHour(deps: TableDeps, logType: string, hour: string): AsyncIterable<Row> {
  return listPrefix(deps.state, partitionOf(deps, logType), `${PREFIX}${hour}|`);
}

/** Whether the ledger, as far as the table reflects it, deletes a segment. @param name its full name. */
export async function isDeleted(deps: TableDeps, logType: string, name: string): Promise<boolean> {
  for await (const { values } of rowsOfHour(deps, logType, hourOfName(name))) {
    if (values.name === name) return values.deleteSeq !== undefined;
  }
  return false;
}

/** The first UTC hour, from some hour or the beginning of one on, that has a segment. */
export async function firstHourFrom(deps: TableDeps, logType: string, from: string): Promise<string | undefined> {
  const rows = deps.state.list(partitionOf(deps, logType), `${PREFIX}${from}`, `${PREFIX}~`);
  for await (const { values } of rows) if (values.deleteSeq === undefined) return hourOf(String(values.minTime));
  return undefined;
}
