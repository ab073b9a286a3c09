import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatSeconds,
  hourOf,
  instantFromMilliseconds,
  instantFromSeconds,
  parseInstant,
  parseSeconds,
  secondsOf,
} from '../../shared/archive/time.ts';

const TICKS = 10_000_000n;
const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;
const GRAMMAR = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(?:Z|([+-])(\d\d):(\d\d))$/;

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (year: number, month: number) =>
  [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;

/** Days before the first of January of each year, counted one year after the other from 0001-01-01. */
const DAYS_BEFORE_YEAR = [0, 0];
for (let year = 1; year <= 9999; year += 1)
  DAYS_BEFORE_YEAR.push((DAYS_BEFORE_YEAR.at(-1) ?? 0) + (isLeap(year) ? 366 : 365));
const DAYS_BEFORE_1970 = 719_162;

/** 100 ns steps since 1970, or nothing for what is not a time: slow, by a regular expression and a calendar of its own. */
function ticksOf(text: string): bigint | undefined {
  const match = GRAMMAR.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [sign, offsetHour, offsetMinute] = [match[8] === '-' ? -1 : 1, Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  let days = (DAYS_BEFORE_YEAR[year] ?? 0) - DAYS_BEFORE_1970 + day - 1;
  for (let before = 1; before < month; before += 1) days += daysIn(year, before);
  const seconds = days * 86400 + (hour - sign * offsetHour) * 3600 + (minute - sign * offsetMinute) * 60 + second;
  const inRange =
    seconds >= -DAYS_BEFORE_1970 * 86400 && seconds < ((DAYS_BEFORE_YEAR[10_000] ?? 0) - DAYS_BEFORE_1970) * 86400;
  return inRange ? BigInt(seconds) * TICKS + BigInt((match[7] ?? '').padEnd(7, '0')) : undefined;
}

const padded = (least: number, most: number, width = 2) =>
  fc.integer({ min: least, max: most }).map((value) => String(value).padStart(width, '0'));
const fraction = fc.stringMatching(/^(\.[0-9]{1,7})?$/);
const zone = fc.oneof(
  fc.constantFrom('Z', '+00:00', '-00:00'),
  fc
    .tuple(fc.constantFrom('+', '-'), padded(0, 23), padded(0, 59))
    .map(([sign, hours, minutes]) => `${sign}${hours}:${minutes}`),
);
const year = fc.oneof(
  padded(1, 9999, 4),
  padded(1968, 2040, 4),
  fc.constantFrom('0001', '9999', '1900', '2000', '2024'),
);
/** Times in the grammar; a few of them do not exist. */
const time = fc
  .tuple(year, padded(1, 12), padded(1, 31), padded(0, 23), padded(0, 59), padded(0, 59), fraction, zone)
  .map(([y, mo, d, h, mi, s, f, z]) => `${y}-${mo}-${d}T${h}:${mi}:${s}${f}${z}`);
/** The same with one character exchanged, dropped or put in. */
const damaged = fc
  .tuple(time, fc.nat(), fc.constantFrom(...'0123456789+-:.,TZtz \n/٣'), fc.constantFrom(0, 1), fc.boolean())
  .map(([text, at, put, cut, both]) => {
    const where = at % (text.length + 1);
    return text.slice(0, where) + (cut === 0 || both ? put : '') + text.slice(where + cut);
  });

describe('parseInstant', () => {
  it.each([
    ['2026-11-20T05:17:33Z', '2026-11-20T05:17:33.0000000Z'],
    ['2026-11-20T05:17:33.1Z', '2026-11-20T05:17:33.1000000Z'],
    ['2026-11-20T05:17:33.49832+00:00', '2026-11-20T05:17:33.4983200Z'],
    ['2026-11-20T05:17:33.1234567Z', '2026-11-20T05:17:33.1234567Z'],
    ['2026-11-20T05:17:33.1234567-00:00', '2026-11-20T05:17:33.1234567Z'],
    ['2024-02-29T23:59:59.9999999Z', '2024-02-29T23:59:59.9999999Z'],
    ['2024-12-31T23:30:00.0000001-01:00', '2025-01-01T00:30:00.0000001Z'],
    ['2024-03-01T00:00:00+00:01', '2024-02-29T23:59:00.0000000Z'],
    ['2023-03-01T00:00:00+00:01', '2023-02-28T23:59:00.0000000Z'],
    ['1970-01-01T00:00:00.0000001+14:00', '1969-12-31T10:00:00.0000001Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.0000000Z'],
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999Z'],
    ['9999-12-31T23:59:59.5+23:59', '9999-12-31T00:00:59.5000000Z'],
  ])('brings %s to the canonical form', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it.each([
    '',
    'null',
    '2026',
    '2026-11-20',
    '2026-11-20T05:17Z',
    '2026-11-20T05:17:33',
    '2026-11-20T05:17:33.5',
    '2026-11-20T05:17:33.Z',
    '2026-11-20T05:17:33,5Z',
    '2026-11-20T05:17:33.12345678Z',
    '2026-11-20T05:17:33.123456789Z',
    '2026-11-20T05:17:33.1234567+0000',
    '2026-11-20T05:17:33+00',
    '2026-11-20T05:17:33+24:00',
    '2026-11-20T05:17:33+00:60',
    '2026-11-20T05:17:33+1:00',
    '2026-11-20T05:17:33Z+00:00',
    '2026-11-20T05:17:33ZZ',
    '2026-11-20T05:17:33Z ',
    ' 2026-11-20T05:17:33Z',
    '2026-11-20T05:17:33 Z',
    '2026-11-20T05:17:33z',
    '2026-11-20t05:17:33Z',
    '2026-11-20 05:17:33Z',
    '2026-11-20 22:58:30.983201900',
    '2026-11-20T5:17:33.008Z',
    '2026-1-20T05:17:33Z',
    '2026-11-2T05:17:33Z',
    '26-11-20T05:17:33Z',
    '+2026-11-20T05:17:33Z',
    '12026-11-20T05:17:33Z',
    '-026-11-20T05:17:33Z',
    '2026/11/20T05:17:33Z',
    '20261120T051733Z',
    '2026-00-20T05:17:33Z',
    '2026-13-20T05:17:33Z',
    '2026-11-00T05:17:33Z',
    '2026-11-31T05:17:33Z',
    '2026-02-30T05:17:33Z',
    '2026-02-29T05:17:33Z',
    '1900-02-29T05:17:33Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T05:60:33Z',
    '2026-11-20T05:17:60Z',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '2026-11-20T05:17:3３Z',
    '٢٠٢٦-11-20T05:17:33Z',
    '2026-11-20T05:17:33.12e4Z',
    '8/22/2022 6:11:52 PM',
    '1732080000',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('keeps every 100 ns, whatever the zone', () => {
    fc.assert(
      fc.property(time, (text) => {
        const instant = parseInstant(text);
        expect(instant === undefined ? undefined : ticksOf(instant)).toBe(ticksOf(text));
        if (instant !== undefined) expect(instant).toMatch(CANONICAL);
      }),
      { numRuns: 3000 },
    );
  });

  it('accepts what the grammar and the calendar allow, and nothing else', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        expect(parseInstant(text) !== undefined).toBe(ticksOf(text) !== undefined);
      }),
      { numRuns: 5000 },
    );
  });

  it('gives text whose order is the order of time', () => {
    const near = fc
      .tuple(padded(28, 31), padded(22, 23), fraction, zone)
      .map(([d, h, f, z]) => `2026-12-${d}T${h}:59:59${f}${z}`);
    const either = fc.oneof(near, time).filter((text) => ticksOf(text) !== undefined);
    fc.assert(
      fc.property(either, either, (a, b) => {
        const [first, second] = [parseInstant(a) ?? '', parseInstant(b) ?? ''];
        const [earlier, later] = [ticksOf(a) ?? 0n, ticksOf(b) ?? 0n];
        expect([first < second, first === second]).toEqual([earlier < later, earlier === later]);
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves a canonical instant as it is', () => {
    fc.assert(
      fc.property(time, (text) => {
        const instant = parseInstant(text);
        if (instant !== undefined) expect(parseInstant(instant)).toBe(instant);
      }),
    );
  });
});

describe('whole seconds', () => {
  const FIRST = -62_135_596_800;
  const LAST = 253_402_300_799;
  const second = fc.oneof(fc.integer({ min: FIRST, max: LAST }), fc.integer({ min: -100_000, max: 100_000 }));

  it('come back from every form they are written in', () => {
    fc.assert(
      fc.property(second, (seconds) => {
        expect(secondsOf(instantFromSeconds(seconds))).toBe(seconds);
        expect(parseSeconds(formatSeconds(seconds))).toBe(seconds);
        expect(ticksOf(instantFromSeconds(seconds))).toBe(BigInt(seconds) * TICKS);
        expect(parseInstant(formatSeconds(seconds))).toBe(instantFromSeconds(seconds));
      }),
    );
  });

  it('of an instant are rounded down, before 1970 too', () => {
    expect(secondsOf('1970-01-01T00:00:00.9999999Z')).toBe(0);
    expect(secondsOf('1969-12-31T23:59:59.9999999Z')).toBe(-1);
    expect(secondsOf('0001-01-01T00:00:00.0000000Z')).toBe(FIRST);
    expect(secondsOf('9999-12-31T23:59:59.9999999Z')).toBe(LAST);
  });

  it.each([FIRST - 1, LAST + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 8.64e15])('refuse %d', (seconds) => {
    expect(() => instantFromSeconds(seconds)).toThrow(RangeError);
    expect(() => formatSeconds(seconds)).toThrow(RangeError);
  });

  it.each(['', '2026-11-20T05:17:33.0Z', '2026-11-20T05:17:33+00:00', '2026-11-31T05:17:33Z', '2026-11-20T05:17:33'])(
    'are not read from %j',
    (text) => {
      expect(parseSeconds(text)).toBeUndefined();
    },
  );
});

describe('milliseconds', () => {
  it.each([
    [0, '1970-01-01T00:00:00.0000000Z'],
    [1, '1970-01-01T00:00:00.0010000Z'],
    [-1, '1969-12-31T23:59:59.9990000Z'],
    [1_795_161_600_120, '2026-11-20T08:00:00.1200000Z'],
  ])('%d is %s', (milliseconds, instant) => {
    expect(instantFromMilliseconds(milliseconds)).toBe(instant);
  });

  it('are kept exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (milliseconds) => {
        expect(ticksOf(instantFromMilliseconds(milliseconds))).toBe(BigInt(milliseconds) * 10_000n);
      }),
    );
  });

  it.each([0.5, Number.NaN, Number.NEGATIVE_INFINITY, -62_135_596_800_001, 253_402_300_800_000])(
    'refuse %d',
    (value) => {
      expect(() => instantFromMilliseconds(value)).toThrow(RangeError);
    },
  );
});

describe('hourOf', () => {
  it('is the UTC hour', () => {
    expect(hourOf('2026-11-20T05:59:59.9999999Z')).toBe('2026-11-20T05');
  });
});
