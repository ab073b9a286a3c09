/**
 * NCRONTAB schedules, by the rules of the NCrontab library that the real host uses. All times are UTC.
 *
 * Not cron: six fields (five: seconds are 0), day AND weekday must both match, weekdays are 0–6, and there is no L, W,
 * #, ? or @daily. A name is any prefix of the English one. A reversed range is swapped; `a/n` runs from a to the end.
 */

import { HostError } from './hostError.ts';

export interface Schedule {
  /** The first occurrence strictly after an instant (milliseconds since 1970); Infinity when there is none. */
  next(after: number): number;
  /** It can fire twice within one minute, and nothing but the seconds restricts it. The host does not monitor such. */
  readonly subMinute: boolean;
}

interface Field {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const FIELDS: readonly Field[] = [
  { label: 'second', min: 0, max: 59 },
  { label: 'minute', min: 0, max: 59 },
  { label: 'hour', min: 0, max: 23 },
  { label: 'day', min: 1, max: 31 },
  { label: 'month', min: 1, max: 12, names: MONTHS },
  { label: 'day of week', min: 0, max: 6, names: WEEKDAYS },
];

const DAY_MS = 86_400_000;
/** 29 February on a given weekday: 28 years apart, 40 across a century that is no leap year. */
const HORIZON_DAYS = 41 * 366;

/** Parses a schedule. Throws `HostError` that names the field at fault. */
export function parseSchedule(text: string): Schedule {
  const given = text.trim().split(/\s+/);
  const parts = given.length === 5 ? ['0', ...given] : given;
  if (parts.length !== FIELDS.length) {
    throw new HostError(`Schedule "${text}": six fields are needed (second minute hour day month weekday), or five.`);
  }
  const sets = FIELDS.map((field, index) => parseField(parts[index] ?? '', field, text));
  const [seconds = [], minutes = [], hours = [], days = [], months = [], weekdays = []] = sets;
  const times = { seconds, minutes, hours };
  const dates = { days: new Set(days), months: new Set(months), weekdays: new Set(weekdays) };
  return {
    next: (after) => nextOccurrence(after, dates, times),
    subMinute: seconds.length > 1 && parts.slice(1).every((part) => part === '*'),
  };
}

function parseField(text: string, field: Field, schedule: string): number[] {
  const values = new Set<number>();
  const refuse = (what: string): never => {
    throw new HostError(
      `Schedule "${schedule}": ${what} is not valid for the ${field.label} (${field.min}–${field.max}).`,
    );
  };
  for (const item of text.split(',')) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item);
    if (!match) return refuse(`"${item}"`);
    const [, star, first, last, step] = match;
    const value = (name: string) => parseValue(name, field) ?? refuse(`"${name}"`);
    const low = star ? field.min : value(first ?? '');
    const high = last ? value(last) : star || step ? field.max : low;
    const every = Number(step ?? 1);
    if (every === 0) return refuse(`step 0 in "${item}"`);
    for (let at = Math.min(low, high); at <= Math.max(low, high); at += every) values.add(at);
  }
  return [...values].sort((a, b) => a - b);
}

function parseValue(text: string, field: Field): number | undefined {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return number >= field.min && number <= field.max ? number : undefined;
  }
  const index = field.names?.findIndex((name) => name.startsWith(text.toLowerCase())) ?? -1;
  return index < 0 ? undefined : index + field.min;
}

interface Times {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
}

interface Dates {
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
}

function nextOccurrence(after: number, dates: Dates, times: Times): number {
  const from = (Math.floor(after / 1000) + 1) * 1000;
  const firstDay = Math.floor(from / DAY_MS) * DAY_MS;
  for (let ahead = 0; ahead <= HORIZON_DAYS; ahead++) {
    const day = firstDay + ahead * DAY_MS;
    const date = new Date(day);
    if (!dates.months.has(date.getUTCMonth() + 1)) continue;
    if (!dates.days.has(date.getUTCDate()) || !dates.weekdays.has(date.getUTCDay())) continue;
    const second = firstSecond(times, ahead === 0 ? (from - day) / 1000 : 0);
    if (second !== undefined) return day + second * 1000;
  }
  return Number.POSITIVE_INFINITY;
}

/** The first second of a day that matches, not before `from`. */
function firstSecond({ hours, minutes, seconds }: Times, from: number): number | undefined {
  for (const hour of hours) {
    if (hour * 3600 + 3599 < from) continue;
    for (const minute of minutes) {
      for (const second of seconds) {
        const at = hour * 3600 + minute * 60 + second;
        if (at >= from) return at;
      }
    }
  }
  return undefined;
}
