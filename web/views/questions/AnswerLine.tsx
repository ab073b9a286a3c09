/** One row of an answer. */
import { countText } from '../../parts/numbers.ts';
import { localText, utcText } from '../../parts/times.ts';
import type { AnswerRow } from './answer.ts';
import { Bar } from './Bar.tsx';
import type { Question } from './kinds.ts';
import { searchOf } from './links.ts';

interface AnswerLineProps {
  readonly question: Question;
  readonly row: AnswerRow;
  readonly log: string;
  /** The largest count of all rows, where there are bars. */
  readonly most: number | undefined;
  readonly hasNotes: boolean;
}

/** Characters of a key that says something beside its name, as the number of an error does; ids do not. */
const LONGEST_KEY = 12;

export function AnswerLine({ question, row, log, most, hasNotes }: AnswerLineProps) {
  const { split, noun } = question;
  const href = searchOf(log, row);
  const [first, ...others] = cellsOf(row, href);
  return (
    <tr>
      <th scope="row" class="label">
        {first}
      </th>
      {others.map((cell, n) => (
        <td key={n} class="label">
          {cell}
        </td>
      ))}
      {most !== undefined && (
        <td class="bar-cell">
          <span class="bar">
            <Bar question={question} row={row} most={most} direction="width" />
          </span>
        </td>
      )}
      {split?.parts.map((part, n) => (
        <td key={part.name} class="numbers">
          <PartCount
            count={row.total === undefined ? undefined : (row.parts[n] ?? 0)}
            href={searchOf(log, row, split, part)}
            label={`${part.name}, ${nameOf(row)}`}
          />
        </td>
      ))}
      <td class="numbers total" aria-label={row.total === undefined ? `${noun}: not counted yet` : undefined}>
        {row.total === undefined ? '–' : countText(row.total)}
      </td>
      {hasNotes && <td class="note">{row.note}</td>}
    </tr>
  );
}

interface PartCountProps {
  readonly count: number | undefined;
  readonly href: string | undefined;
  readonly label: string;
}

function PartCount({ count, href, label }: PartCountProps) {
  if (count === undefined) return <>–</>;
  if (count === 0 || href === undefined) return <span class={count === 0 ? 'quiet' : ''}>{countText(count)}</span>;
  return (
    <a href={href} aria-label={`${countText(count)} ${label}`}>
      {countText(count)}
    </a>
  );
}

/** What the row is about; the first of it leads to the search. */
function cellsOf({ labels, span }: AnswerRow, href: string | undefined) {
  const linked = (text: string, n: number, title?: string) =>
    n === 0 && href !== undefined ? (
      <a href={href} title={title}>
        {text}
      </a>
    ) : (
      <span title={title}>{text}</span>
    );
  if (span) {
    return [span.from, span.to].map((at, n) =>
      linked(utcText(isoOf(at)).replace(/:00$/, ''), n, `${localText(isoOf(at))} local`),
    );
  }
  return labels.map(({ name, key, isAmbiguous }, n) => (
    <>
      {linked(name, n, key || undefined)}
      {(isAmbiguous || key.length <= LONGEST_KEY) && <code class="label-key"> {key}</code>}
    </>
  ));
}

/** The row in one line. */
function nameOf({ labels, span }: AnswerRow): string {
  return span ? `${utcText(isoOf(span.from))} UTC` : labels.map(({ name }) => name).join(', ');
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
