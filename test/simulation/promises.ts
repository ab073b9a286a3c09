/**
 * What the archive owes the rows that Graph still shows: a row that came late is there once a sweep that fell due after
 * it came has been made.
 */
import type { Entry } from '../../shared/archive/entry.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { timeOf } from '../support/archiveCheck.ts';
import type { GraphRow } from './graph.ts';
import { firstRead, trueSchedule } from './truth.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Clocks of instances differ by this much, and what falls due is done by the next timer. */
const MARGIN = 1200;
/** A read over more days than these is swept by the daily one alone. */
const NARROW_DAYS = 3;

/**
 * Rows that should be stored by now. Only of hours that were read, and that no entry says could not be read again.
 * @param now second since 1970 up to which every sweep that was due has been made.
 */
export function owedRows(
  entries: readonly Entry[],
  rows: readonly GraphRow[],
  logType: LogType,
  now: number,
): GraphRow[] {
  const { ages, sourceDays } = trueSchedule(logType.sourceRetentionDays);
  const failed = entries.flatMap((entry) => (entry.kind === 'gap' ? [entry.gap] : []));
  return rows.filter((row) => {
    const second = Date.parse(timeOf(row.line, logType)) / 1000;
    const end = (Math.floor(second / HOUR) + 1) * HOUR;
    const readAt = firstRead(entries, Math.floor(second));
    if (second < DAY || readAt === undefined) return false;
    if (sourceDays !== undefined && end + sourceDays * DAY < now + 3 * HOUR) return false;
    if (failed.some(({ from, to }) => second >= Date.parse(from) / 1000 && second < Date.parse(to) / 1000))
      return false;
    // What only a read without a lower bound has seen is seen again by the daily one.
    if (logType.state && isWide(entries, second)) return row.since + DAY + MARGIN <= now;
    return ages.some((age) => {
      const due = end + age;
      const made = due + Math.min(DAY, age / 4) + MARGIN <= now;
      return made && due > readAt + MARGIN && row.since <= due - MARGIN;
    });
  });
}

/** Whether a state type's hour was never read as a window of its own. */
function isWide(entries: readonly Entry[], second: number): boolean {
  return !entries.some(
    (entry) => entry.kind === 'read' && daysOf(entry.read) <= NARROW_DAYS && holds(entry.read, second),
  );
}

/** UTC days that a read touches. One without a lower bound may be committed in several entries. */
function daysOf({ from, to }: { readonly from: string; readonly to: string }): number {
  const [first, last] = [Date.parse(from) / 1000, Date.parse(to) / 1000 - 1];
  return Math.floor(last / DAY) - Math.floor(first / DAY) + 1;
}

function holds({ from, to }: { readonly from: string; readonly to: string }, second: number): boolean {
  return second >= Date.parse(from) / 1000 && second < Date.parse(to) / 1000;
}
