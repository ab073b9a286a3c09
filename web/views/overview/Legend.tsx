/** What the marks and colours of the calendar say. */
import { StateBadge } from '../../parts/StateBadge.tsx';
import { STATES } from '../../parts/states.ts';

export function Legend() {
  return (
    <section class="legend" aria-label="Legend">
      {Object.keys(STATES).map((state) => (
        <StateBadge key={state} state={state} />
      ))}
      <span class="quiet">
        The mark and the colour are the worst state of the day. The deeper the colour, the more was stored;{' '}
        <span class="held-sample" aria-hidden="true" /> a line below: records are held.
      </span>
    </section>
  );
}
