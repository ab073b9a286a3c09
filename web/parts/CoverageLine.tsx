/** What the searched range is worth as evidence: its state in words, up to where it was read, and every gap. */
import type { CoverageAnswer } from '../api/answers.ts';
import { type Claims, claimsOfCoverage } from '../api/claims.ts';
import type { Loading } from '../state/useLoad.ts';
import { GapList } from './GapList.tsx';
import { StateBadge } from './StateBadge.tsx';
import { lookOf } from './states.ts';
import { Time } from './Time.tsx';
import { Waiting } from './Waiting.tsx';

interface CoverageLineProps {
  /** Of the answer; without one, those of the coverage count. */
  readonly claims: Claims | undefined;
  readonly from: string;
  readonly to: string;
  readonly coverage: Loading<CoverageAnswer>;
}

export function CoverageLine({ claims, from, to, coverage }: CoverageLineProps) {
  const { loaded } = coverage;
  const known = claims ?? (loaded.state === 'there' ? claimsOfCoverage(loaded.value) : undefined);
  return (
    <div class="coverage-line">
      <span class="field-label">Coverage of this range</span>
      {known && <Worth claims={known} from={from} to={to} />}
      <KnownGaps coverage={coverage} />
    </div>
  );
}

function Worth({ claims, from, to }: { readonly claims: Claims } & Pick<CoverageLineProps, 'from' | 'to'>) {
  const { coverage, coveredTo, entries } = claims;
  const isWhole = Date.parse(coveredTo) >= Date.parse(to);
  const isNothing = Date.parse(coveredTo) <= Date.parse(from);
  return (
    <>
      <StateBadge state={coverage} />
      <span>{lookOf(coverage).means}</span>
      {!isWhole && <span>{isNothing ? 'Its begin was not read.' : <UpTo at={coveredTo} />}</span>}
      <span class="quiet">As of entry {entries} of the ledger.</span>
    </>
  );
}

function UpTo({ at }: { readonly at: string }) {
  return (
    <>
      Without a hole up to <Time at={at} />.
    </>
  );
}

/** That no gap is named must never look like that there is none. */
function KnownGaps({ coverage: { loaded, again, cancel } }: Pick<CoverageLineProps, 'coverage'>) {
  if (loaded.state === 'waiting') return <Waiting what="Asking which gaps are in it" onCancel={cancel} />;
  return (
    <div role="alert">
      {loaded.state === 'there' && loaded.value.gaps.length > 0 && <GapList gaps={loaded.value.gaps} />}
      {loaded.state === 'failed' && (
        <p class="bad unasked">
          Which gaps are in the range could not be asked: {loaded.trouble.detail}{' '}
          <button type="button" onClick={again}>
            Ask again
          </button>
        </p>
      )}
    </div>
  );
}
