/**
 * How many rows each hour has: the rhythm of an office, by day and by night, exact over a day.
 *
 * A log type has the same number of rows on every UTC day, at least three, so that no span of 20 hours is empty.
 */
import { chance } from './random.ts';

/** Weight of each UTC hour: quiet nights, a busy morning, a dip at noon. */
const HOURS = [2, 2, 2, 2, 3, 4, 7, 10, 13, 14, 13, 11, 10, 12, 13, 12, 11, 9, 7, 5, 4, 3, 3, 2] as const;
const UNTIL = HOURS.map((_, hour) => HOURS.slice(0, hour).reduce<number>((sum, weight) => sum + weight, 0));
const ALL = HOURS.reduce<number>((sum, weight) => sum + weight, 0);

/** Rows a UTC day of a log type that has `share` of `perDay`. */
export function rowsPerDay(perDay: number, share: number): number {
  return Math.max(3, Math.round(perDay * share));
}

/** Rows that fall in an absolute hour, given those of a day: cumulative rounding, begun at a random point each day. */
export function rowsInHour(seed: number, ordinal: number, hour: number, daily: number): number {
  const day = Math.floor(hour / 24);
  const ofDay = hour - day * 24;
  const phase = chance(seed, ordinal, 0xda7, day);
  const until = (hours: number) => Math.floor((daily * (hours === 24 ? ALL : (UNTIL[hours] ?? 0))) / ALL + phase);
  return until(ofDay + 1) - until(ofDay);
}
