/**
 * Which hours a legal hold concerns: the one rule that coverage, deletion and the verifier share.
 *
 * Segments are of one UTC hour, so a hold that touches an hour holds all of it. Of undated records nobody knows the time:
 * every hold of their ledger holds them. Pure; times are seconds since 1970.
 */
import { ceilHour, floorHour } from './hours.ts';
import { UNDATED_HOUR } from './undated.ts';
import type { Window } from './window.ts';

/** The whole hours that a hold touches. */
export function heldHours({ from, to }: Window): Window {
  return { from: floorHour(from), to: ceilHour(to) };
}

/** Whether a hold concerns the segments of a UTC hour. @param hour its first second. */
export function holdsHour(hold: Window, hour: number): boolean {
  const { from, to } = heldHours(hold);
  return hour === UNDATED_HOUR.from || (hour >= from && hour < to);
}
