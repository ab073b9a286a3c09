/**
 * Records whose time says nothing.
 *
 * A record without a time that can be read, or with one before 1970 (`0001-01-01T00:00:00Z` is how .NET writes "none"),
 * is kept all the same: in the hour 1970-01-01T00, where every later read finds it again.
 */
import { type Instant, instantFromSeconds } from './time.ts';

/** The time under which an undated record is stored. */
export const UNDATED: Instant = instantFromSeconds(0);

/** The time a record is stored under, given the one it states. */
export function storedTime(stated: Instant | undefined): Instant {
  return stated !== undefined && stated > UNDATED ? stated : UNDATED;
}
