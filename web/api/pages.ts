/**
 * The records of a range in pages that follow one another at the same size of the ledger. A page streams; one that breaks
 * goes on where it broke. A page, unlike the range at once, needs no more than the role Archive.Read.
 */
import { type Claims, claimsOf } from './claims.ts';
import { linesOf } from './ndjson.ts';
import { apiUrl, type Query } from './url.ts';

/** How a page is asked for: `ask` of `client.ts`. */
type Ask = (
  url: string,
  options: { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> },
) => Promise<Response>;

export interface PageListener {
  /** The answer has begun. */
  readonly onClaims: (claims: Claims) => void;
  /** Lines as they arrive, without their newlines. */
  readonly onLines: (lines: readonly string[]) => void;
}

export interface Pages {
  /** Whether the last page is there. */
  isWhole(): boolean;
  /**
   * Streams the next page, or what is left of a broken one.
   * @param limit records. @throws ApiError; an `AbortError` when `signal` says so.
   */
  load(limit: number, signal: AbortSignal, listener: PageListener): Promise<void>;
  /** The next page is the first again, at the size that the ledger has by then. */
  beginAnew(): void;
}

/** @param ask throws ApiError. @param log name of a log type. @param query what `GET /api/logs/{logType}` is asked, but for pages. */
export function createPages(ask: Ask, log: string, query: Query): Pages {
  const decoder = new TextDecoder();
  const first = { cursor: undefined, skip: 0 };
  /** Where the next page begins: its cursor, and how many of its records are here already. */
  let next: { readonly cursor: string | undefined; readonly skip: number } | undefined = first;
  return {
    isWhole: () => next === undefined,
    load: async (limit, signal, { onClaims, onLines }) => {
      if (!next) return;
      const url = apiUrl(`logs/${log}`, { ...query, limit, cursor: next.cursor, skip: next.skip || undefined });
      const response = await ask(url, { signal, headers: { accept: 'application/x-ndjson' } });
      const cursor = response.headers.get('x-archive-cursor') ?? undefined;
      onClaims(claimsOf(response.headers));
      let received = 0;
      for await (const lines of response.body ? linesOf(response.body) : []) {
        onLines(lines.map((bytes) => decoder.decode(bytes)));
        received += lines.length;
        // Should it break here, it goes on from here.
        next = { cursor, skip: received };
      }
      const link = nextCursor(response.headers.get('link'));
      next = link === undefined ? undefined : { cursor: link, skip: 0 };
    },
    beginAnew: () => {
      next = first;
    },
  };
}

/** @param link the header `Link` of a page. @returns `undefined` after the last. */
function nextCursor(link: string | null): string | undefined {
  const [, target] = /<([^<>]*)>;\s*rel="next"/.exec(link ?? '') ?? [];
  if (target === undefined) return undefined;
  return new URLSearchParams(target.slice(target.indexOf('?'))).get('cursor') ?? undefined;
}
