/**
 * Records whose time says nothing.
 *
 * A record without a time that can be read, or with one before 1970 (`0001-01-01T00:00:00Z` is how .NET writes "none"),
 * is kept all the same: in the hour 1970-01-01T00, where every later read finds it again.
 */
import { HOUR } from './hours.ts';
import { type Instant, instantFromSeconds } from './time.ts';
import type { Window } from './window.ts';

/** The time under which an undated record is stored. */
export const UNDATED: Instant = instantFromSeconds(0);

/** Its hour, in seconds since 1970. Only reads without a lower bound reach back to it. */
export const UNDATED_HOUR: Window = { from: 0, to: HOUR };

/** The same in instants. */
export const UNDATED_SPAN: readonly [from: Instant, to: Instant] = [UNDATED, instantFromSeconds(HOUR)];

/** The time a record is stored under, given the one it states. */
export function storedTime(stated: Instant | undefined): Instant {
  return stated !== undefined && stated > UNDATED ? stated : UNDATED;
}
