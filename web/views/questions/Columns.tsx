/**
 * Counts over time as columns, divided into their parts; each leads to the search of its records. For the eye and the
 * mouse alone: the table below says the same, with the same links.
 */
import { countText } from '../../parts/numbers.ts';
import { utcText } from '../../parts/times.ts';
import type { Span } from '../../state/ranges.ts';
import type { AnswerRow } from './answer.ts';
import { Bar } from './Bar.tsx';
import type { Question } from './kinds.ts';
import { searchOf } from './links.ts';
import { linesUpTo, ticksOf } from './scale.ts';

interface ColumnsProps {
  readonly question: Question;
  readonly rows: readonly AnswerRow[];
  readonly span: Span;
  readonly log: string;
}

export function Columns({ question, rows, span, log }: ColumnsProps) {
  const lines = linesUpTo(Math.max(...rows.map(({ total = 0 }) => total)));
  const most = lines.at(-1) ?? 1;
  return (
    <div class="columns-picture" aria-hidden="true">
      <div class="columns-lines">
        {lines.map((line) => (
          <div key={line} style={{ bottom: `${(100 * line) / most}%` }}>
            <span class="numbers">{countText(line)}</span>
          </div>
        ))}
      </div>
      <div class="columns">
        {rows.map((row) => (
          <a
            key={row.id}
            href={searchOf(log, row)}
            tabIndex={-1}
            title={wordsOf(row, question)}
            class={row.total === undefined ? 'column column-uncounted' : 'column'}
            // A row that the range cuts off is narrower by as much.
            style={{ flexGrow: row.span ? row.span.to - row.span.from : 1 }}
          >
            <Bar question={question} row={row} most={most} direction="height" />
          </a>
        ))}
      </div>
      <div class="columns-times">
        {ticksOf(span).map(({ share, text }) => (
          <span key={text} style={{ left: `${100 * share}%` }}>
            {text}
          </span>
        ))}
      </div>
    </div>
  );
}

function wordsOf({ span, total, parts, note }: AnswerRow, { noun, split }: Question): string {
  const time = (at = 0) => utcText(new Date(at).toISOString()).slice(0, 16);
  const counted = total === undefined ? '' : `: ${countText(total)} ${noun}`;
  const divided = split?.parts.map(({ name }, n) => `${countText(parts[n] ?? 0)} ${name}`).join(', ');
  return `${time(span?.from)} to ${time(span?.to)} UTC${counted}${divided && total ? ` (${divided})` : ''}${note && `, ${note}`}`;
}
