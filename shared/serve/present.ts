/**
 * The present state of a state type: of each id the latest version, by time, then by entry.
 */
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import type { Range } from '../query/range.ts';
import { type Order, orderedLines } from './ordered.ts';
import type { Found, Position, Search } from './search.ts';

/**
 * A page of it. Which versions are the latest is only known from the newest on, so that every page walks from there: a
 * tenant has thousands of these, not millions.
 */
export async function presentPage(deps: Deps, search: Search, { given }: Position, most: number): Promise<Found> {
  const [done = 0] = given;
  const all = await presentLines(deps, search);
  const lines = all.slice(done, done + most);
  const end = done + lines.length;
  return { lines, next: end < all.length ? { hour: '', given: [end] } : undefined };
}

/** All records whose latest version the filter is true of. */
export async function presentLines(deps: Deps, search: Omit<Search, 'latest'>): Promise<Buffer[]> {
  const { logTypes, pins, range, order, filter } = search;
  const lines: Buffer[] = [];
  for (const [n, logType] of logTypes.entries()) {
    for await (const line of latestOf(deps, logType, range, pins[n] ?? -1))
      if (filter?.matches(line) ?? true) lines.push(Buffer.from(line));
  }
  return inOrder(lines, order);
}

/** Newest first. A record without an id is one of its own. */
async function* latestOf(deps: Deps, logType: LogType, range: Range, pin: number): AsyncGenerator<Buffer> {
  const seen = new Set<string>();
  const query = { range, latest: false, filter: undefined };
  for await (const { id, line } of orderedLines(deps, logType, query, pin, 'desc', undefined)) {
    if (seen.has(id)) continue;
    if (id !== '') seen.add(id);
    yield line;
  }
}

function inOrder(newestFirst: Buffer[], order: Order): Buffer[] {
  return order === 'desc' ? newestFirst : newestFirst.reverse();
}
