/**
 * The status of a timer: when it ran last, when it runs next; and what the host makes of it at its start.
 *
 * The rules are those of the WebJobs SDK's schedule monitor. A status is stored only AFTER a run, so that a crash in
 * mid-run leaves the old one and the next start serves the occurrence again, as past due.
 */

import type { Schedule } from './ncrontab.ts';

/** Instants in milliseconds since 1970. */
export interface TimerStatus {
  /** Start of the last run; `undefined` when it has not run under the present schedule. */
  readonly last: number | undefined;
  /** Infinity: never. */
  readonly next: number;
  readonly lastUpdated: number;
}

/** As the real host stores it and hands it to the function. */
export interface WireStatus {
  readonly Last: string;
  readonly Next: string;
  readonly LastUpdated: string;
}

/** .NET's smallest and largest instants. */
const ZERO = '0001-01-01T00:00:00';
const NEVER = '9999-12-31T23:59:59.9999999';

/** The real host stores no future instants but `Next`; one further ahead than this means that the clock was set back. */
const CLOCK_SLACK_MS = 60_000;

export interface TimerStart {
  readonly status: TimerStatus;
  /** Differs from what is stored. */
  readonly changed: boolean;
  /** An occurrence was missed: one run at once, however many were. */
  readonly pastDue: boolean;
}

/** What to do with the stored status at `now`. A status from the future (a simulated clock set back) is dropped. */
export function statusAtStart(stored: TimerStatus | undefined, schedule: Schedule, now: number): TimerStart {
  if (!stored || stored.lastUpdated > now + CLOCK_SLACK_MS) {
    return { status: { last: undefined, next: schedule.next(now), lastUpdated: now }, changed: true, pastDue: false };
  }
  const basis = stored.last ?? stored.lastUpdated;
  const expected = schedule.next(basis);
  if (expected === stored.next) return { status: stored, changed: false, pastDue: now > stored.next };
  const next = now > expected ? schedule.next(now) : expected;
  return { status: { last: undefined, next, lastUpdated: basis }, changed: true, pastDue: false };
}

/** The status after a run that started at `start`. */
export function statusAfterRun(schedule: Schedule, start: number): TimerStatus {
  return { last: start, next: schedule.next(start), lastUpdated: start };
}

/** The status in the real host's words. */
export function toWire(status: TimerStatus): WireStatus {
  return {
    Last: status.last === undefined ? ZERO : toText(status.last),
    Next: status.next === Number.POSITIVE_INFINITY ? NEVER : toText(status.next),
    LastUpdated: toText(status.lastUpdated),
  };
}

/** Reads what `toWire` wrote; `undefined` when it is something else. */
export function fromWire(value: Readonly<Record<string, unknown>>): TimerStatus | undefined {
  const { Last, Next, LastUpdated } = value;
  const last = Last === ZERO ? undefined : Date.parse(String(Last));
  const next = Next === NEVER ? Number.POSITIVE_INFINITY : Date.parse(String(Next));
  const lastUpdated = Date.parse(String(LastUpdated));
  return [last ?? 0, next, lastUpdated].some(Number.isNaN) ? undefined : { last, next, lastUpdated };
}

/** .NET leaves out a fraction of zero and writes UTC as an offset. */
function toText(instant: number): string {
  return new Date(instant).toISOString().replace(/(\.000)?Z$/, '+00:00');
}
