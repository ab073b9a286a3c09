/** Hours of a week: 0 is Monday from midnight to one, UTC, 167 the last of Sunday. */
import type { AnswerRow } from './answer.ts';
import { DAY, HOUR, startOfStep, WEEK } from './steps.ts';

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export const HOURS_OF_DAY = DAY / HOUR;
const HOURS_OF_WEEK = WEEK / HOUR;

/** @param at milliseconds since 1970. */
function hourOfWeek(at: number): number {
  return Math.floor((at - startOfStep(at, WEEK)) / HOUR);
}

/** The counts of a week, hour by hour. @param rows of an hour each. */
export function weekOf(rows: readonly AnswerRow[]): number[] {
  const week = new Array<number>(HOURS_OF_WEEK).fill(0);
  for (const { span, total = 0 } of rows) {
    const hour = hourOfWeek(span?.from ?? 0);
    week[hour] = (week[hour] ?? 0) + total;
  }
  return week;
}

/** Those rows that lie in this hour of a week, and have something. */
export function rowsOfHour(rows: readonly AnswerRow[], hour: number): AnswerRow[] {
  return rows.filter(({ span, total }) => span && total && hourOfWeek(span.from) === hour);
}

/** `Monday, 05:00 to 06:00`. */
export function hourText(hour: number): string {
  const ofDay = hour % HOURS_OF_DAY;
  const clock = (of: number) => `${String(of).padStart(2, '0')}:00`;
  return `${WEEKDAYS[Math.floor(hour / HOURS_OF_DAY)]}, ${clock(ofDay)} to ${clock(ofDay + 1)}`;
}
