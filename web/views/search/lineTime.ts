/** When a record was, of tens of thousands of lines a second: found in the text, where Graph may write space round a colon. */

/**
 * @param timeField of the log type.
 * @returns reads milliseconds since 1970 from a line; not a number where it says nothing of it.
 */
export function lineTimeOf(timeField: string): (line: string) => number {
  // Within a text the quotes would stand behind a backslash.
  const named = new RegExp(`"${timeField}"\\s*:\\s*"([^"]*)"`);
  return (line) => Date.parse(named.exec(line)?.[1] ?? '');
}
