/**
 * A range in slices of whole hours, so that a search has places to stop at.
 */
import { HOUR } from '../archive/hours.ts';
import { type Instant, instantFromSeconds, secondsOf } from '../archive/time.ts';
import type { Clock } from '../clock.ts';
import type { Range } from '../query/range.ts';
import type { Order } from './ordered.ts';

/** Hours of the first slice, and of one after a slice that took long. */
const FEWEST_HOURS = 24;
/** Hours of a slice at most: as long as a day of a large tenant may take, this many of them end in time for a client. */
const MOST_HOURS = 16 * 24;
/** A slice that took less than this, in milliseconds, is followed by one twice as long: silence is passed quickly. */
const QUICK_MS = 500;

export interface Slice extends Range {
  /** What of the range comes after it; empty after the last. */
  readonly rest: Range;
}

/** The slices of a range in order of time. They meet at whole hours. How long each takes is seen by when the next is asked for. */
export function* slicesOf(range: Range, order: Order, clock: Pick<Clock, 'elapsed'>): Generator<Slice> {
  let [rest, hours] = [range, FEWEST_HOURS];
  while (rest.from < rest.to) {
    const slice = order === 'asc' ? first(rest, hours) : last(rest, hours);
    const started = clock.elapsed();
    yield slice;
    hours = clock.elapsed() - started < QUICK_MS ? Math.min(2 * hours, MOST_HOURS) : FEWEST_HOURS;
    rest = slice.rest;
  }
}

function first({ from, to }: Range, hours: number): Slice {
  const edge = atHour(Math.floor(secondsOf(from) / HOUR) + hours);
  const end = edge < to ? edge : to;
  return { from, to: end, rest: { from: end, to } };
}

function last({ from, to }: Range, hours: number): Slice {
  const edge = atHour(Math.floor(secondsOf(to) / HOUR) - hours);
  const start = edge > from ? edge : from;
  return { from: start, to, rest: { from, to: start } };
}

function atHour(hour: number): Instant {
  return instantFromSeconds(hour * HOUR);
}
