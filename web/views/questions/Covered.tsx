/** What the numbers rest on: how much of the range was read, what is missing of it, and every gap. */
import type { CoverageAnswer } from '../../api/answers.ts';
import type { Claims } from '../../api/claims.ts';
import { CoverageLine } from '../../parts/CoverageLine.tsx';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { spanText } from '../../parts/times.ts';
import { spanOf } from '../../state/ranges.ts';
import type { Loading } from '../../state/useLoad.ts';
import { sharesOf } from './covered.ts';

interface CoveredProps {
  readonly claims: Claims;
  readonly from: string;
  readonly to: string;
  readonly coverage: Loading<CoverageAnswer>;
}

export function Covered({ claims, from, to, coverage }: CoveredProps) {
  const { loaded } = coverage;
  return (
    <section class="covered" aria-label="What the numbers rest on">
      {loaded.state === 'there' && <Shares answer={loaded.value} from={from} to={to} />}
      <CoverageLine claims={claims} from={from} to={to} coverage={coverage} />
    </section>
  );
}

function Shares({ answer, from, to }: { readonly answer: CoverageAnswer } & Pick<CoveredProps, 'from' | 'to'>) {
  const span = spanOf({ from, to });
  if (!span) return null;
  const { read, lacking } = sharesOf(answer.spans, span);
  const length = span.to - span.from;
  if (lacking.length === 0) return <p>All of the range was read, {spanText(length / 1000)}.</p>;
  return (
    <p>
      <strong>
        {spanText(read / 1000)} of {spanText(length / 1000)} were read ({percent(read / length)}).
      </strong>{' '}
      The numbers are without the rest:{' '}
      {lacking.map(({ state, milliseconds }) => (
        <span key={state} class="share">
          <StateBadge state={state} /> {spanText(milliseconds / 1000)}
        </span>
      ))}
    </p>
  );
}

/** Never 100 % of what is not whole. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
