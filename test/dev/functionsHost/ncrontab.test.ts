/**
 * NCRONTAB: a table of its rules, and a property against brute force.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../dev/functionsHost/ncrontab.ts';

const DAY_MS = 86_400_000;
const instant = (text: string) => Date.parse(text);
const show = (time: number) => (Number.isFinite(time) ? new Date(time).toISOString().replace('.000Z', 'Z') : 'never');

describe('next', () => {
  it.each([
    ['0 */15 * * * *', '2026-11-21T08:00:00Z', '2026-11-21T08:15:00Z'],
    ['0 */15 * * * *', '2026-11-21T07:59:59.999Z', '2026-11-21T08:00:00Z'],
    ['*/15 * * * *', '2026-11-21T08:00:00Z', '2026-11-21T08:15:00Z'],
    ['* * * * * *', '2026-11-21T08:00:00.500Z', '2026-11-21T08:00:01Z'],
    ['0 7/20 * * * *', '2026-11-21T08:00:00Z', '2026-11-21T08:07:00Z'],
    ['0 7/20 * * * *', '2026-11-21T08:47:00Z', '2026-11-21T09:07:00Z'],
    ['0 10-30/10 * * * *', '2026-11-21T08:30:00Z', '2026-11-21T09:10:00Z'],
    ['0 30-10/10 * * * *', '2026-11-21T08:10:00Z', '2026-11-21T08:20:00Z'],
    ['0 59 * * * *', '2026-11-21T08:58:30Z', '2026-11-21T08:59:00Z'],
    ['59 59 23 * * *', '2026-11-21T23:59:58Z', '2026-11-21T23:59:59Z'],
    ['59 59 23 * * *', '2026-11-21T23:59:59Z', '2026-11-22T23:59:59Z'],
    ['0 0 5,3 * * *', '2026-11-21T03:00:00Z', '2026-11-21T05:00:00Z'],
    ['0 0 0 1 Jan *', '2026-11-21T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['0 0 0 1 ju *', '2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z'],
    ['0 0 0 1 JULY *', '2026-01-01T00:00:00Z', '2026-07-01T00:00:00Z'],
    ['0 0 9 * * mon-fri', '2026-11-20T09:00:00Z', '2026-11-23T09:00:00Z'],
    ['0 0 9 * * 0', '2026-11-21T09:00:00Z', '2026-11-22T09:00:00Z'],
    // Day AND weekday: Friday the 13th.
    ['0 0 0 13 * 5', '2026-11-21T00:00:00Z', '2027-08-13T00:00:00Z'],
    ['0 0 0 29 2 *', '2026-11-21T00:00:00Z', '2028-02-29T00:00:00Z'],
    // The farthest gap there is: across 2100, which is no leap year.
    ['0 0 0 29 2 0', '2088-02-29T00:00:00Z', '2128-02-29T00:00:00Z'],
    ['0 0 0 31 2 *', '2026-11-21T00:00:00Z', 'never'],
    ['0 0 0 30 feb *', '2026-11-21T00:00:00Z', 'never'],
  ])('%s after %s is %s', (schedule, after, expected) => {
    expect(show(parseSchedule(schedule).next(instant(after)))).toBe(expected);
  });
});

describe('subMinute', () => {
  it.each([
    ['*/10 * * * * *', true],
    ['* * * * * *', true],
    ['0,30 * * * * *', true],
    ['0 * * * * *', false],
    ['*/10 0 * * * *', false],
    ['*/10 * * * * 1', false],
    ['* * * * *', false],
  ])('of %s is %s', (schedule, expected) => {
    expect(parseSchedule(schedule).subMinute).toBe(expected);
  });
});

