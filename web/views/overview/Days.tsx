/** The days of one log type: each a link to its records. Its mark says how it stands, the field below how much was stored. */
import { countOf } from '../../parts/numbers.ts';
import { lookOf, type StateLook } from '../../parts/states.ts';
import { hrefOf } from '../../state/place.ts';
import { type Day, intensityOf } from './days.ts';

/** Of a day of which something is missing that can still be had. */
export const OPEN_MARK = '!';

/** Of a day on which there was no archive yet. */
export const BEFORE: StateLook = {
  label: 'before the archive began',
  mark: '·',
  colour: '--line-strong',
  means: 'Nothing is missing: the archive was not there.',
};

interface DaysProps {
  readonly log: string;
  readonly days: readonly Day[];
}

export function Days({ log, days }: DaysProps) {
  const most = Math.max(...days.map(({ records }) => records));
  return (
    <ol class="days" aria-label={`Days of ${log}`}>
      {days.map(({ from, to, state, isBefore, records, isHeld, isLost }, n) => {
        const date = from.slice(0, 10);
        const { label, mark, colour } = state === undefined && isBefore ? BEFORE : lookOf(state ?? 'not told');
        // What is missing and not lost can still be had.
        const isOpen = state === 'gap' && !isLost;
        const fate = isLost ? ', lost for good' : isOpen ? ', can still be had' : '';
        const words = `${date}: ${label}${fate}, ${countOf(records, 'record')}${isHeld ? ', under a legal hold' : ''}`;
        const weekday = new Date(from).getUTCDay();
        return (
          <li key={from} class={weekday === 1 ? 'monday' : undefined}>
            <a
              class={isHeld ? 'day day-held' : 'day'}
              href={hrefOf('search', { log, from, to })}
              aria-label={words}
              title={words}
              tabIndex={n === days.length - 1 ? 0 : -1}
              style={{ '--state': `var(${colour})`, '--share': `${Math.round(100 * intensityOf(records, most))}%` }}
            >
              {isOpen ? OPEN_MARK : mark}
              <i />
            </a>
          </li>
        );
      })}
    </ol>
  );
}
