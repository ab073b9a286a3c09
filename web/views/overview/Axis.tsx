/** Which day each column of the calendar is. Each day's link says its date itself: this is for the eye. */
import { isoSeconds } from '../../parts/times.ts';
import type { Span } from '../../state/ranges.ts';
import { DAY_MS } from './days.ts';
import { monthOf } from './months.ts';

const WEEKDAYS = ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'] as const;
/** From the days after this one on there is no room for the name of the month before the next one's. */
const LAST_NAMED = 28;

export function Axis({ from, to }: Span) {
  const days = Array.from({ length: Math.round((to - from) / DAY_MS) }, (_, n) => new Date(from + n * DAY_MS));
  return (
    <>
      <span class="hidden">
        {isoSeconds(from).slice(0, 10)} to {isoSeconds(to - DAY_MS).slice(0, 10)}, days in UTC
      </span>
      <div class="days axis" aria-hidden="true">
        {days.map((day, n) => {
          const [weekday, date] = [day.getUTCDay(), day.getUTCDate()];
          return (
            <span key={day.getTime()} class={weekday === 1 ? 'monday' : undefined}>
              {/* Wider than its day: it stands over those that follow. */}
              <b>{date === 1 || (n === 0 && date <= LAST_NAMED) ? monthOf(day.getTime()) : ''}</b>
              <small>{WEEKDAYS[weekday]}</small>
              {date}
            </span>
          );
        })}
      </div>
    </>
  );
}
