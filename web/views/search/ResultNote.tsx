/** What the table does not say by itself: that it is being filled, that there is more, that it is whole, or what broke. */

import { countOf, countText } from '../../parts/numbers.ts';
import { ProblemPanel } from '../../parts/ProblemPanel.tsx';
import { Waiting } from '../../parts/Waiting.tsx';
import type { Run, RunningSearch } from './run.ts';
import { MOST_ROWS } from './useSearch.ts';

interface ResultNoteProps {
  readonly run: Run;
  readonly search: RunningSearch;
  /** Rows that may be there before somebody has to ask for more. */
  readonly most: number;
  readonly onMore: () => void;
  /** The view that takes all of it along. */
  readonly takeAlong: string;
}

export function ResultNote({ run, search, most, onMore, takeAlong }: ResultNoteProps) {
  const { rows, phase, trouble } = run;
  if (phase === 'failed' && trouble) {
    return (
      <div>
        {rows.length > 0 && <p role="status">{countOf(rows.length, 'record')} arrived before this happened.</p>}
        <ProblemPanel trouble={trouble} onAgain={search.again} />
      </div>
    );
  }
  if (phase === 'asking' || phase === 'reading') {
    const what = rows.length === 0 ? 'Searching' : `${countOf(rows.length, 'record')} so far`;
    return <Waiting what={what} slowly={SLOWLY} onCancel={search.stop} />;
  }
  const isAtCap = phase === 'paused' && rows.length >= most;
  return (
    <p class="result-note">
      <span role="status">
        {phase === 'whole'
          ? `${countOf(rows.length, 'record')}: all there are.`
          : `${countOf(rows.length, 'record')}, the oldest first. There are more.`}
      </span>
      {isAtCap && (
        <>
          <button type="button" onClick={onMore}>
            Load {countText(MOST_ROWS)} more
          </button>
          <span class="quiet">
            This page holds what it shows in memory. Narrow the range, or <a href={takeAlong}>take all of it along</a>.
          </span>
        </>
      )}
    </p>
  );
}

const SLOWLY =
  'The archive opens every segment that may hold a match and checks its hash: a rare value in a long range takes time.';
