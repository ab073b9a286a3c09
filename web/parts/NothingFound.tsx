/**
 * A query that found nothing, and what that is worth: silence counts only where the range was read and nothing more is
 * expected, and never for Microsoft Graph where a filter chose.
 */
import type { Claims } from '../api/claims.ts';
import { Empty } from './Empty.tsx';
import { StateBadge } from './StateBadge.tsx';
import { lookOf } from './states.ts';
import { UnknownFields } from './UnknownFields.tsx';

interface NothingFoundProps {
  readonly claims: Claims;
  readonly hasFilter: boolean;
  /** Asks the same without the filter, where that is a question. */
  readonly onWithoutFilter?: () => void;
}

export function NothingFound({ claims, hasFilter, onWithoutFilter }: NothingFoundProps) {
  const { coverage, unknownFields } = claims;
  return (
    <Empty title={hasFilter ? 'No record of this range matches the filter' : 'There is no record in this range'}>
      {unknownFields && <UnknownFields names={unknownFields} />}
      <p>
        <StateBadge state={coverage} /> {lookOf(coverage).means}
      </p>
      {!unknownFields && <p>{(hasFilter ? OF_A_FILTER : OF_A_RANGE)[readingOf(coverage)]}</p>}
      {hasFilter && onWithoutFilter && (
        <div class="actions">
          <button type="button" onClick={onWithoutFilter}>
            Search without the filter
          </button>
        </div>
      )}
    </Empty>
  );
}

type Reading = 'done' | 'going' | 'lacking';

const READINGS: Readonly<Record<string, Reading>> = { settled: 'done', closed: 'done', provisional: 'going' };

function readingOf(coverage: string): Reading {
  return READINGS[coverage] ?? 'lacking';
}

const LACKING = 'Not all of this range is held, so that there is no record here does not prove that nothing happened.';

const OF_A_RANGE: Readonly<Record<Reading, string>> = {
  done: 'Microsoft Graph showed none, and the archive has read all of it: the silence is evidence too.',
  going: 'Microsoft Graph has shown none so far. Until the re-reads are done, the silence is no evidence.',
  lacking: LACKING,
};

const OF_A_FILTER: Readonly<Record<Reading, string>> = {
  done: 'The archive has read all of the range, and of the records that it holds none is as the filter wants it.',
  going: 'Of the records that are held so far none is as the filter wants it. Re-reads may still bring some.',
  lacking: LACKING,
};
