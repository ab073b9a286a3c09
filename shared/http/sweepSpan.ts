/**
 * The span of a sweep on demand: what may be asked for, and how it is rounded. Pure; times are seconds since 1970 unless
 * they are instants.
 */
import { ceilHour, DAY, floorHour, HOUR } from '../archive/hours.ts';
import { formatSeconds, type Instant, instantFromSeconds, secondsOf } from '../archive/time.ts';
import type { Window } from '../archive/window.ts';
import type { Ledger } from '../ledger.ts';
import type { LogType } from '../logTypes.ts';
import { RANGE_PARAMETERS } from '../query/range.ts';
import { badMember } from './body.ts';
import type { Problem } from './problem.ts';

/** A right body of a request. */
export const SWEEP_BODY = { logType: 'directoryAudits', ...RANGE_PARAMETERS } as const;
/** Days that one request may span at most. */
const MOST_DAYS = 31;

export interface AskedSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The span that will be read: what was asked for, rounded outwards to whole hours because only whole hours that are read
 * again count as swept, but not beyond what the archive has read.
 * @param now second since 1970.
 * @throws Problem 400 that says why not, and what can be asked for.
 */
export function sweepWindow(
  logType: Pick<LogType, 'name' | 'sourceRetentionDays'>,
  { head }: Pick<Ledger, 'head'>,
  asked: AskedSpan,
  now: number,
): Window {
  const { name, sourceRetentionDays: days } = logType;
  if (asked.from >= asked.to) throw badSpan('to', "must be later than 'from'", '');
  for (const side of ['from', 'to'] as const) {
    if (asked[side] > instantFromSeconds(now))
      throw badSpan(side, `is in the future (it is ${formatSeconds(now)} now)`, boundsOf(logType, head, now));
  }
  if (secondsOf(asked.to) - secondsOf(asked.from) > MOST_DAYS * DAY)
    throw badSpan('to', `is more than ${MOST_DAYS} days after 'from'; ask for it in several requests`, '');
  const bounds = boundsOf(logType, head, now);
  if (!head) throw badSpan('from', `cannot be read again: nothing of ${name} has been read yet`, bounds);
  if (asked.from < instantFromSeconds(head.from))
    throw badSpan('from', `lies before the start of the archive, ${formatSeconds(head.from)}`, bounds);
  if (asked.to > instantFromSeconds(head.to))
    throw badSpan('to', `has not been read yet: ${name} is read up to ${formatSeconds(head.to)}`, bounds);
  if (days !== undefined && floorHour(secondsOf(asked.from)) < oldest(days, now))
    throw badSpan('from', `is too old: Graph no longer has it, it keeps ${days} days`, bounds);
  return {
    from: Math.max(floorHour(secondsOf(asked.from)), head.from),
    to: Math.min(ceilHour(exactSeconds(asked.to)), head.to),
  };
}

/** The first whole hour that the source will still have when the next run gets to it. */
function oldest(days: number, now: number): number {
  return ceilHour(now - days * DAY + HOUR);
}

function boundsOf(
  { name, sourceRetentionDays: days }: Pick<LogType, 'name' | 'sourceRetentionDays'>,
  head: Ledger['head'],
  now: number,
): string {
  const from = head && Math.max(head.from, days === undefined ? 0 : oldest(days, now));
  if (!head || from === undefined || from >= head.to) return `Nothing of ${name} can be asked for now.`;
  return `What can be asked for now: from ${formatSeconds(from)} to ${formatSeconds(head.to)}.`;
}

function badSpan(side: 'from' | 'to', fault: string, bounds: string): Problem {
  return badMember(side, fault, bounds || `A right body: ${JSON.stringify(SWEEP_BODY)}`);
}

/** Seconds since 1970 with a fraction, as exact as rounding up to a second needs. */
function exactSeconds(instant: Instant): number {
  return secondsOf(instant) + (instant.endsWith('.0000000Z') ? 0 : 0.5);
}
