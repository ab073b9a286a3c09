/** An answer as CSV, for a spreadsheet: no cell of it is a formula, by the rule that the archive's own CSV follows. */
import { writeText } from '../../../shared/query/csvCell.ts';
import { isoSeconds } from '../../parts/times.ts';
import type { AnswerRow } from './answer.ts';
import type { Question } from './kinds.ts';

/** In UTF-8, with the mark at its begin by which Excel knows it; lines end in CRLF (RFC 4180). */
export function csvOf({ rows: by, split, noun }: Question, rows: readonly AnswerRow[]): string {
  const titles =
    by.kind === 'values'
      ? by.of.flatMap(({ title, names }) => (names ? [title, `${title} id`] : [title]))
      : ['From (UTC)', 'To (UTC)'];
  const parts = split?.parts ?? [];
  const head = [...titles, ...parts.map(({ name }) => name), noun, 'note'];
  const labelsOf = ({ labels, span }: AnswerRow) => {
    if (by.kind !== 'values') return [isoSeconds(span?.from ?? 0), isoSeconds(span?.to ?? 0)];
    return by.of.flatMap(({ names }, n) => {
      const { name = '', key = '' } = labels[n] ?? {};
      return names ? [name, key] : [name];
    });
  };
  const lines = rows.map((row) => [
    ...labelsOf(row).map(textCell),
    ...parts.map((_, n) => numberCell(row.total === undefined ? undefined : (row.parts[n] ?? 0))),
    numberCell(row.total),
    textCell(row.note),
  ]);
  return `\ufeff${[head.map(textCell), ...lines].map((cells) => `${cells.join(',')}\r\n`).join('')}`;
}

/** What is not there is no text. */
function textCell(text: string): string {
  return text === '' ? '' : writeText(text);
}

/** What was not counted is no number, and no 0 either. */
function numberCell(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
