/**
 * A search that runs: pages of records, streamed one after another for as long as somebody wants more, each line kept as
 * it arrived. It never holds more than was asked for, and what broke off goes on where it broke.
 */
import type { Claims } from '../../api/claims.ts';
import { ask } from '../../api/client.ts';
import { createPages } from '../../api/pages.ts';
import { type Trouble, troubleOf } from '../../api/trouble.ts';

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
export function startSearch({ log, ...query }: SearchQuery, timeField: string, onChange: () => void): RunningSearch {
  const rows: string[] = [];
  const times: number[] = [];
  const pages = createPages(ask, log, query);
  let phase: Phase = 'asking';
  let claims: Claims | undefined;
  let trouble: Trouble | undefined;
  let wanted = 0;
  let controller: AbortController | undefined;

  const become = (changed: Phase) => {
    phase = changed;
    onChange();
  };
  const onClaims = (made: Claims) => {
    claims = made;
    become('streaming');
  };
  const onLines = (lines: readonly string[]) => {
    for (const line of lines) {
      rows.push(line);
      times.push(timeOf(line, timeField));
    }
    onChange();
  };

  const run = async () => {
    if (controller) return;
    controller = new AbortController();
    trouble = undefined;
    try {
      while (!pages.isWhole() && rows.length < wanted) {
        const isFirst = rows.length === 0;
        become(isFirst ? 'asking' : 'streaming');
        await pages.load(isFirst ? FIRST_PAGE : LATER_PAGE, controller.signal, { onClaims, onLines });
      }
      controller = undefined;
      become(pages.isWhole() ? 'whole' : 'paused');
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
      if (trouble?.kind === 'gone') {
        rows.length = 0;
        times.length = 0;
        pages.beginAnew();
      }
      void run();
    },
    stop: () => controller?.abort(),
  };
}

/** Tens of thousands of lines a second: a look is enough, the table reads them properly. */
function timeOf(line: string, timeField: string): number {
  const start = line.indexOf(`"${timeField}":"`) + timeField.length + 4;
  return Date.parse(line.slice(start, line.indexOf('"', start)));
}
