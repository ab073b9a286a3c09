/**
 * Record templates: the members of a JSON object as a table, compiled into one function.
 *
 * A member's value is JSON text, fixed or made from the row. Neighbouring fixed members become one string, so that a
 * record of seventy members costs as many joins as it has facts of its own.
 */

/** JSON text, JSON text made from the row, or plain text made from the row that is to stand in quotes. */
type Value<Row> = string | ((row: Row) => string) | { readonly text: (row: Row) => string };

export type Member<Row> = readonly [key: string, value: Value<Row>];

export interface Template<Row> {
  readonly keys: ReadonlySet<string>;
  /** The record as JSON text without white space. */
  readonly print: (row: Row) => string;
}

/** A string value that needs no escape: its quotes become part of the fixed text beside it. */
export function text<Row>(value: (row: Row) => string): Value<Row> {
  return { text: value };
}

/** Compiles a table of members. */
export function template<Row>(members: readonly Member<Row>[]): Template<Row> {
  const pieces: (string | ((row: Row) => string))[] = [];
  let fixed = '{';
  for (const [index, [key, value]] of members.entries()) {
    fixed += `${index === 0 ? '' : ','}"${key}":`;
    if (typeof value === 'string') fixed += value;
    else if (typeof value === 'function') {
      pieces.push(fixed, value);
      fixed = '';
    } else {
      pieces.push(`${fixed}"`, value.text);
      fixed = '"';
    }
  }
  pieces.push(`${fixed}}`);
  return { keys: new Set(members.map(([key]) => key)), print: (row) => printPieces(pieces, row) };
}

function printPieces<Row>(pieces: readonly (string | ((row: Row) => string))[], row: Row): string {
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(row);
  return text;
}