describe('parseSchedule', () => {
  it.each([
    ['', 'six fields'],
    ['0 0 0 1 1 * 2026', 'six fields'],
    ['* * * *', 'six fields'],
    ['60 * * * * *', '"60" is not valid for the second'],
    ['0 60 * * * *', 'the minute'],
    ['0 0 24 * * *', 'the hour'],
    ['0 0 0 0 * *', 'the day'],
    ['0 0 0 1 13 *', 'the month'],
    ['0 0 0 * * 7', '"7" is not valid for the day of week'],
    ['0 0 0 * * sundayx', 'the day of week'],
    ['jan * * * * *', '"jan" is not valid for the second'],
    ['0 0 0 L * *', '"L"'],
    ['0 0 0 15W * *', '"15W"'],
    ['0 0 0 * * 5#2', '"5#2"'],
    ['0 0 0 ? * *', '"?"'],
    ['@daily', 'six fields'],
    ['*/0 * * * * *', 'step 0'],
    ['1,,2 * * * * *', '""'],
    ['1-2-3 * * * * *', '"1-2-3"'],
    ['*/5-6 * * * * *', '"*/5-6"'],
    ['-1 * * * * *', '"-1"'],
  ])('refuses "%s"', (schedule, message) => {
    expect(() => parseSchedule(schedule)).toThrow(message);
  });
});

describe('any schedule', () => {
  const bounds = [
    [0, 59],
    [0, 59],
    [0, 23],
    [1, 31],
    [1, 12],
    [0, 6],
  ] as const;

  /** A field's text together with the values it stands for, worked out apart from the parser. */
  const field = ([min, max]: readonly [number, number]) => {
    const value = fc.integer({ min, max });
    const step = fc.integer({ min: 1, max: 20 });
    const every = (low: number, high: number, by = 1) =>
      Array.from({ length: max - min + 1 }, (_, index) => min + index).filter(
        (at) => at >= low && at <= high && (at - low) % by === 0,
      );
    const item = fc.oneof(
      // Often, so that many schedules have several occurrences a day.
      { weight: 2, arbitrary: fc.constant({ text: '*', values: every(min, max) }) },
      value.map((a) => ({ text: `${a}`, values: [a] })),
      step.map((n) => ({ text: `*/${n}`, values: every(min, max, n) })),
      fc.tuple(value, step).map(([a, n]) => ({ text: `${a}/${n}`, values: every(a, max, n) })),
      fc.tuple(value, value).map(([a, b]) => ({ text: `${a}-${b}`, values: every(Math.min(a, b), Math.max(a, b)) })),
      fc
        .tuple(value, value, step)
        .map(([a, b, n]) => ({ text: `${a}-${b}/${n}`, values: every(Math.min(a, b), Math.max(a, b), n) })),
    );
    return fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => ({
      text: items.map(({ text }) => text).join(','),
      values: new Set(items.flatMap(({ values }) => values)),
    }));
  };

  const schedules = fc.tuple(...bounds.map(field));
  const instants = fc.integer({ min: instant('2024-01-01T00:00:00Z'), max: instant('2032-01-01T00:00:00Z') });

  it('fires at the first second after, that brute force finds, and not before', () => {
    fc.assert(
      fc.property(schedules, instants, (fields, after) => {
        const [second, minute, hour, day, month, weekday] = fields.map(({ values }) => values);
        const dateMatches = (time: number) => {
          const date = new Date(time);
          return month?.has(date.getUTCMonth() + 1) && day?.has(date.getUTCDate()) && weekday?.has(date.getUTCDay());
        };
        const timeMatches = (time: number) => {
          const at = Math.floor((time % DAY_MS) / 1000);
          return second?.has(at % 60) && minute?.has(Math.floor(at / 60) % 60) && hour?.has(Math.floor(at / 3600));
        };
        const found = parseSchedule(fields.map(({ text }) => text).join(' ')).next(after);
        const horizon = Math.min(found, after + 40 * 366 * DAY_MS);
        let time = Math.floor(after / 1000) * 1000 + 1000;
        while (time < horizon) {
          if (!dateMatches(time)) {
            time = Math.floor(time / DAY_MS) * DAY_MS + DAY_MS;
            continue;
          }
          if (timeMatches(time)) return expect.fail(`missed ${show(time)}, said ${show(found)}`);
          time += 1000;
        }
        if (!Number.isFinite(found)) return;
        expect(found).toBeGreaterThan(after);
        expect(found % 1000).toBe(0);
        expect([dateMatches(found), timeMatches(found)]).toEqual([true, true]);
      }),
      { numRuns: 300 },
    );
  });
});
