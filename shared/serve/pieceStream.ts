/**
 * The pieces of an export: group after group of segments, fetched ahead of need.
 */
import { hourOf, type Instant } from '../archive/time.ts';
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import { type IndexedSegment, segmentsBetween } from '../segmentIndex.ts';
import { loadSegment } from '../segments.ts';
import { Sieve } from '../sketches.ts';
import type { Loaded } from './block.ts';
import { skipping } from './cut.ts';
import { hasChanges, hourPieces } from './hour.ts';
import type { Piece } from './pieces.ts';
import { prefetched } from './prefetch.ts';
import { type HourQuery, isPlain } from './reader.ts';

/** Groups under way at once, and their stored bytes. */
const AHEAD = { most: 4, bytes: 24 * 1024 * 1024 };

/** A piece and the UTC hour that its records are of. */
export type HourPiece = Piece & { readonly hour: string };

/**
 * @param pin only entries up to and including this sequence number.
 * @param skip records to leave out at the beginning.
 */
export async function* piecesOf(
  deps: Deps,
  logType: LogType,
  query: HourQuery,
  pin: number,
  skip = 0,
): AsyncGenerator<HourPiece> {
  const start = { skip };
  const groups = behind(groupsOf(deps, logType, query, pin), query, start);
  const bytes = (group: readonly IndexedSegment[]) => group.reduce((sum, segment) => sum + segment.bytes, 0);
  for await (const group of prefetched(groups, bytes, (each) => load(deps, each), AHEAD)) {
    query.signal?.throwIfAborted();
    const hour = hourOf(group[0]?.segment.minTime ?? '');
    for await (const piece of skipping(hourPieces(deps, logType, group, query), start)) yield { ...piece, hour };
  }
}

/** Opens a group of segments to count the records that an answer gives of it. */
export async function countGroup(
  deps: Deps,
  logType: LogType,
  group: readonly IndexedSegment[],
  query: HourQuery,
): Promise<number> {
  query.signal?.throwIfAborted();
  let records = 0;
  for await (const piece of hourPieces(deps, logType, await load(deps, group), query)) records += piece.records;
  return records;
}

/** The segments of a group, fetched and checked. */
export function load(deps: Deps, group: readonly IndexedSegment[]): Promise<Loaded[]> {
  return Promise.all(group.map(async (segment) => ({ segment, bytes: await loadSegment(deps, segment) })));
}

/** How many records of a group an answer gives, if that is known without opening it. */
export function knownCount(group: readonly IndexedSegment[], query: HourQuery): number | undefined {
  const { range, latest } = query;
  if (!isPlain(query) || (latest && group.some(({ changed }) => changed !== 0))) return undefined;
  if (group.some(({ minTime, maxTime }) => minTime < range.from || maxTime >= range.to)) return undefined;
  return group.reduce((sum, { records }) => sum + records, 0);
}

/** Leaves out groups, without fetching them, for as long as it is known that they hold nothing but skipped records. */
async function* behind(
  groups: AsyncIterable<readonly IndexedSegment[]>,
  query: HourQuery,
  start: { skip: number },
): AsyncGenerator<readonly IndexedSegment[]> {
  let begun = false;
  for await (const group of groups) {
    const count: number | undefined = begun ? undefined : knownCount(group, query);
    begun ||= count === undefined || count > start.skip;
    if (begun) yield group;
    else start.skip -= count ?? 0;
  }
}

/**
 * Segments that have to be looked at together: those of an hour that hold a changed record, else those of an hour that
 * overlap in time. Those that cannot hold what the filter asks for are left out.
 */
export async function* groupsOf(
  deps: Deps,
  logType: LogType,
  query: HourQuery,
  pin: number,
): AsyncGenerator<readonly IndexedSegment[]> {
  const { range, latest, filter } = query;
  const sieve = new Sieve(deps, logType, filter);
  const sifted = (hour: readonly IndexedSegment[]) => sieve.sift(hour, hasChanges(hour, latest));
  let hour: IndexedSegment[] = [];
  for await (const segment of segmentsBetween(deps, logType.name, range.from, range.to, pin)) {
    const [first] = hour;
    if (first && hourOf(first.minTime) !== hourOf(segment.minTime)) {
      yield* apart(await sifted(hour), latest);
      hour = [];
    }
    hour.push(segment);
  }
  yield* apart(await sifted(hour), latest);
}

function apart(hour: readonly IndexedSegment[], latest: boolean): readonly (readonly IndexedSegment[])[] {
  if (hour.length === 0) return [];
  return hasChanges(hour, latest) ? [hour] : overlapping(hour).map((group) => group.sort((a, b) => a.seq - b.seq));
}

/** Segments by time, in groups whose records interleave. Equal edges interleave only against the order of entries. */
function overlapping(segments: readonly IndexedSegment[]): IndexedSegment[][] {
  const sorted = segments.toSorted((a, b) => (a.minTime < b.minTime ? -1 : a.minTime > b.minTime ? 1 : a.seq - b.seq));
  const groups: IndexedSegment[][] = [];
  let reach: { time: Instant; seq: number } | undefined;
  for (const segment of sorted) {
    const group = groups.at(-1);
    const touches =
      reach && (segment.minTime < reach.time || (segment.minTime === reach.time && segment.seq < reach.seq));
    if (group && touches) group.push(segment);
    else groups.push([segment]);
    if (!reach || segment.maxTime > reach.time) reach = { time: segment.maxTime, seq: segment.seq };
    else if (segment.maxTime === reach.time) reach = { time: reach.time, seq: Math.max(reach.seq, segment.seq) };
  }
  return groups;
}
