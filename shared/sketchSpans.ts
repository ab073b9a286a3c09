/** When the sketches of a day or a month are made. Pure. Seconds since 1970. */
import { DAY } from './archive/hours.ts';
import type { SketchHint, Span } from './sketchIndex.ts';

/**
 * Days after the end of a span at which its sketches are made again if segments have come since: after the sweeps that
 * bring the most, and after the last of the schedule. Files are never removed, so that each time costs room for good;
 * until then the late segments are opened. Whatever comes after the last is sketched at once.
 */
const AGAIN_AFTER_DAYS = [8, 26] as const;

/** Whether sketches that do not cover a span (any more) are to be made now. @param end of the span. */
export function isDue(end: number, now: number, hint: SketchHint | undefined): boolean {
  if (!hint?.whole) return true;
  const passed = (time: number) => AGAIN_AFTER_DAYS.filter((days) => time >= end + days * DAY).length;
  return passed(now) > passed(hint.at) || passed(hint.at) === AGAIN_AFTER_DAYS.length;
}

/** The second at which a day or a month ends. */
export function endOf(span: Span): number {
  if (span.length === 'YYYY-MM-DD'.length) return Date.parse(`${span}T00:00:00Z`) / 1000 + DAY;
  return startOf(monthAfter(span, 1));
}

export function startOf(month: Span): number {
  return Date.parse(`${month}-01T00:00:00Z`) / 1000;
}

/** The month in which a second lies. */
export function monthAt(second: number): Span {
  return new Date(second * 1000).toISOString().slice(0, 'YYYY-MM'.length);
}

/** The month so many months later. */
export function monthAfter(month: Span, months: number): Span {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return monthAt(Date.UTC(year, number - 1 + months) / 1000);
}
