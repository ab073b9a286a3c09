/** What the marks and colours of the calendar say. */
import { StateBadge } from '../../parts/StateBadge.tsx';
import { STATES } from '../../parts/states.ts';
import { BEFORE, OPEN_MARK } from './Days.tsx';

export function Legend() {
  return (
    <section class="legend" aria-label="Legend">
      {Object.keys(STATES).map((state) => (
        <StateBadge key={state} state={state} />
      ))}
      <span class="quiet">
        The mark and the colour are the worst state of the day. {STATES.gap.mark} is lost, {OPEN_MARK} can still be had,{' '}
        {BEFORE.mark} lies {BEFORE.label}. <span class="stored-sample" aria-hidden="true" /> The field below is what was
        stored, from nothing to the most of any day of the log type. <span class="held-sample" aria-hidden="true" /> A
        line above: a legal hold.
      </span>
    </section>
  );
}
