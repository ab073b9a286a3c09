/** Which days the calendar shows: a month by name, or the one before or after. */
import { useId } from 'preact/hooks';
import { hrefOf, sharedParams } from '../../state/place.ts';
import { change, usePlace } from '../../state/usePlace.ts';
import type { Shown } from './months.ts';

interface MonthPickerProps {
  readonly shown: Shown;
  /** The newest first. */
  readonly months: readonly string[];
}

export function MonthPicker({ shown: { month, earlier, later }, months }: MonthPickerProps) {
  const id = useId();
  const shared = sharedParams(usePlace().params);
  const step = (name: string, mark: string, to: string | undefined) =>
    to === undefined ? (
      <button type="button" aria-label={name} disabled>
        {mark}
      </button>
    ) : (
      <a class="button" href={hrefOf('', { ...shared, month: to })} aria-label={name} title={to || 'The last 31 days'}>
        {mark}
      </a>
    );
  return (
    <span class="month-picker">
      {step('Earlier days', '←', earlier)}
      <label class="hidden" for={id}>
        Days shown
      </label>
      <select id={id} value={month} onChange={(event) => change({ month: event.currentTarget.value })}>
        <option value="">The last 31 days</option>
        {(months.includes(month) || month === '' ? months : [...months, month]).map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      {step('Later days', '→', later)}
    </span>
  );
}
