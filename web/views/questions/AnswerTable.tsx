/** The numbers of an answer as a table: each row, and each part of it, leads to the search of its records. */
import { useState } from 'preact/hooks';
import { countOf, countText } from '../../parts/numbers.ts';
import { saveFile } from '../../parts/saveFile.ts';
import { Time } from '../../parts/Time.tsx';
import { AnswerLine } from './AnswerLine.tsx';
import type { AnswerRow, Asked } from './answer.ts';
import { csvOf } from './csv.ts';

interface AnswerTableProps {
  readonly asked: Asked;
  readonly rows: readonly AnswerRow[];
  readonly log: string;
  readonly hasBars?: boolean;
  /** Of the rows, where they are not all that was counted. */
  readonly title?: string;
}

/** Rows that are drawn at once. */
const MOST_ROWS = 200;

export function AnswerTable({ asked, rows, log, hasBars = false, title }: AnswerTableProps) {
  const [shown, setShown] = useState(MOST_ROWS);
  const { question, from, to } = asked;
  const isWide = question.rows.kind === 'values' && question.rows.of.length > 1;
  const hasLists = question.rows.kind === 'values' && question.rows.of.some(({ list }) => list !== undefined);
  const hasNotes = rows.some(({ note }) => note !== '');
  const most = Math.max(...rows.map(({ total = 0 }) => total));
  return (
    <section class="panel numbers-panel" aria-label="The numbers">
      <div class="numbers-head">
        <h2>{title ?? countOf(rows.length, 'row')}</h2>
        {hasLists && <span class="quiet">A record with several targets is in the row of each.</span>}
        <CsvButton asked={asked} rows={rows} log={log} />
      </div>
      <div class="numbers-scroll">
        <table class={isWide ? 'answer-table answer-table-wide' : 'answer-table'}>
          <caption class="hidden">
            {question.title}, from <Time at={from} /> to <Time at={to} />
          </caption>
          <Head asked={asked} hasBars={hasBars} hasNotes={hasNotes} />
          <tbody>
            {rows.slice(0, shown).map((row) => (
              <AnswerLine
                key={row.id}
                question={question}
                row={row}
                log={log}
                most={hasBars ? most : undefined}
                hasNotes={hasNotes}
              />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown && (
        <div class="actions">
          <button type="button" onClick={() => setShown(shown + 5 * MOST_ROWS)}>
            Show more
          </button>
          <span class="quiet">
            {countText(shown)} of {countOf(rows.length, 'row')} are shown; the CSV has all of them.
          </span>
        </div>
      )}
    </section>
  );
}

function Head({
  asked: { question },
  hasBars,
  hasNotes,
}: Pick<AnswerTableProps, 'asked'> & Record<'hasBars' | 'hasNotes', boolean>) {
  const { rows, split, noun } = question;
  const titles = rows.kind === 'values' ? rows.of.map(({ title }) => title) : ['From (UTC)', 'To (UTC)'];
  return (
    <thead>
      <tr>
        {titles.map((title) => (
          <th key={title} scope="col">
            {title}
          </th>
        ))}
        {hasBars && <td class="bar-cell" />}
        {split?.parts.map(({ name, colour }) => (
          <th key={name} scope="col" class="numbers">
            <span class="swatch" style={{ '--part': `var(${colour})` }} aria-hidden="true" />
            {name}
          </th>
        ))}
        <th scope="col" class="numbers">
          {noun}
        </th>
        {hasNotes && <th scope="col">Note</th>}
      </tr>
    </thead>
  );
}

function CsvButton({ asked, rows, log }: Pick<AnswerTableProps, 'asked' | 'rows' | 'log'>) {
  const { question, from, to, isWhole } = asked;
  const compact = (iso: string) => iso.replace(/[^0-9TZ]/g, '');
  const name = [question.name, log, compact(from), compact(to), ...(isWhole ? [] : ['partial'])].join('_');
  return (
    <button type="button" onClick={() => saveFile(`${name}.csv`, [csvOf(question, rows)])}>
      Download CSV
    </button>
  );
}
