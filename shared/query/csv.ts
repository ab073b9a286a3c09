/**
 * Records as the rows of a CSV (RFC 4180, CRLF), every record a row; docs/CSV.md is the page for its readers.
 */
import { writeText } from './csvCell.ts';
import { compilePaths, fieldsOf } from './fields.ts';

/** The title of a column and the path of the field that it shows. */
export type Column = readonly [title: string, path: string];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_N = 0x6e;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** The line of the columns' titles. */
export function csvHeader(columns: readonly Column[]): string {
  return `${columns.map(([title]) => writeText(title)).join(',')}\r\n`;
}

/** Makes the row of a stored line (without its newline). */
export function csvRow(columns: readonly Column[]): (line: Buffer) => string {
  const paths = compilePaths(columns.map(([, path]) => path));
  return (line) => {
    let row = '';
    for (const [n, slice] of fieldsOf(line, paths).entries()) row += n === 0 ? cell(slice) : `,${cell(slice)}`;
    return `${row}\r\n`;
  };
}

/**
 * A value as a cell. Numbers stay as they are written, a minus sign too: the grammar of JSON has no number that a
 * spreadsheet could take for more than one.
 */
function cell(slice: Buffer | undefined): string {
  if (slice === undefined) return '';
  const first = slice[0];
  if (first === QUOTE) return writeText(textOf(slice));
  if (first === LOWER_N) return '';
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return writeText(slice.toString());
  return slice.toString('latin1');
}

function textOf(slice: Buffer): string {
  return slice.includes(BACKSLASH)
    ? (JSON.parse(slice.toString()) as string)
    : slice.toString('utf8', 1, slice.length - 1);
}
