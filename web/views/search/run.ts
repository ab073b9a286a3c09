/**
 * A search that runs: pages of records, streamed one after another for as long as somebody wants more, each line kept as
 * it arrived. It never holds more than was asked for, and what broke off goes on where it broke.
 */
import { type Claims, claimsOf } from '../../api/claims.ts';
import { ask } from '../../api/client.ts';
import { linesOf } from '../../api/ndjson.ts';
import { type Trouble, troubleOf } from '../../api/trouble.ts';
import { apiUrl } from '../../api/url.ts';

export interface SearchQuery {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  readonly filter: string;
  readonly versions: string;
  readonly select: string;
}

export type Phase = 'asking' | 'streaming' | 'paused' | 'whole' | 'failed';

export interface Run {
  /** Lines, in the order of time. It grows in place. */
  readonly rows: readonly string[];
  /** When each of them was, in milliseconds since 1970; not a number where it says nothing of it. */
  readonly times: readonly number[];
  readonly phase: Phase;
  readonly claims: Claims | undefined;
  readonly trouble: Trouble | undefined;
}

export interface RunningSearch {
  current(): Run;
  /** Loads until there are so many rows, or all. */
  want(rows: number): void;
  /** Goes on after a trouble. */
  again(): void;
  /** Stops what is under way; what is there stays. */
  stop(): void;
}

/** Records of a page: a first one that is there at once, then larger ones. */
const FIRST_PAGE = 500;
const LATER_PAGE = 5000;

/** @param timeField of the log type. @param onChange called whenever `current()` gives something else. */
export function startSearch(query: SearchQuery, timeField: string, onChange: () => void): RunningSearch {
  const rows: string[] = [];
  const times: number[] = [];
  const decoder = new TextDecoder();
  let phase: Phase = 'asking';
  let claims: Claims | undefined;
  let trouble: Trouble | undefined;
  let wanted = 0;
  /** Where the next page begins: its cursor, and how many of its records are here already. */
  let next: { readonly cursor: string | undefined; readonly skip: number } | undefined = { cursor: undefined, skip: 0 };
  let controller: AbortController | undefined;

  const become = (changed: Phase) => {
    phase = changed;
    onChange();
  };

  const loadPage = async (signal: AbortSignal, page: { cursor: string | undefined; skip: number }) => {
    const limit = rows.length === 0 ? FIRST_PAGE : LATER_PAGE;
    const { log, ...parameters } = query;
    const asked = { ...parameters, limit, cursor: page.cursor, skip: page.skip || undefined };
    const response = await ask(apiUrl(`logs/${log}`, asked), { signal, headers: { accept: 'application/x-ndjson' } });
    claims = claimsOf(response.headers);
    const cursor = response.headers.get('x-archive-cursor') ?? undefined;
    become('streaming');
    let received = 0;
    if (response.body) {
      for await (const lines of linesOf(response.body)) {
        for (const bytes of lines) {
          const line = decoder.decode(bytes);
          rows.push(line);
          times.push(timeOf(line, timeField));
        }
        received += lines.length;
        // Should it break here, it goes on from here.
        next = { cursor, skip: received };
        onChange();
      }
    }
    const link = nextCursor(response.headers.get('link'));
    next = link === undefined ? undefined : { cursor: link, skip: 0 };
  };

  const beginAnew = () => {
    rows.length = 0;
    times.length = 0;
    next = { cursor: undefined, skip: 0 };
  };

  const run = async () => {
    if (controller) return;
    controller = new AbortController();
    trouble = undefined;
    try {
      while (next && rows.length < wanted) {
        become(rows.length === 0 ? 'asking' : 'streaming');
        await loadPage(controller.signal, next);
      }
      controller = undefined;
      become(next ? 'paused' : 'whole');
    } catch (error) {
      controller = undefined;
      trouble = troubleOf(error);
      become('failed');
    }
  };

  return {
    current: () => ({ rows, times, phase, claims, trouble }),
    want: (count) => {
      wanted = Math.max(wanted, count);
      if (phase !== 'failed' && phase !== 'whole') void run();
    },
    again: () => {
      // What the cursor led to is gone for good: only a new beginning can be whole.
      if (trouble?.kind === 'gone') beginAnew();
      void run();
    },
    stop: () => controller?.abort(),
  };
}

/** @param link the header `Link` of a page. @returns `undefined` after the last. */
export function nextCursor(link: string | null): string | undefined {
  const [, target] = /<([^<>]*)>;\s*rel="next"/.exec(link ?? '') ?? [];
  if (target === undefined) return undefined;
  return new URLSearchParams(target.slice(target.indexOf('?'))).get('cursor') ?? undefined;
}

/** Tens of thousands of lines a second: a look is enough, the table reads them properly. */
function timeOf(line: string, timeField: string): number {
  const start = line.indexOf(`"${timeField}":"`) + timeField.length + 4;
  return Date.parse(line.slice(start, line.indexOf('"', start)));
}
