/** Counts by the hour of the week: a grid, and the single hours behind the one that is picked. */
import { countText } from '../../parts/numbers.ts';
import { hrefOf } from '../../state/place.ts';
import { AnswerTable } from './AnswerTable.tsx';
import type { PictureProps } from './picture.ts';
import { WeekGrid } from './WeekGrid.tsx';
import { hourText, rowsOfHour } from './week.ts';

export function WeekPicture({ place, log, asked, rows }: PictureProps) {
  const { question, from, to, subject, named, hour } = place;
  const params = { log, from, to, question: question.name, ...(subject && { [subject.name]: named }) };
  const picked = hour === undefined ? rows.filter(({ total }) => total) : rowsOfHour(rows, hour);
  const sum = picked.reduce((all, { total = 0 }) => all + total, 0);
  return (
    <>
      <section class="panel picture" aria-label="By the hour of the week">
        <p class="picture-head quiet">
          Hours in UTC. The deeper the colour, the more {question.noun}; an hour leads to the single hours behind it.
        </p>
        <WeekGrid
          rows={rows}
          noun={question.noun}
          picked={hour}
          hrefFor={(each) => hrefOf('questions', { ...params, ...(each !== hour && { hour: String(each) }) })}
        />
      </section>
      <AnswerTable
        key={hour}
        asked={asked}
        rows={picked}
        log={log}
        title={`${hour === undefined ? 'All hours that have any' : hourText(hour)}: ${countText(sum)} ${question.noun}`}
      />
    </>
  );
}
