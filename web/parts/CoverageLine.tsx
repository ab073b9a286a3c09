/** What the searched range is worth as evidence: its state in words, up to where it was read, and every gap. */
import type { GapReport } from '../api/answers.ts';
import type { Claims } from '../api/claims.ts';
import { StateBadge } from './StateBadge.tsx';
import { lookOf } from './states.ts';
import { Time } from './Time.tsx';

interface CoverageLineProps {
  readonly claims: Claims;
  readonly from: string;
  readonly to: string;
  readonly gaps: readonly GapReport[];
}

export function CoverageLine({ claims, from, to, gaps }: CoverageLineProps) {
  const { coverage, coveredTo, entries } = claims;
  const isWhole = Date.parse(coveredTo) >= Date.parse(to);
  const isNothing = Date.parse(coveredTo) <= Date.parse(from);
  return (
    <div class="coverage-line">
      <span class="field-label">Coverage of this range</span>
      <StateBadge state={coverage} />
      <span>{lookOf(coverage).means}</span>
      {!isWhole && <span>{isNothing ? 'Its begin was not read.' : <UpTo at={coveredTo} />}</span>}
      <span class="quiet">As of entry {entries} of the ledger.</span>
      <div role="alert">{gaps.length > 0 && <Gaps gaps={gaps} />}</div>
    </div>
  );
}

function UpTo({ at }: { readonly at: string }) {
  return (
    <>
      Without a hole up to <Time at={at} />.
    </>
  );
}

const RECOVERABLE = {
  yes: 'Microsoft still has it',
  partly: 'Microsoft is forgetting it now',
  no: 'Microsoft has forgotten it',
} as const;

function Gaps({ gaps }: Pick<CoverageLineProps, 'gaps'>) {
  return (
    <ul class="gaps">
      {gaps.map(({ from, to, state, cause, recoverable, recoverableUntil }) => (
        <li key={from}>
          <StateBadge state={state} /> <Time at={from} /> to <Time at={to} />: {cause}. {RECOVERABLE[recoverable]}
          {recoverable === 'yes' && recoverableUntil && (
            <>
              {' '}
              until <Time at={recoverableUntil} />
            </>
          )}
          .
        </li>
      ))}
    </ul>
  );
}
