/**
 * Records one by one, in either direction of time, from a place that a page ended at.
 */
import { ceilHour, HOUR } from '../archive/hours.ts';
import { readRecord } from '../archive/page.ts';
import { hourOf, type Instant, instantFromSeconds, secondsOf, startOfHour } from '../archive/time.ts';
import { storedTime } from '../archive/undated.ts';
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import type { Range } from '../query/range.ts';
import { type IndexedSegment, segmentsBetween } from '../segmentIndex.ts';
import { Sieve } from '../sketches.ts';
import { inflatedPiece } from './encode.ts';
import { hasChanges, hourPieces, loadHour } from './hour.ts';
import { linesOf } from './lines.ts';
import type { Piece } from './pieces.ts';
import type { HourQuery } from './reader.ts';

/** Where a page ended: an hour, and how many of its records were given, in the order of the page. */
export interface Place {
  readonly hour: string;
  readonly given: number;
}

export interface PlacedLine {
  readonly line: Buffer;
  readonly time: Instant;
  /** The place right behind it. */
  readonly after: Place;
}

export type Order = 'asc' | 'desc';

/** The records of a range. @param from where an earlier page ended. */
export async function* orderedLines(
  deps: Deps,
  logType: LogType,
  query: HourQuery,
  pin: number,
  order: Order,
  from: Place | undefined,
): AsyncGenerator<PlacedLine> {
  const sieve = new Sieve(deps, logType, query.filter);
  for await (const all of hoursOf(deps, logType, resumed(query.range, order, from), pin, order)) {
    const segments = await sieve.sift(all, hasChanges(all, query.latest));
    const hour = hourOf(segments[0]?.minTime ?? '');
    let given = from?.hour === hour ? from.given : 0;
    for await (const line of linesOfHour(deps, logType, segments, query, order, given)) {
      given += 1;
      const time = storedTime(readRecord(line, { timeField: logType.timeField }).time);
      yield { line, time, after: { hour, given } };
    }
  }
}

/** The part of a range that may hold what comes after a place: its hour is counted from its own beginning again. */
export function resumed(range: Range, order: Order, from: Pick<Place, 'hour'> | undefined): Range {
  if (!from) return range;
  const start = startOfHour(from.hour);
  if (order === 'asc') return { from: start > range.from ? start : range.from, to: range.to };
  const end = instantFromSeconds(secondsOf(start) + HOUR);
  return { from: range.from, to: end < range.to ? end : range.to };
}

/** The lines of an hour after the first `skip`. Pieces stay deflated until their turn comes, and when it never does. */
async function* linesOfHour(
  deps: Deps,
  logType: LogType,
  segments: readonly IndexedSegment[],
  query: HourQuery,
  order: Order,
  skip: number,
): AsyncGenerator<Buffer> {
  const byBlock = { ...query, byBlock: true };
  const pieces = hourPieces(logType, await loadHour(deps, logType, segments, byBlock), byBlock);
  let left = skip;
  for await (const piece of order === 'asc' ? pieces : (await Array.fromAsync(pieces)).reverse()) {
    if (piece.records > left) {
      const lines = await linesIn(piece);
      yield* (order === 'asc' ? lines : lines.reverse()).slice(left);
    }
    left = Math.max(0, left - piece.records);
  }
}

async function linesIn(piece: Piece): Promise<Buffer[]> {
  if (piece.kind === 'lines') return linesOf(piece.raw);
  return linesOf(Buffer.concat(await Array.fromAsync(inflatedPiece(piece))));
}

/** The segments of each hour of a range, by entry; hours in the given order. */
async function* hoursOf(
  deps: Deps,
  logType: LogType,
  range: Range,
  pin: number,
  order: Order,
): AsyncGenerator<IndexedSegment[]> {
  for (const part of order === 'asc' ? [range] : backwards(range)) {
    const hours = new Map<string, IndexedSegment[]>();
    let last = '';
    for await (const segment of segmentsBetween(deps, logType.name, part.from, part.to, pin)) {
      const hour = hourOf(segment.minTime);
      if (order === 'asc' && last !== '' && last !== hour) yield* taken(hours, last);
      hours.set(hour, [...(hours.get(hour) ?? []), segment]);
      last = hour;
    }
    yield* [...hours.values()].reverse();
  }
}

function* taken(hours: Map<string, IndexedSegment[]>, hour: string): Generator<IndexedSegment[]> {
  const segments = hours.get(hour);
  hours.delete(hour);
  if (segments) yield segments;
}

const HOURS_AT_FIRST = 6;
const HOURS_AT_MOST = 24 * 62;

/** A range in spans of whole hours, the latest first, each twice as long as the one before: silence is passed quickly. */
function* backwards(range: Range): Generator<Range> {
  const first = secondsOf(range.from);
  let [to, hours] = [range.to, HOURS_AT_FIRST];
  while (to > range.from) {
    const lastHour = ceilHour(secondsOf(to));
    const start = lastHour - hours * HOUR;
    const from = start <= first ? range.from : instantFromSeconds(start);
    yield { from, to };
    [to, hours] = [from, Math.min(HOURS_AT_MOST, 2 * hours)];
  }
}
