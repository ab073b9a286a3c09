/**
 * Which rows a page holds, in which order, and where the next page begins.
 *
 * Newest first for log types that Graph serves so, otherwise a shuffle that depends on the rows alone. A cursor names a
 * place in that fixed order, not a count, so that rows that come or go between two pages shift nothing.
 */
import { existingRow, oldestExisting, type World } from './existing.ts';
import type { Hour } from './hours.ts';
import { HOUR_MS } from './instant.ts';
import type { MissingRows, Read } from './missingRows.ts';
import type { Query } from './query.ts';
import { hash } from './random.ts';
import { within } from './shown.ts';
import type { Stream } from './streams.ts';
import type { Row } from './tenant.ts';

/** A place in the order of rows: numbers that only this file understands. */
export type Cursor = readonly number[];

export interface Listing {
  readonly rows: readonly Row[];
  /** The place of each row. */
  readonly cursors: readonly Cursor[];
  /** There are rows after the last one. */
  readonly more: boolean;
  /** Rows that this read goes without, newly decided. */
  readonly leftOut: readonly string[];
}

export interface ListingRequest {
  readonly query: Pick<Query, 'streams' | 'range'>;
  readonly read: Read;
  /** The rows after this place; `undefined` begins. */
  readonly after: Cursor | undefined;
  readonly limit: number;
  readonly v1: boolean;
  /** Simulated time, milliseconds since 1970. */
  readonly now: number;
}

const PURPOSE = 20;

/** The next `limit` rows of a read. */
export function listRows(world: World, missing: MissingRows, request: ListingRequest): Listing {
  const { read, limit, v1, now } = request;
  const rows: Row[] = [];
  const cursors: Cursor[] = [];
  const leftOut: string[] = [];
  for (const { stream, hour, index, cursor } of inOrder(world, request)) {
    const row = existingRow(world, stream, hour, index, v1, now);
    if (row === undefined) continue;
    if (rows.length === limit) return { rows, cursors, more: true, leftOut };
    if (missing.leavesOut(row, read, leftOut)) continue;
    rows.push(row);
    cursors.push(cursor);
  }
  return { rows, cursors, more: false, leftOut };
}

interface Place {
  readonly stream: Stream;
  readonly hour: Hour;
  readonly index: number;
  readonly cursor: Cursor;
}

function inOrder(world: World, { query, after, now }: ListingRequest): Iterable<Place> {
  const newestFirst = query.streams[0]?.logType.newestFirst ?? true;
  return newestFirst ? walk(world, query, after, now) : shuffled(world, [...walk(world, query, undefined, now)], after);
}

/** Newest first, from hour to hour; the cursor is an hour and a position in it. */
function* walk(
  world: World,
  { streams, range }: ListingRequest['query'],
  after: Cursor | undefined,
  now: number,
): Generator<Place> {
  const [afterHour = Number.POSITIVE_INFINITY, afterPosition = -1] = after ?? [];
  const oldest = Math.min(...streams.map((stream) => oldestExisting(world, stream, now)));
  const first = Math.min(range.to?.hour ?? Number.POSITIVE_INFINITY, Math.floor(now / HOUR_MS), afterHour);
  const last = Math.max(range.from?.hour ?? Number.NEGATIVE_INFINITY, Math.floor(oldest / HOUR_MS));
  for (let number = first; number >= last; number -= 1) {
    const inside = number !== range.from?.hour && number !== range.to?.hour;
    let position = -1;
    for (const { stream, hour, index } of entriesOf(world, streams, number)) {
      position += 1;
      if (number === afterHour && position <= afterPosition) continue;
      if (!inside && !within(range, { hour: number, tick: hour.ticks[index] ?? 0 })) continue;
      yield { stream, hour, index, cursor: [number, position] };
    }
  }
}

/** The entries of an hour over several streams, newest first. */
function* entriesOf({ tenant }: World, streams: readonly Stream[], number: number): Generator<Omit<Place, 'cursor'>> {
  const hours = streams.map((stream) => ({ stream, hour: tenant.hour(stream, number), index: 0 }));
  for (;;) {
    let newest: (typeof hours)[number] | undefined;
    for (const head of hours) {
      const tick = head.hour.ticks[head.index];
      if (tick !== undefined && (newest === undefined || tick > (newest.hour.ticks[newest.index] ?? 0))) newest = head;
    }
    if (newest === undefined) return;
    yield { stream: newest.stream, hour: newest.hour, index: newest.index };
    newest.index += 1;
  }
}

/** An order without sense: by a number that each row has for good. */
function shuffled({ tenant }: World, places: readonly Place[], after: Cursor | undefined): Place[] {
  return places
    .map((place) => {
      const { stream, hour, index } = place;
      const key = hash(tenant.seed, stream.ordinal * 64 + PURPOSE, hour.hour, index);
      return { ...place, cursor: [key, hour.hour, index] };
    })
    .filter(({ cursor }) => after === undefined || compare(cursor, after) > 0)
    .sort((a, b) => compare(a.cursor, b.cursor));
}

function compare(a: Cursor, b: Cursor): number {
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0);
}
