/**
 * `$skiptoken`: where a read stands, opaque to the client, and the nextLink that carries it.
 */
import { invalidSkipToken, nullSkipToken } from './graphError.ts';
import type { Cursor } from './listing.ts';

export interface Position {
  /** The read that the page belongs to. */
  readonly read: number;
  /** Counts the pages of the read, so that two links are never the same. */
  readonly page: number;
  /** The place after which the page begins. */
  readonly after: Cursor | undefined;
  /** The read goes on without its filter. */
  readonly unfiltered: boolean;
}

/** The token that `parseSkipToken` reads back. */
export function formatSkipToken({ read, page, after, unfiltered }: Position): string {
  return Buffer.from(JSON.stringify([read, page, unfiltered ? 1 : 0, ...(after ?? [])])).toString('base64url');
}

/** @throws GraphError when the text is no token of this simulator. */
export function parseSkipToken(text: string): Position {
  if (text === '') throw nullSkipToken();
  const numbers = readNumbers(text);
  const [read, page, unfiltered, ...after] = numbers ?? [];
  if (read === undefined || page === undefined || unfiltered === undefined) throw invalidSkipToken();
  return { read, page, unfiltered: unfiltered === 1, after: after.length > 0 ? after : undefined };
}

/** A request's own URL with another token: every parameter stays as the client wrote it. */
export function nextLink(address: string, token: string): string {
  const mark = address.indexOf('?');
  const path = mark < 0 ? address : address.slice(0, mark);
  const search = mark < 0 ? '' : address.slice(mark + 1);
  const kept = search.split('&').filter((pair) => pair !== '' && !/^(\$|%24)skiptoken(=|$)/i.test(pair));
  return `${path}?${[...kept, `$skiptoken=${token}`].join('&')}`;
}

/** Scheme and host of a URL. */
export function originOf(address: string): string {
  return address.slice(0, address.indexOf('/', 'http://'.length));
}

function readNumbers(text: string): number[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item)) ? value : undefined;
  } catch {
    // Not JSON is no token; the caller answers in Graph's words.
    return undefined;
  }
}
