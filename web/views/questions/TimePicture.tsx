/** Counts over time: columns with the coverage of the range below them, and the same as a table. */
import { CoverageStrip } from '../../parts/CoverageStrip.tsx';
import { spanText } from '../../parts/times.ts';
import { AnswerTable } from './AnswerTable.tsx';
import { Columns } from './Columns.tsx';
import type { PictureProps } from './picture.ts';

export function TimePicture({ log, asked, rows }: PictureProps) {
  const { question, span, step, spans } = asked;
  return (
    <>
      <section class="panel picture" aria-label="Over time">
        <div class="picture-head">
          {question.split?.parts.map(({ name, colour }) => (
            <span key={name}>
              <span class="swatch" style={{ '--part': `var(${colour})` }} aria-hidden="true" />
              {name}
            </span>
          ))}
          <span class="quiet">one column is {spanText(step / 1000)}, times in UTC; a click searches its records</span>
        </div>
        <Columns question={question} rows={rows} span={span} log={log} />
        <CoverageStrip span={span} spans={spans} />
      </section>
      <AnswerTable asked={asked} rows={rows} log={log} />
    </>
  );
}
