/** A query that found nothing, and what that is worth: silence counts only where the range was read. */
import type { Claims } from '../api/claims.ts';
import { Empty } from './Empty.tsx';
import { StateBadge } from './StateBadge.tsx';
import { lookOf } from './states.ts';

interface NothingFoundProps {
  readonly claims: Claims;
  readonly hasFilter: boolean;
  /** Asks the same without the filter, where that is a question. */
  readonly onWithoutFilter?: () => void;
}

const READ = ['settled', 'closed', 'provisional'];

export function NothingFound({ claims, hasFilter, onWithoutFilter }: NothingFoundProps) {
  const { coverage } = claims;
  const wasRead = READ.includes(coverage);
  return (
    <Empty title={hasFilter ? 'No record of this range matches the filter' : 'There is no record in this range'}>
      <p>
        <StateBadge state={coverage} /> {lookOf(coverage).means}
      </p>
      <p>
        {wasRead
          ? 'Microsoft Graph showed none, and the archive has read all of it: the silence is evidence too.'
          : 'Not all of this range was read, so that there is no record here does not prove that nothing happened.'}
      </p>
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
