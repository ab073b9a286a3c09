/** How far the counting is: under way, done, held at its bound, or broken; numbers that are partial are called so. */
import { countOf, countText } from '../../parts/numbers.ts';
import { ProblemPanel } from '../../parts/ProblemPanel.tsx';
import { Progress } from '../../parts/Progress.tsx';
import { Time } from '../../parts/Time.tsx';
import { utcText } from '../../parts/times.ts';
import { Waiting } from '../../parts/Waiting.tsx';
import type { Span } from '../../state/ranges.ts';
import { type Count, MOST_RECORDS, type RunningCount } from './count.ts';
import type { Question } from './kinds.ts';
import type { Tally } from './tally.ts';

interface HowFarProps {
  readonly count: Count;
  readonly running: RunningCount;
  readonly span: Span | undefined;
}

const SLOWLY =
  'The archive opens every segment that may hold a match and checks its hash: a rare value in a long range takes time.';

export function HowFar(props: HowFarProps) {
  const { phase, tally, trouble } = props.count;
  if (phase === 'asking' || phase === 'reading') return <UnderWay {...props} />;
  if (phase === 'whole') return null;
  return (
    <>
      {tally.records > 0 && <Partial {...props} />}
      {trouble && <ProblemPanel trouble={trouble} onAgain={props.running.goOn} />}
    </>
  );
}

function UnderWay({ count: { tally }, running, span }: HowFarProps) {
  const { last, records } = tally;
  const at = last === undefined ? '' : `, up to ${utcText(new Date(last).toISOString()).slice(0, 16)} UTC`;
  return (
    <div class="how-far">
      <Waiting what="Counting" slowly={SLOWLY} />
      {span && records > 0 && (
        <Progress
          label="Counted of the range"
          done={Math.max(0, (last ?? span.from) - span.from)}
          total={span.to - span.from}
          text={`${countOf(records, 'record')}${at}`}
        />
      )}
      <button type="button" onClick={running.stop}>
        Stop
      </button>
    </div>
  );
}

/** That it is done, and what there is to know of the counting. */
export function AllCounted({ question, tally }: { readonly question: Question; readonly tally: Tally }) {
  const { records, undated, isCut } = tally;
  return (
    <p role="status">
      All {countOf(records, 'record')} of the range are counted.
      {undated > 0 && question.rows.kind !== 'values' && ` ${countText(undated)} have no time and are in no row.`}
      {isCut && ' There are more different values than this page keeps: the last rows count too few. Narrow the range.'}
    </p>
  );
}

function Partial({ count: { tally, phase }, running }: HowFarProps) {
  const { records, last } = tally;
  return (
    <div class="panel partial" role="status">
      <h2>These numbers are partial</h2>
      <p>
        {countOf(records, 'record')} are counted
        {last !== undefined && (
          <>
            , up to <Time at={new Date(last).toISOString()} />
          </>
        )}
        . What comes after is not in them.
      </p>
      {phase === 'paused' && (
        <div class="actions">
          <button type="button" onClick={running.goOn}>
            Count the rest
          </button>
          <span class="quiet">Without being asked this page reads {countText(MOST_RECORDS)}.</span>
        </div>
      )}
    </div>
  );
}
