/**
 * When a span of time is read again: the schedule of sweeps, and what it asks of a piece of the past.
 *
 * All times are seconds since 1970. Ages count from the end of the UTC hour that a piece lies in, so that the pieces of
 * an hour fall due together. A re-read counts for every age it has reached: what it showed includes what an earlier one
 * would have shown.
 */
import type { ConfigEntry } from './entryTypes.ts';
import { ceilHour, DAY, HOUR } from './hours.ts';
import type { Piece } from './pieces.ts';

export interface Schedule {
  /** Ages at which a span is read again, in seconds, ascending. */
  readonly ages: readonly number[];
  /** How long the source keeps a record, in days; `undefined` is without limit. */
  readonly sourceDays: number | undefined;
}

/** Least time between a first read and the re-read that stands for the ages which were past by then. */
export const SECOND_LOOK: number = 2 * HOUR;
/** The longest that a re-read may wait for its neighbours, to be one wide read with them. */
const LONGEST_SLACK = DAY;

const DURATION = /^P(?=.)(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,5})M)?)?$/;

/** Seconds of an ISO 8601 duration of days, hours and minutes, such as `P3D` or `PT2H`. `undefined` for other text. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return days * DAY + hours * HOUR + minutes * 60;
}

/** The duration of so many seconds, a whole number of minutes: `P3D`, `PT2H`, `P1DT30M`. */
export function formatDuration(seconds: number): string {
  const [days, hours, minutes] = [Math.floor(seconds / DAY), Math.floor((seconds % DAY) / HOUR), (seconds % HOUR) / 60];
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}`;
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}

/** The ages that a source can serve: none later than a day before it forgets, and none earlier than `SECOND_LOOK` then. */
export function servableAges(ages: readonly number[], sourceDays: number | undefined): number[] {
  const latest = sourceDays === undefined ? Number.POSITIVE_INFINITY : Math.max(SECOND_LOOK, (sourceDays - 1) * DAY);
  return [...new Set(ages.map((age) => Math.min(age, latest)))].sort((a, b) => a - b);
}

/** What a ledger without any `config` entry is judged by: that of the first release. */
const FIRST_AGES = ['PT2H', 'P1D', 'P3D', 'P7D', 'P25D'];

/**
 * The schedule that the newest `config` entry puts in force.
 * @param config what it says, as JSON; `undefined` where there is none.
 * @param sourceDays what the source keeps, for a ledger without a `config` entry.
 */
export function scheduleInForce(config: string | undefined, sourceDays: number | undefined): Schedule {
  const said = config === undefined ? undefined : (JSON.parse(config) as ConfigEntry['config']);
  const days = said ? (said.sourceRetentionDays ?? undefined) : sourceDays;
  const ages = (said?.sweepAges ?? FIRST_AGES).map((age) => parseDuration(age) ?? 0);
  return { ages: servableAges(ages, days), sourceDays: days };
}

export interface Due {
  /** When the re-read may begin. */
  readonly at: number;
  /** How long it may wait for neighbours. */
  readonly slack: number;
}

/**
 * The next re-read that a piece is owed; `undefined` when all are done and the last one was quiet, or none are made.
 *
 * A re-read that found new or changed versions is followed by one a day until one finds nothing.
 */
export function nextDue(piece: Piece, schedule: Schedule): Due | undefined {
  // Nothing is read again: what comes late is told by whoever has it.
  if (schedule.ages.length === 0) return undefined;
  const end = ceilHour(piece.to);
  const last = piece.rereads.at(-1);
  const readAt = last?.at ?? Number.NEGATIVE_INFINITY;
  const owed = schedule.ages
    .map((age) => (end + age > piece.firstAt ? due(end + age, age) : due(piece.firstAt + SECOND_LOOK, SECOND_LOOK)))
    .filter(({ at }) => readAt < at);
  const next = owed[0] ?? (last && last.new + last.changed > 0 ? due(last.at + DAY, DAY) : undefined);
  // After a re-read that failed the next age is waited for, or a day.
  if (!next || piece.failedAt < next.at) return next;
  return dueAfterFailure(end, piece.failedAt, schedule);
}

/** When a span that could not be read at `failedAt` is tried again; `end` is the end of its hour. */
export function dueAfterFailure(end: number, failedAt: number, schedule: Schedule): Due {
  const age = schedule.ages.find((each) => end + each > failedAt);
  return age === undefined ? due(failedAt + DAY, DAY) : due(end + age, age);
}

/** When the source begins to forget what happened at `second`. */
export function forgottenAt(second: number, { sourceDays }: Pick<Schedule, 'sourceDays'>): number {
  return sourceDays === undefined ? Number.POSITIVE_INFINITY : second + sourceDays * DAY;
}

function due(at: number, age: number): Due {
  return { at, slack: Math.min(LONGEST_SLACK, Math.floor(age / 4)) };
}
