/** The days of one log type: each a link to its records. */
import { countOf } from '../../parts/numbers.ts';
import { lookOf } from '../../parts/states.ts';
import { hrefOf } from '../../state/place.ts';
import { type Day, intensityOf } from './days.ts';

interface DaysProps {
  readonly log: string;
  readonly days: readonly Day[];
}

export function Days({ log, days }: DaysProps) {
  const most = Math.max(...days.map(({ records }) => records));
  return (
    <ol class="days" aria-label={`Days of ${log}`}>
      {days.map(({ from, to, state, records }, n) => {
        const date = from.slice(0, 10);
        const { label, mark, colour } = lookOf(state ?? 'not told');
        const words = `${date}: ${label}, ${countOf(records, 'record')}`;
        const weekday = new Date(from).getUTCDay();
        return (
          <li key={from} class={weekday === 1 ? 'monday' : undefined}>
            <a
              class={records > 0 ? 'day day-held' : 'day'}
              href={hrefOf('search', { log, from, to })}
              aria-label={words}
              title={words}
              tabIndex={n === days.length - 1 ? 0 : -1}
              style={{
                '--state': `var(${colour})`,
                '--share': `${Math.round(12 + 28 * intensityOf(records, most))}%`,
              }}
            >
              {mark}
            </a>
          </li>
        );
      })}
    </ol>
  );
}
