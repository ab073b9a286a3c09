/** The calendar's days are those of the pieces, and the statement of the archive is told whole. */
import { describe, expect, it } from 'vitest';
import { MEANS } from '../../shared/archive/coverageReport.ts';
import { calendarSpan, DAY_MS, daysOf, intensityOf } from '../../web/views/overview/days.ts';
import { meaningOf } from '../../web/views/overview/means.ts';

const FROM = Date.parse('2026-11-16T00:00:00Z');

describe('days of the calendar', () => {
  it('have the worst state of any piece in them', () => {
    const days = daysOf(
      [
        { from: '2026-11-16T00:00:00Z', to: '2026-11-16T13:00:00Z', state: 'settled', records: 5 },
        { from: '2026-11-16T13:00:00Z', to: '2026-11-18T00:00:01Z', state: 'gap' },
        { from: '2026-11-18T00:00:01Z', to: '2026-11-19T00:00:00Z', state: 'provisional', records: 7 },
      ],
      FROM,
      FROM + 4 * DAY_MS,
    );
    expect(days.map(({ from, state, records }) => [from.slice(0, 10), state, records])).toEqual([
      ['2026-11-16', 'gap', 5],
      ['2026-11-17', 'gap', 0],
      ['2026-11-18', 'gap', 7],
      ['2026-11-19', undefined, 0],
    ]);
  });

  it('are not touched by a piece that ends where they begin', () => {
    const piece = { from: '2026-11-15T00:00:00Z', to: '2026-11-16T00:00:00Z', state: 'gap' as const };
    expect(daysOf([piece], FROM, FROM + DAY_MS)[0]?.state).toBeUndefined();
  });

  it('end with the day of now, and are as many as the archive tells in detail', () => {
    expect(calendarSpan(FROM + 1)).toEqual({ from: FROM - 30 * DAY_MS, to: FROM + DAY_MS });
  });

  it('tell little from nothing', () => {
    expect([intensityOf(0, 9), intensityOf(0, 0), intensityOf(9, 9)]).toEqual([0, 0, 1]);
    expect(intensityOf(1, 1e9)).toBeGreaterThanOrEqual(0.25);
  });
});

describe('what completeness means', () => {
  it('is the statement of the archive, its list taken apart', () => {
    expect(meaningOf(MEANS).notOffered).toEqual([
      'AD FS sign-ins',
      "sign-ins of Microsoft's first-party service principals",
      'Microsoft Graph activity logs',
    ]);
    expect(meaningOf(MEANS).sentence).toMatch(/^Complete means .* no more than that\.$/);
  });

  it('stands whole where it is worded in another way', () => {
    expect(meaningOf('Another statement.')).toEqual({ sentence: 'Another statement.', notOffered: [] });
  });
});
