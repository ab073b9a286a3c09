const ESCAPED_PLACES = /(?<=^|[;\t\r\n])'/g;

/** The text that `escapeCell` made this one of, as docs/CSV.md tells a reader to find it. */
export function unescapeCell(text: string): string {
  return text.replace(ESCAPED_PLACES, '');
}
