/** Stretches of time that records are counted by. Weeks begin on Monday, days at midnight, UTC. Milliseconds. */
import type { Span } from '../../state/ranges.ts';

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, DAY, WEEK, 4 * WEEK] as const;
/** 1970-01-05 was a Monday. */
const MONDAY = 4 * DAY;
/** Of any step, so that a range of centuries stays a table. */
const MOST_ROWS = 3000;

/** The shortest step that divides the range into no more than so many. */
export function stepOf({ from, to }: Span, most: number): number {
  return STEPS.find((step) => (to - from) / step <= most) ?? 4 * WEEK * Math.ceil((to - from) / (4 * WEEK * most));
}

export function startOfStep(at: number, step: number): number {
  return Math.floor((at - MONDAY) / step) * step + MONDAY;
}

/** The begins of all steps that the range touches. */
export function stepsOf({ from, to }: Span, step: number): number[] {
  const first = startOfStep(from, step);
  const count = Math.min(MOST_ROWS, Math.ceil((to - first) / step));
  return Array.from({ length: count }, (_, n) => first + n * step);
}
