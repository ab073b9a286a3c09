/**
 * Records as the rows of a CSV (RFC 4180, CRLF), every record a row; docs/CSV.md is the page for its readers.
 */
import { writeText } from './csvCell.ts';
import { compilePaths, fieldsOf } from './fields.ts';

/** The title of a column and the path of the field that it shows. */
export type Column = readonly [title: string, path: string];

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_N = 0x6e;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const NO_TEXT = '""';
/** Bytes with which a harmless text begins, and with which it goes on: ASCII that is not to be unescaped or quoted. */
const BEGINS = bytesLike(/[0-9A-Za-z]/);
const GOES_ON = bytesLike(/(?!["\\,;])[ -~]/);

/** The line of the columns' titles. */
export function csvHeader(columns: readonly Column[]): string {
  return `${columns.map(([title]) => writeText(title)).join(',')}\r\n`;
}

/** Makes the row of a stored line (without its newline). */
export function csvRow(columns: readonly Column[]): (line: Buffer) => string {
  const paths = compilePaths(columns.map(([, path]) => path));
  return (line) => {
    const slices = fieldsOf(line, paths);
    let row = cell(slices[0]);
    for (let n = 1; n < slices.length; n += 1) row += `,${cell(slices[n])}`;
    return `${row}\r\n`;
  };
}

/**
 * A value as a cell. Numbers stay as they are written, a minus sign too: the grammar of JSON has no number that a
 * spreadsheet could take for more than one.
 */
function cell(slice: Buffer | undefined): string {
  if (slice === undefined) return '';
  if (slice.length === 2 && slice[0] === QUOTE) return NO_TEXT;
  const first = slice[0];
  if (first === QUOTE)
    return isHarmless(slice) ? slice.toString('latin1', 1, slice.length - 1) : writeText(textOf(slice));
  if (first === LOWER_N) return '';
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return writeText(slice.toString());
  return slice.toString('latin1');
}

/** Whether the bytes of a string are its cell as well, as those of most are: looked for by bytes because it is quick. */
function isHarmless(slice: Buffer): boolean {
  const last = slice.length - 2;
  if (last < 1 || !BEGINS[slice[1] as number] || slice[last] === SPACE) return false;
  for (let at = 2; at <= last; at += 1) if (!GOES_ON[slice[at] as number]) return false;
  return true;
}

function textOf(slice: Buffer): string {
  return slice.includes(BACKSLASH)
    ? (JSON.parse(slice.toString()) as string)
    : slice.toString('utf8', 1, slice.length - 1);
}

/** For each byte whether its character is one of these. */
function bytesLike(characters: RegExp): readonly boolean[] {
  return Array.from({ length: 256 }, (_, byte) => characters.test(String.fromCharCode(byte)));
}
