/** A state of coverage, or any other state in its manner: colour, shape and word. */
import { lookOf } from './states.ts';

export function StateBadge({ state }: { readonly state: string }) {
  const { label, mark, colour, means } = lookOf(state);
  return (
    <span class="state" style={{ '--state': `var(${colour})` }} title={means}>
      <span class="state-mark" aria-hidden="true">
        {mark}
      </span>
      {label}
    </span>
  );
}
