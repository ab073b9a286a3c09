/**
 * A question that is being answered: pages of records, each counted as it arrives and forgotten. What breaks goes on where
 * it broke, so that every record counts once; past a bound it waits to be asked for more.
 */
import type { Claims } from '../../api/claims.ts';
import type { Pages } from '../../api/pages.ts';
import { type Trouble, troubleOf } from '../../api/trouble.ts';
import type { Tally } from './tally.ts';

/** Records that are read without asking. */
export const MOST_RECORDS = 500_000;
/** Records of a page: a first one that is there at once, then as many as the archive gives. */
const FIRST_PAGE = 1000;
const LATER_PAGE = 10_000;

export interface Count {
  readonly tally: Tally;
  /** `bounded`: as many records were read as without asking, and there are more. */
  readonly phase: 'asking' | 'counting' | 'bounded' | 'whole' | 'failed';
  readonly claims: Claims | undefined;
  readonly trouble: Trouble | undefined;
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
  let phase: Count['phase'] = 'asking';
  let claims: Claims | undefined;
  let trouble: Trouble | undefined;
  let controller: AbortController | undefined;
  let wanted = bound;

  const become = (changed: Count['phase']) => {
    phase = changed;
    onChange();
  };
  const listener = {
    onClaims: (made: Claims) => {
      // Those of the first answer are of the whole range, and later ones rest on the same entries.
      claims ??= made;
      become('counting');
    },
    onLines: (lines: readonly string[]) => {
      for (const line of lines) tally.add(JSON.parse(line));
      onChange();
    },
  };

  const run = async () => {
    if (controller) return;
    controller = new AbortController();
    trouble = undefined;
    try {
      while (!pages.isWhole() && tally.records < wanted) {
        become(tally.records === 0 ? 'asking' : 'counting');
        await pages.load(tally.records === 0 ? FIRST_PAGE : LATER_PAGE, controller.signal, listener);
      }
      controller = undefined;
      become(pages.isWhole() ? 'whole' : 'bounded');
    } catch (error) {
      controller = undefined;
      trouble = troubleOf(error);
      become('failed');
    }
  };

  return {
    current: () => ({ tally, phase, claims, trouble }),
    goOn: () => {
      if (phase === 'bounded') wanted = Number.POSITIVE_INFINITY;
      // What the cursor led to is gone for good: only a new beginning counts every record, and each once.
      if (trouble?.kind === 'gone') {
        tally = newTally();
        claims = undefined;
        pages.beginAnew();
      }
      void run();
    },
    stop: () => controller?.abort(),
  };
}
