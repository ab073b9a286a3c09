/** Every gap of a range: what is missing, why, and whether it can still be had. */
import type { GapReport } from '../api/answers.ts';
import { StateBadge } from './StateBadge.tsx';
import { Time } from './Time.tsx';

const RECOVERABLE = {
  yes: 'Microsoft still has it',
  partly: 'Microsoft is forgetting it now',
  no: 'Microsoft has forgotten it',
} as const;

export function GapList({ gaps }: { readonly gaps: readonly GapReport[] }) {
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
