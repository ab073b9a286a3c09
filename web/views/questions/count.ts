/**
 * A question that is being answered: each record of the range is counted as it arrives and forgotten. Past a bound it waits
 * to be asked for more.
 */
import type { Pages } from '../../api/pages.ts';
import { createReader, type Reading } from '../../api/reader.ts';
import type { Tally } from './tally.ts';

/** Records that are read without asking. */
export const MOST_RECORDS = 500_000;
/** The largest page that the archive gives comes second. */
const SIZES = { first: 1000, later: 10_000 };

export interface Count extends Reading {
  readonly tally: Tally;
}

export interface RunningCount {
  current(): Count;
  /** Begins, or goes on: after the bound without another one. */
  goOn(): void;
  /** Stops; what was counted stays. */
  stop(): void;
}

/** @param newTally an empty one. @param onChange called whenever `current()` gives something else. */
export function prepareCount(
  pages: Pages,
  newTally: () => Tally,
  onChange: () => void,
  bound = MOST_RECORDS,
): RunningCount {
  let tally = newTally();
  const reader = createReader(pages, SIZES, {
    onLines: (lines) => {
      for (const line of lines) tally.add(JSON.parse(line));
    },
    onAnew: () => {
      tally = newTally();
    },
    onChange,
  });
  return {
    current: () => ({ ...reader.current(), tally }),
    goOn: () => reader.readTo(reader.current().phase === 'paused' ? Number.POSITIVE_INFINITY : bound),
    stop: reader.stop,
  };
}
