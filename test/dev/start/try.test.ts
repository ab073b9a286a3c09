import { describe, expect, it } from 'vitest';
import { dayToShow } from '../../../dev/start/try.ts';

describe('the day to show', () => {
  it.each([
    [
      'the last but one',
      ['2026-11-19T01:00:00.0000000Z', '2026-11-20T23:00:00Z', '2026-11-21T00:10:00Z'],
      '2026-11-20',
      '2026-11-21',
    ],
    ['the only one', ['2026-12-31T01:00:00Z', '2026-12-31T02:00:00Z'], '2026-12-31', '2027-01-01'],
    [
      'never that of records without a time',
      ['1970-01-01T00:00:00Z', '2026-11-21T00:10:00Z'],
      '2026-11-21',
      '2026-11-22',
    ],
  ])('is %s', (_, times, from, to) => {
    expect(dayToShow(times)).toEqual({ from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z` });
  });

  it('does not exist without records', () => {
    expect(dayToShow([])).toBeUndefined();
    expect(dayToShow(['1970-01-01T00:00:00Z'])).toBeUndefined();
  });
});
