/** What a verified ledger covers: its checkpoint, its entries and segments, and what it says of the range. */
import type { CoverageStatement, LedgerReport } from '../../../shared/archive/verifyTypes.ts';
import { countOf, countText } from '../../parts/numbers.ts';
import { StateBadge } from '../../parts/StateBadge.tsx';
import { Time } from '../../parts/Time.tsx';

/** Spans that are shown; the report as JSON has all of them. */
const MOST_SHOWN = 20;

interface LedgerFactsProps {
  readonly ledger: LedgerReport;
  /** Of the bundle, where this page fetched it. */
  readonly sha256: string | undefined;
}

export function LedgerFacts({ ledger, sha256 }: LedgerFactsProps) {
  const { checkpoint, segments, entries, first, coverage } = ledger;
  return (
    <dl class="facts">
      <dt>Ledger</dt>
      <dd>{ledger.log}</dd>
      {checkpoint && (
        <>
          <dt>Checkpoint</dt>
          <dd>
            over {countText(checkpoint.size)} entries, root <code>{checkpoint.root}</code>, signed by{' '}
            <code>{checkpoint.signedBy.join(', ')}</code>
          </dd>
          {checkpoint.time && (
            <>
              <dt>Newest entry</dt>
              <dd>
                <Time at={checkpoint.time} />, by the clock of whoever made it
              </dd>
            </>
          )}
          <dt>Entries</dt>
          <dd>
            {countText(entries)} are those that were signed
            {first > 0 && `, from entry ${countText(first)} on`}
          </dd>
          <dt>Segments</dt>
          <dd>
            {ledger.claim === 'records'
              ? `none is here: ${countOf(ledger.records, 'single record')} instead`
              : `${countText(segments.checked)} of ${countText(segments.named)} checked to the line: ${countOf(segments.records, 'record')}`}
            {segments.deleted > 0 && `; ${countText(segments.deleted)} were deleted after their retention, with proof`}
          </dd>
        </>
      )}
      {coverage && (
        <>
          <dt>Coverage</dt>
          <dd>
            <StateBadge state={coverage.state} /> from <Time at={coverage.from} /> to <Time at={coverage.to} />
            <Spans spans={coverage.spans} />
          </dd>
        </>
      )}
      {sha256 !== undefined && (
        <>
          <dt>SHA-256 of the bundle</dt>
          <dd>
            <code>{sha256}</code>
          </dd>
        </>
      )}
    </dl>
  );
}

function Spans({ spans }: Pick<CoverageStatement, 'spans'>) {
  const [only, ...others] = spans;
  // One that is all of the range has been said, unless there is more to say of it.
  if (others.length === 0 && only?.cause === undefined && !only?.held) return null;
  return (
    <ul class="gaps">
      {spans.slice(0, MOST_SHOWN).map(({ from, to, state, cause, held }) => (
        <li key={from}>
          <StateBadge state={state} /> <Time at={from} /> to <Time at={to} />
          {held && ', under a legal hold'}
          {cause !== undefined && `: ${cause}`}
        </li>
      ))}
      {spans.length > MOST_SHOWN && <li>and {countText(spans.length - MOST_SHOWN)} more</li>}
    </ul>
  );
}
