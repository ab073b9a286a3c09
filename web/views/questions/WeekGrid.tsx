/** A week as a grid of hours. One stop of the Tab key: arrow keys go from hour to hour, over those that have nothing. */
import type { TargetedKeyboardEvent } from 'preact';
import { countText } from '../../parts/numbers.ts';
import type { AnswerRow } from './answer.ts';
import { HOURS_OF_DAY, hourText, WEEKDAYS, weekOf } from './week.ts';

interface WeekGridProps {
  readonly rows: readonly AnswerRow[];
  readonly noun: string;
  readonly picked: number | undefined;
  readonly hrefFor: (hour: number) => string;
}

const HOURS = Array.from({ length: HOURS_OF_DAY }, (_, hour) => hour);

export function WeekGrid({ rows, noun, picked, hrefFor }: WeekGridProps) {
  const week = weekOf(rows);
  const most = Math.max(...week);
  const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const stop = week[picked ?? -1] ? picked : week.findIndex((count) => count > 0);
  return (
    <div class="numbers-scroll">
      <table class="week" onKeyDown={moveInWeek}>
        <caption class="hidden">{noun} by day of the week and hour, UTC</caption>
        <thead>
          <tr>
            <td />
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {String(hour).padStart(2, '0')}
              </th>
            ))}
            <th scope="col">all</th>
          </tr>
        </thead>
        <tbody>
          {WEEKDAYS.map((day, n) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              {week.slice(n * HOURS_OF_DAY, (n + 1) * HOURS_OF_DAY).map((count, ofDay) => {
                const hour = n * HOURS_OF_DAY + ofDay;
                return (
                  <td
                    key={hour}
                    class={hour === picked ? 'hour hour-picked' : 'hour'}
                    style={{ '--share': count / most }}
                  >
                    {count === 0 ? (
                      <span class="quiet">0</span>
                    ) : (
                      <a
                        href={hrefFor(hour)}
                        tabIndex={hour === stop ? 0 : -1}
                        aria-label={`${hourText(hour)}: ${countText(count)} ${noun}`}
                        {...(hour === picked && { 'aria-current': true })}
                      >
                        {countText(count)}
                      </a>
                    )}
                  </td>
                );
              })}
              <td class="numbers">{countText(sumOf(week.slice(n * HOURS_OF_DAY, (n + 1) * HOURS_OF_DAY)))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [rows: number, cells: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

function moveInWeek(event: TargetedKeyboardEvent<HTMLTableElement>): void {
  const step = STEPS[event.key];
  const cell = (event.target as Element).closest('td');
  const line = cell?.closest('tr');
  if (!step || !cell || !line) return;
  event.preventDefault();
  let [row, column] = [line.rowIndex + step[0], cell.cellIndex + step[1]];
  for (; ; row += step[0], column += step[1]) {
    const next = event.currentTarget.rows[row]?.cells[column];
    if (!next) return;
    const link = next.querySelector('a');
    if (!link) continue;
    link.focus();
    return;
  }
}
