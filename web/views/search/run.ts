/**
 * A search that runs: it never holds more records than were asked for, each as the line that arrived.
 */
import { ask } from '../../api/client.ts';
import { createPages } from '../../api/pages.ts';
import { createReader, type Reading } from '../../api/reader.ts';
import { lineTimeOf } from './lineTime.ts';

export interface SearchQuery {
  readonly log: string;
  readonly from: string;
  readonly to: string;
  readonly filter: string;
  readonly versions: string;
  readonly select: string;
}

export interface Run extends Reading {
  /** Lines, in the order of time. It grows in place. */
  readonly rows: readonly string[];
  /** When each of them was, in milliseconds since 1970; not a number where it says nothing of it. */
  readonly times: readonly number[];
}

export interface RunningSearch {
  current(): Run;
  /** Loads until there are so many rows, or all; not after a trouble. */
  want(rows: number): void;
  /** Goes on after a trouble. */
  again(): void;
  /** Stops what is under way; what is there stays. */
  stop(): void;
}

/** Rows of the first page and of each later one: what is shown at first, and what is added when one scrolls to the end. */
export const PAGE_ROWS = { first: 500, later: 5000 };

/** @param timeField of the log type. @param onChange called whenever `current()` gives something else. */
export function startSearch({ log, ...query }: SearchQuery, timeField: string, onChange: () => void): RunningSearch {
  const rows: string[] = [];
  const times: number[] = [];
  const timeOf = lineTimeOf(timeField);
  const reader = createReader(createPages(ask, log, query), PAGE_ROWS, {
    onLines: (lines) => {
      for (const line of lines) {
        rows.push(line);
        times.push(timeOf(line));
      }
    },
    onAnew: () => {
      rows.length = 0;
      times.length = 0;
    },
    onChange,
  });
  return {
    current: () => ({ ...reader.current(), rows, times }),
    want: (count) => {
      // The table asks for more whenever it is drawn: a trouble waits for somebody to say "again".
      if (reader.current().phase !== 'failed') reader.readTo(count);
    },
    again: () => reader.readTo(0),
    stop: reader.stop,
  };
}
