/**
 * The summary table of a pull: a row for each log type and their sum.
 */
import type { LogTypeStatus } from './host.ts';
import { count } from './progress.ts';
import type { Comparison } from './truth.ts';

const HEAD = ['log type', 'state', 'from', 'watermark', 'entries', 'records', 'stored MB', 'ratio'];
const FIRST_NUMBER = 4;
const LAST_NUMBER = 7;

/**
 * The table's lines.
 * @param comparisons with the source, by log type; `undefined` when there are none to show.
 */
export function tableLines(
  logTypes: readonly LogTypeStatus[],
  comparisons: ReadonlyMap<string, Comparison> | undefined,
): string[] {
  const extra = (text: string) => (comparisons ? [text] : []);
  const rows = [
    [...HEAD, ...extra('against the source')],
    ...logTypes.map((status) => [
      status.logType,
      status.state,
      shortTime(status.from),
      shortTime(status.watermark),
      ...sizes(status),
      ...extra(wordsOf(comparisons?.get(status.logType))),
    ]),
    ['all', '', '', '', ...sizes(sumOf(logTypes)), ...extra('')],
  ];
  const widths = HEAD.concat(extra('')).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => align(cell, column, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A comparison in a few words. */
export function wordsOf(comparison: Comparison | undefined): string {
  if (!comparison) return 'not compared';
  const { missing, extra, doubled, passing } = comparison;
  const faults = Object.entries({ missing, extra: extra ?? 0, doubled })
    .filter(([, number]) => number > 0)
    .map(([what, number]) => `${count(number)} ${what}`);
  const notes = [
    ...(extra === undefined ? ['extra not judged'] : []),
    ...(passing > 0 ? [`${count(passing)} shown in passing only`] : []),
  ];
  return `${faults.join(', ') || 'equal'}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

type Sizes = Pick<LogTypeStatus, 'entries' | 'records' | 'bytes' | 'rawBytes'>;

function sizes({ entries, records, bytes, rawBytes }: Sizes): string[] {
  const ratio = bytes > 0 ? `${(rawBytes / bytes).toFixed(1)}x` : '-';
  return [count(entries), count(records), (bytes / 1e6).toFixed(2), ratio];
}

function sumOf(logTypes: readonly LogTypeStatus[]): Sizes {
  const sum = (name: keyof Sizes) => logTypes.reduce((total, status) => total + status[name], 0);
  return { entries: sum('entries'), records: sum('records'), bytes: sum('bytes'), rawBytes: sum('rawBytes') };
}

/** `2026-11-20 05:00`; the first second of all is where a log type without a lower bound begins. */
function shortTime(time: string | null): string {
  if (time === null) return '-';
  return time.startsWith('1970-01-01T00:00:00') ? 'no bound' : time.slice(0, 16).replace('T', ' ');
}

function align(cell: string, column: number, width: number): string {
  return column >= FIRST_NUMBER && column <= LAST_NUMBER ? cell.padStart(width) : cell.padEnd(width);
}
