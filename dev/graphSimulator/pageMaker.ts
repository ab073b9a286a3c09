/**
 * Makes the page that a request gets, with the faults that act on pages, and notes what became of it.
 */
import type { Endpoint } from './endpoints.ts';
import type { World } from './existing.ts';
import { type Cursor, type Listing, listRows } from './listing.ts';
import { coreOf, type MissingRows, type Read } from './missingRows.ts';
import { pageBody } from './pageBody.ts';
import { parseQuery } from './query.ts';
import { formatSkipToken, nextLink, originOf, type Position, parseSkipToken } from './skipToken.ts';
import type { Row } from './tenant.ts';

export interface PageRequest {
  readonly endpoint: Endpoint;
  readonly parameters: URLSearchParams;
  /** The request's own URL, letter for letter. */
  readonly address: string;
  /** Number of the request; it names the read that a first page begins. */
  readonly count: number;
  /** Chance that belongs to the request. */
  readonly dice: number;
  /** Simulated time, milliseconds since 1970. */
  readonly now: number;
  /** A fault of the stage `page`, or none. */
  readonly fault: string | undefined;
}

export interface Page {
  readonly body: Buffer;
  /** A condition breaks the page off in the middle of a row. */
  readonly breaks: boolean;
  /** To be told whether the page was delivered whole. */
  settle(whole: boolean): void;
}

/** The rows of a page and the place where the next one begins; `next` is `own` when it is the page itself. */
interface Shape {
  readonly rows: readonly Row[];
  readonly next: { readonly after: Cursor | undefined } | 'own' | undefined;
}

/** Pages of one tenant; what is delivered whole is marked in `world.shown`. */
export function createPageMaker(world: World, missing: MissingRows) {
  const settle = (shape: Shape, read: Read, listing: Listing, whole: boolean): void => {
    if (!whole) {
      missing.undo(listing.leftOut);
      return;
    }
    world.shown.mark(shape.rows);
    if (read.honest && shape.next !== 'own')
      world.shown.collect(read.id, shape.rows, read.core, shape.next === undefined);
  };

  /** @throws GraphError when the query is refused. */
  const make = ({ endpoint, parameters, address, count, dice, now, fault }: PageRequest): Page => {
    const query = parseQuery(endpoint, parameters, now);
    world.conditions.refuse(query, now);
    const begun: Position = { read: count, page: 0, after: undefined, unfiltered: false };
    const asked = query.skipToken === undefined ? begun : parseSkipToken(query.skipToken);
    // A page that ignores its filter begins anew: the newest rows of everything.
    const position = fault === 'ignored-filter' ? { ...begun, page: asked.page, unfiltered: true } : asked;
    const { unfiltered, after } = position;
    const read: Read = { id: position.read, core: coreOf(query.range), honest: !unfiltered };
    const selection = unfiltered ? { streams: endpoint.streams, range: { from: undefined, to: undefined } } : query;
    const listing = listRows(world, missing, { query: selection, read, after, limit: query.top, v1: endpoint.v1, now });

    const shape = (SHAPES[fault ?? ''] ?? asItIs)(listing, after, dice);
    const link = linkOf(shape, address, position);
    const rows = world.tenant.pieces(shape.rows);
    const body = pageBody({ endpoint, origin: originOf(address), rows, nextLink: link, dice });
    return {
      body,
      breaks: world.conditions.breaks(query, now),
      settle: (whole) => settle(shape, read, listing, whole),
    };
  };
  return { make };
}

function linkOf({ next }: Shape, address: string, position: Position): string | undefined {
  if (next === undefined || next === 'own') return next && address;
  return nextLink(address, formatSkipToken({ ...position, page: position.page + 1, after: next.after }));
}

function asItIs({ rows, cursors, more }: Listing): Shape {
  return { rows, next: more ? { after: cursors.at(-1) } : undefined };
}

/** How each fault of the stage `page` shapes what would have been shown. */
const SHAPES: Readonly<Record<string, (listing: Listing, after: Cursor | undefined, dice: number) => Shape>> = {
  'short-pages': (listing, _, dice) => {
    if (listing.rows.length < 2) return asItIs(listing);
    const length = 1 + ((dice >>> 4) % (listing.rows.length - 1));
    return { rows: listing.rows.slice(0, length), next: { after: listing.cursors[length - 1] } };
  },
  'empty-pages': (_, after) => ({ rows: [], next: { after } }),
  'repeating-next-link': ({ rows }) => ({ rows, next: 'own' }),
  'duplicate-rows': (listing, after, dice) =>
    dice & 16 && listing.more ? onTwoPages(listing, after) : onOnePage(listing, dice),
};

/** The next page begins with the row that this one ends with. */
function onTwoPages({ rows, cursors }: Listing, after: Cursor | undefined): Shape {
  // A page of one row would never get on.
  const next = rows.length < 2 ? cursors.at(-1) : cursors.at(-2);
  return { rows, next: { after: next ?? after } };
}

/** A row stands at the end once more, in the place of the last one when the page is full. */
function onOnePage(listing: Listing, dice: number): Shape {
  const { rows, cursors, more } = listing;
  const kept = more && rows.length > 1 ? rows.length - 1 : rows.length;
  const again = rows[(dice >>> 5) % Math.max(1, kept)];
  if (again === undefined) return asItIs(listing);
  return { rows: [...rows.slice(0, kept), again], next: more ? { after: cursors[kept - 1] } : undefined };
}
