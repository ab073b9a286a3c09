/**
 * Exact instants, to the 100 ns that Graph prints.
 *
 * An instant is text in one canonical form, `YYYY-MM-DDTHH:MM:SS.fffffffZ`, chosen so that string order IS time order:
 * always UTC, always 7 fraction digits, years 0001 to 9999. Times as sources write them (0 to 7 digits, `Z` or an
 * offset) are brought to that form without loss; what is not a real time in that grammar is refused, never guessed.
 * A JavaScript `Date` drops digits, so none ever carries a fraction here.
 */

/** `YYYY-MM-DDTHH:MM:SS.fffffffZ`; compare with `<`. */
export type Instant = string;

/** Length of `YYYY-MM-DDTHH:MM:SS`. */
const SECONDS_END = 19;
/** Where the zone of the canonical form is. */
const CANONICAL_ZONE = SECONDS_END + 8;
/** What fills a fraction to 7 digits, by the number missing. */
const ZEROS = ['', '0', '00', '000', '0000', '00000', '000000'] as const;
const DAYS_IN_MONTH = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** Stands for two characters that are no digits: outside of every range, also after what is added to it. */
const NO_NUMBER = -1_000_000;

const [DOT, COLON, DASH, PLUS, T, Z] = [0x2e, 0x3a, 0x2d, 0x2b, 0x54, 0x5a] as const;

const FIRST_SECOND = Date.parse('0001-01-01T00:00:00Z') / 1000;
/** The last instant there is, and the second since 1970 that it lies in. */
export const LAST_INSTANT: Instant = '9999-12-31T23:59:59.9999999Z';
export const LAST_SECOND: number = Date.parse('9999-12-31T23:59:59Z') / 1000;

/**
 * Reads ISO 8601 extended: `YYYY-MM-DDTHH:MM:SS`, 0 to 7 fraction digits, then `Z` or `±hh:mm` (to 23:59).
 * `undefined` for anything else, and for a time that does not exist or that falls out of the years 0001 to 9999.
 */
export function parseInstant(text: string): Instant | undefined {
  if (!startsWithTime(text)) return undefined;
  const zone = fractionEnd(text);
  const offset = zone === undefined ? undefined : offsetSeconds(text, zone);
  if (zone === undefined || offset === undefined) return undefined;
  if (zone === CANONICAL_ZONE && text.charCodeAt(zone) === Z) return text;
  const rest = zone === SECONDS_END ? '.0000000Z' : `${text.slice(SECONDS_END, zone)}${ZEROS[CANONICAL_ZONE - zone]}Z`;
  if (offset === 0) return text.slice(0, SECONDS_END) + rest;
  const seconds = secondsOf(text) - offset;
  return inRange(seconds) ? isoSeconds(seconds) + rest : undefined;
}

/**
 * @param seconds whole seconds since 1970.
 * @throws RangeError for a fraction of a second, and outside of the years 0001 to 9999.
 */
export function instantFromSeconds(seconds: number): Instant {
  return `${isoSeconds(seconds)}.0000000Z`;
}

/**
 * @param milliseconds whole milliseconds since 1970.
 * @throws RangeError for a fraction of a millisecond, and outside of the years 0001 to 9999.
 */
export function instantFromMilliseconds(milliseconds: number): Instant {
  const seconds = Math.floor(milliseconds / 1000);
  const rest = milliseconds - seconds * 1000;
  if (!Number.isInteger(rest)) throw new RangeError(`${milliseconds} is not a whole number of milliseconds`);
  return `${isoSeconds(seconds)}.${String(rest).padStart(3, '0')}0000Z`;
}

/**
 * Whole seconds since 1970 of an instant, or of text as `formatSeconds` writes it: a fraction is cut, so times before 1970
 * are rounded down too.
 */
export function secondsOf(instant: Instant): number {
  return Date.parse(`${instant.slice(0, SECONDS_END)}Z`) / 1000;
}

/** The UTC hour of an instant: `YYYY-MM-DDTHH`. */
export function hourOf(instant: Instant): string {
  return instant.slice(0, 13);
}

/** The first instant of a UTC hour. @param hour `YYYY-MM-DDTHH` */
export function startOfHour(hour: string): Instant {
  return `${hour}:00:00.0000000Z`;
}

/**
 * @param seconds whole seconds since 1970.
 * @returns `YYYY-MM-DDTHH:MM:SSZ`.
 * @throws RangeError for a fraction of a second, and outside of the years 0001 to 9999.
 */
export function formatSeconds(seconds: number): string {
  return `${isoSeconds(seconds)}Z`;
}

/** Seconds since 1970 of exactly the form that `formatSeconds` writes; `undefined` for anything else. */
export function parseSeconds(text: string): number | undefined {
  return text.length === SECONDS_END + 1 && parseInstant(text) !== undefined ? secondsOf(text) : undefined;
}

/** Whether the text starts with a `YYYY-MM-DDTHH:MM:SS` that exists. By character codes: a regular expression takes longer. */
function startsWithTime(text: string): boolean {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  return (
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    year >= 1 &&
    within(month, 1, 12) &&
    within(twoDigits(text, 8), 1, daysIn(year, month)) &&
    within(twoDigits(text, 11), 0, 23) &&
    within(twoDigits(text, 14), 0, 59) &&
    within(twoDigits(text, 17), 0, 59)
  );
}

/** Where the zone starts: after a fraction of 1 to 7 digits, or at once. `undefined` for a fraction of another width. */
function fractionEnd(text: string): number | undefined {
  if (text.charCodeAt(SECONDS_END) !== DOT) return SECONDS_END;
  let at = SECONDS_END + 1;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return within(at - SECONDS_END - 1, 1, 7) ? at : undefined;
}

/** What the zone adds to UTC, in seconds, when it is `Z` or `±hh:mm` and all that is left of the text. */
function offsetSeconds(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at);
  if (sign === Z) return text.length === at + 1 ? 0 : undefined;
  if ((sign !== PLUS && sign !== DASH) || text.charCodeAt(at + 3) !== COLON || text.length !== at + 6) return undefined;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (!within(hours, 0, 23) || !within(minutes, 0, 59)) return undefined;
  return (sign === PLUS ? 1 : -1) * (hours * 3600 + minutes * 60);
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - 0x30) * 10 + (ones - 0x30) : NO_NUMBER;
}

/** `code` is NaN beyond the end of the text, which is no digit either. */
function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS_IN_MONTH[month] ?? 0);
}

function inRange(seconds: number): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

/** `YYYY-MM-DDTHH:MM:SS`. */
function isoSeconds(seconds: number): string {
  if (!Number.isInteger(seconds) || !inRange(seconds)) {
    throw new RangeError(`${seconds} is not a whole second of the years 0001 to 9999`);
  }
  return new Date(seconds * 1000).toISOString().slice(0, SECONDS_END);
}
