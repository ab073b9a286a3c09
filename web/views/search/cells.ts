/** The cells of a row: what stands in it, taken from the line when the row comes into sight. */
import { type Picked, pick } from '../../json/pick.ts';
import { spoken } from '../../json/tokens.ts';
import { localText, utcText } from '../../parts/times.ts';

export interface Cell {
  readonly text: string;
  /** Of a time, what it is where the reader is. */
  readonly local: string | undefined;
  /** What a click on it filters by: the first of several. */
  readonly value: Picked | undefined;
}

export interface Row {
  readonly id: string;
  readonly at: string;
  readonly cells: readonly Cell[];
}

const TIME = /^\d{4}-\d\d-\d\dT/;

/** @param paths of the columns. @param timeField of the log type. */
export function rowOf(line: string, paths: readonly string[], timeField: string): Row {
  const found = pick(line, ['id', timeField, ...paths]);
  const first = (path: string) => spoken(found.get(path)?.[0]?.token ?? '');
  return { id: first('id'), at: first(timeField), cells: paths.map((path) => cellOf(found.get(path) ?? [])) };
}

function cellOf(values: readonly Picked[]): Cell {
  const texts = [...new Set(values.map(({ token }) => (token === 'null' ? '' : spoken(token))))].filter(Boolean);
  const [text = ''] = texts;
  const isTime = TIME.test(text);
  return {
    text: isTime ? utcText(text, true) : texts.join(', '),
    local: isTime ? localText(text) : undefined,
    value: values[0],
  };
}
