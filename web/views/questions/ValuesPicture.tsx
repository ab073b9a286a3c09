/** Counts of values: a table in which each row has its bar. */
import { AnswerTable } from './AnswerTable.tsx';
import type { PictureProps } from './picture.ts';

export function ValuesPicture({ log, asked, rows }: PictureProps) {
  return <AnswerTable asked={asked} rows={rows} log={log} hasBars />;
}
