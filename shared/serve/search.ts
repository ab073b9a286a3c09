/**
 * One page of the records of one or several log types, in either order of time.
 *
 * A filter may be true of one record in years. A page that has taken long ends where it stands, short or empty, and says
 * where the next begins: Graph's clients know pages like that.
 */
import { hourOf, instantFromSeconds, secondsOf } from '../archive/time.ts';
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import type { Matcher } from '../query/matcher.ts';
import type { Range } from '../query/range.ts';
import { mergedLines } from './merge.ts';
import { type Order, orderedLines, resumed } from './ordered.ts';
import type { HourQuery } from './reader.ts';
import { slicesOf } from './slices.ts';

/** Milliseconds after which no further slice is searched; Azure's front end gives up after 230 s. */
const LONGEST_MS = 25_000;

export type Versions = Pick<HourQuery, 'latest' | 'only'>;

/** Every version there is. */
export const ALL_VERSIONS: Versions = { latest: false };

/** Where a page ended: an hour, and of each log type how many of its records were given. */
export interface Position {
  /** `''` is the beginning. */
  readonly hour: string;
  /** In the order of the log types. */
  readonly given: readonly number[];
}

export interface Search {
  readonly logTypes: readonly LogType[];
  /** Of each log type the newest entry that counts. */
  readonly pins: readonly number[];
  readonly range: Range;
  readonly order: Order;
  readonly filter?: Matcher | undefined;
  /** Of each log type which versions of its records: all, the latest of an hour, or those named (`newest.ts`). */
  readonly versions: readonly Versions[];
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface Found {
  readonly lines: readonly Buffer[];
  /** `undefined`: there is nothing behind these. */
  readonly next: Position | undefined;
}

/** The next `most` records after a position. */
export async function searchPage(deps: Deps, search: Search, after: Position, most: number): Promise<Found> {
  const lines: Buffer[] = [];
  let at = after;
  const started = deps.clock.elapsed();
  const rest = resumed(search.range, search.order, after.hour === '' ? undefined : after);
  for (const slice of slicesOf(rest, search.order, deps.clock)) {
    for await (const { line, after: place, source } of linesOf(deps, search, slice, at)) {
      if (lines.length === most) return { lines, next: at };
      // A copy: a view would keep the whole block in memory.
      lines.push(Buffer.from(line));
      at = moved(at, place.hour, source, place.given);
    }
    if (slice.rest.from >= slice.rest.to) break;
    at = { hour: edgeOf(slice.rest, search.order), given: after.given.map(() => 0) };
    if (deps.clock.elapsed() - started >= LONGEST_MS) return { lines, next: at };
  }
  return { lines, next: undefined };
}

function linesOf(deps: Deps, search: Search, range: Range, at: Position) {
  const { logTypes, pins, order, filter, versions, signal } = search;
  const sources = logTypes.map((logType, n) => {
    const from = at.hour === '' ? undefined : { hour: at.hour, given: at.given[n] ?? 0 };
    const query = { range, filter, signal, ...(versions[n] ?? ALL_VERSIONS) };
    return orderedLines(deps, logType, query, pins[n] ?? -1, order, from);
  });
  return mergedLines(sources, order);
}

/** In a new hour every log type begins anew: what they had before lies behind. */
function moved(at: Position, hour: string, source: number, given: number): Position {
  return { hour, given: at.given.map((before, n) => (n === source ? given : hour === at.hour ? before : 0)) };
}

/** The hour that a range, whose end meets others at a whole hour, is entered by. */
function edgeOf({ from, to }: Range, order: Order): string {
  return hourOf(order === 'asc' ? from : instantFromSeconds(secondsOf(to) - 1));
}
