/**
 * The index of segments: one table row for each segment that an entry names, keyed by its UTC hour, then by entry.
 *
 * It answers "which segments can hold records of this range" without opening one. It is written only by `applyLedger`
 * and can be rebuilt from the ledger at any time.
 */
import type { SegmentInfo } from './archive/entry.ts';
import { hourOf, type Instant } from './archive/time.ts';
import type { Deps } from './deps.ts';
import type { RowValues } from './storage/port.ts';

/** A segment and where the ledger names it. */
export interface IndexedSegment extends SegmentInfo {
  /** Sequence number of the entry that names it. */
  readonly seq: number;
}

const PREFIX = 'segment|';
/** All rows of the index: from this key on, up to that one. */
export const SEGMENT_ROWS = [PREFIX, `${PREFIX}~`] as const;

/** The table partition of a log type. */
export function partitionOf(deps: Pick<Deps, 'config'>, logType: string): string {
  return `${deps.config.tenantId}|${logType}`;
}

/** The table row of the `n`th segment of entry `seq`. */
export function segmentRow(seq: number, n: number, segment: SegmentInfo): { key: string; values: RowValues } {
  const key = `${PREFIX}${hourOf(segment.minTime)}|${String(seq).padStart(12, '0')}|${String(n).padStart(2, '0')}`;
  return { key, values: { seq, ...segment } };
}

/**
 * The segments that may hold records with `from <= time < to`, by hour, then by entry.
 * @param pin only segments of entries up to and including this sequence number.
 */
export async function* segmentsBetween(
  deps: Pick<Deps, 'config' | 'state'>,
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
