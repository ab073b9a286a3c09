import { describe, expect, it } from 'vitest';
import { readDetail } from '../../shared/http/coverage.ts';
import { BadQuery, readOptionalRange } from '../../shared/query/range.ts';

const NOW = '2026-11-25T00:00:00.0000000Z';

const range = (from: string, to: string) => readOptionalRange(new URLSearchParams({ from, to }), NOW);
const detail = (value: string, given = range('2026-11-20', '2026-11-21')) =>
  readDetail(new URLSearchParams({ detail: value }), given);

/** The parameter that a refusal names. */
function refusal(ask: () => unknown): string | undefined {
  try {
    ask();
  } catch (error) {
    if (error instanceof BadQuery) return error.parameter;
    throw error;
  }
  return undefined;
}

describe('the range of coverage', () => {
  it('may be left out', () => {
    expect(readOptionalRange(new URLSearchParams(), NOW)).toBeUndefined();
    expect(range('2026-11-20', '2026-11-21')).toEqual({
      from: '2026-11-20T00:00:00.0000000Z',
      to: '2026-11-21T00:00:00.0000000Z',
    });
  });

  it.each([
    ['from=2026-11-20', 'to'],
    ['to=2026-11-20', 'from'],
    ['from=&to=2026-11-20', 'from'],
    ['from=2026-11-21&to=2026-11-20', 'to'],
    ['from=2026-11-26&to=2026-11-27', 'from'],
  ])('is refused as %s, naming %s', (query, parameter) => {
    expect(refusal(() => readOptionalRange(new URLSearchParams(query), NOW))).toBe(parameter);
  });
});

describe('the detail of coverage', () => {
  it('is hours, days or none', () => {
    expect(readDetail(new URLSearchParams(), undefined)).toBeUndefined();
    expect([detail('hours'), detail('days')]).toEqual(['hours', 'days']);
    expect(readDetail(new URLSearchParams({ detail: 'hours' }), undefined)).toBe('hours');
  });

  it.each(['', 'Hours', 'minutes', 'true', 'x'.repeat(9000)])('is refused as %j', (value) => {
    expect(refusal(() => detail(value))).toBe('detail');
  });

  it('by the hour is answered for at most 31 days, by the day for any range', () => {
    expect(detail('hours', range('2026-10-01', '2026-11-01'))).toBe('hours');
    expect(detail('days', range('2016-10-01', '2026-11-01'))).toBe('days');
    expect(refusal(() => detail('hours', range('2026-10-01', '2026-11-01T00:00:01Z')))).toBe('to');
  });
});
