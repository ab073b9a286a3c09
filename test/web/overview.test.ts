/** The calendar's days are those of the pieces, and the statement of the archive is told whole. */
import { describe, expect, it } from 'vitest';
import { MEANS } from '../../shared/archive/coverageReport.ts';
import { certifiedSpan } from '../../web/views/overview/certified.ts';
import { calendarSpan, DAY_MS, daysOf, intensityOf } from '../../web/views/overview/days.ts';
import { gapsOutside, lostOf, lostText, openGapsOf, openText } from '../../web/views/overview/gaps.ts';
import { meaningOf } from '../../web/views/overview/means.ts';
import { monthsSince, shownDays } from '../../web/views/overview/months.ts';

const FROM = Date.parse('2026-11-16T00:00:00Z');

describe('days of the calendar', () => {
  it('have the worst state of any piece in them', () => {
    const days = daysOf(
      [
        { from: '2026-11-16T00:00:00Z', to: '2026-11-16T13:00:00Z', state: 'settled', records: 5 },
        { from: '2026-11-16T13:00:00Z', to: '2026-11-18T00:00:01Z', state: 'gap' },
        { from: '2026-11-18T00:00:01Z', to: '2026-11-19T00:00:00Z', state: 'provisional', records: 7 },
      ],
      [],
      { from: FROM, to: FROM + 4 * DAY_MS },
      FROM,
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
    expect(daysOf([piece], [], { from: FROM, to: FROM + DAY_MS }, FROM)[0]?.state).toBeUndefined();
  });

  it('are held where a legal hold touches them, and lost as far as Microsoft has forgotten them', () => {
    const span = { from: '2026-11-16T12:00:00Z', to: '2026-11-18T12:00:00Z' };
    const piece = { ...span, state: 'gap' as const };
    const gap = { ...piece, cause: '', recoverable: 'partly', recoverableUntil: '2026-11-25T00:00:00Z' } as const;
    const held = { from: '2026-11-17T05:00:00Z', to: '2026-11-17T06:00:00Z', state: 'settled', held: true } as const;
    const shown = { from: FROM, to: FROM + 3 * DAY_MS };
    const marks = (now: string) =>
      daysOf([piece, held], [gap], shown, Date.parse(now)).map(({ isLost, isHeld }) => [isLost, isHeld]);
    expect(marks('2026-11-25T00:00:00Z')).toEqual([
      [false, false],
      [false, true],
      [false, false],
    ]);
    expect(marks('2026-11-25T13:00:00Z').map(([isLost]) => isLost)).toEqual([true, true, false]);
    expect(marks('2026-12-25T00:00:00Z').map(([isLost]) => isLost)).toEqual([true, true, true]);
  });

  it('end with the day of now, and are as many as the archive tells in detail', () => {
    expect(calendarSpan(FROM + 1)).toEqual({ from: FROM - 30 * DAY_MS, to: FROM + DAY_MS });
  });

  it('before the archive began are no damage, unless something else is', () => {
    const before = { state: 'unavailable', cause: 'before the archive began' } as const;
    const pieces = [
      { ...before, from: '2026-11-16T00:00:00Z', to: '2026-11-17T05:00:00Z' },
      { from: '2026-11-17T05:00:00Z', to: '2026-11-18T00:00:00Z', state: 'settled', records: 1 } as const,
    ];
    const days = daysOf(pieces, [], { from: FROM, to: FROM + 2 * DAY_MS }, FROM);
    expect(days.map(({ state, isBefore }) => [state, isBefore])).toEqual([
      [undefined, true],
      ['settled', true],
    ]);
  });

  it('tell little from nothing, and half from all', () => {
    expect([intensityOf(0, 9), intensityOf(0, 0), intensityOf(9, 9)]).toEqual([0, 0, 1]);
    expect(intensityOf(1, 1e9)).toBeGreaterThanOrEqual(0.15);
    expect(intensityOf(5, 10)).toBeCloseTo(0.575);
  });
});

describe('the months of the calendar', () => {
  const now = Date.parse('2026-11-25T14:00:00Z');
  const begin = Date.parse('2026-08-20T00:00:00Z');
  const shown = (asked: string) => {
    const { from, to, ...rest } = shownDays(asked, begin, now);
    return { from: new Date(from).toISOString().slice(0, 10), to: new Date(to).toISOString().slice(0, 10), ...rest };
  };

  it.each([
    ['', { from: '2026-10-26', to: '2026-11-26', month: '', earlier: '2026-10', later: undefined }],
    ['2026-11', { from: '2026-11-01', to: '2026-11-26', month: '2026-11', earlier: '2026-10', later: '' }],
    ['2026-10', { from: '2026-10-01', to: '2026-11-01', month: '2026-10', earlier: '2026-09', later: '' }],
    ['2026-09', { from: '2026-09-01', to: '2026-10-01', month: '2026-09', earlier: '2026-08', later: '2026-10' }],
    ['2026-08', { from: '2026-08-01', to: '2026-09-01', month: '2026-08', earlier: undefined, later: '2026-09' }],
  ])("'%s' is its days up to today, with the way on", (asked, expected) => {
    expect(shown(asked)).toEqual(expected);
  });

  it.each(['2026-12', '2026-13', 'soon'])("'%s' is the last days", (asked) => {
    expect(shown(asked)).toEqual(shown(''));
  });

  it('step over a month that the last days have all of', () => {
    expect(shownDays('', begin, Date.parse('2026-10-31T23:00:00Z')).earlier).toBe('2026-09');
  });

  it('go back to the begin of the archive', () => {
    expect(monthsSince(begin, now)).toEqual(['2026-11', '2026-10', '2026-09', '2026-08']);
    expect(monthsSince(now, now)).toEqual(['2026-11']);
    expect(monthsSince(Date.parse('2026-11-01T00:00:00Z'), now)).toEqual(['2026-11']);
  });
});

describe('what is missing', () => {
  const gap = { from: '2026-11-16T00:00:00Z', to: '2026-11-16T06:00:00Z', recoverableUntil: '2026-11-23T00:00:00Z' };
  const at = (iso: string) => Date.parse(iso);

  it('is lost from its oldest second on, second by second', () => {
    expect(lostOf(gap, at('2026-11-23T00:00:00Z'))).toBeUndefined();
    expect(lostOf(gap, at('2026-11-23T00:00:01Z'))).toEqual({ from: FROM, to: FROM + 1000 });
    expect(lostOf(gap, at('2026-12-01T00:00:00Z'))).toEqual({ from: FROM, to: FROM + 6 * 3_600_000 });
    expect(lostOf({ ...gap, recoverableUntil: null }, at('2036-01-01T00:00:00Z'))).toBeUndefined();
  });

  it('is told as lost, or not at all', () => {
    const other = { ...gap, recoverableUntil: '2026-11-23T05:00:00Z' };
    expect(lostText([gap, other], at('2026-11-23T00:00:00Z'))).toBeUndefined();
    expect(lostText([gap, other], at('2026-11-23T02:00:00Z'))).toBe('2 h lost for good, in 1 gap');
    expect(lostText([gap, other], at('2026-12-01T00:00:00Z'))).toBe('12 h lost for good, in 2 gaps');
  });

  it('is told outside the days shown too, each part with its own deadline', () => {
    const shown = { from: FROM + 3_600_000, to: FROM + 2 * 3_600_000 };
    expect(gapsOutside([gap], shown)).toEqual([
      { from: '2026-11-16T00:00:00Z', to: '2026-11-16T01:00:00Z', recoverableUntil: '2026-11-23T00:00:00Z' },
      { from: '2026-11-16T02:00:00Z', to: '2026-11-16T06:00:00Z', recoverableUntil: '2026-11-23T02:00:00Z' },
    ]);
    expect(gapsOutside([gap], { from: FROM, to: FROM + DAY_MS })).toEqual([]);
    expect(gapsOutside([{ ...gap, recoverableUntil: null }], { from: FROM - 2, to: FROM - 1 })).toHaveLength(1);
  });

  it('is open for as long as any of it can be had: the oldest once, and every other', () => {
    const open = (from: string, to: string, recoverableUntil: string | null) => ({
      ...{ from: `2026-11-${from}:00:00Z`, to: `2026-11-${to}:00:00Z`, cause: 'Graph did not answer' },
      recoverableUntil: recoverableUntil && `2026-11-${recoverableUntil}:00:00Z`,
    });
    const oldest = open('01T00', '03T00', '20T00');
    const [clipped, other, gone, partly] = [
      open('02T00', '03T00', '21T00'),
      open('05T00', '06T00', '24T00'),
      open('03T12', '03T13', '20T22'),
      open('04T00', '05T00', '20T12'),
    ] as const;
    const gaps = [clipped, gone, partly, other];
    expect(openGapsOf(oldest, gaps, at('2026-11-21T00:00:00Z'))).toEqual([oldest, partly, other]);
    expect(openGapsOf(null, [open('05T00', '06T00', null)], at('2036-11-21T00:00:00Z'))).toHaveLength(1);
  });

  it.each([
    ['2026-11-20T00:00:00Z', 'open since 2026-11-16 00:00 UTC, lost in 3 d'],
    ['2026-11-22T23:58:30Z', 'open since 2026-11-16 00:00 UTC, lost in 1 min 30 s'],
    ['2026-11-22T23:59:59Z', 'open since 2026-11-16 00:00 UTC, lost in 1 s'],
    ['2026-11-23T00:00:00Z', 'open since 2026-11-16 00:00 UTC, being lost now'],
  ])('counts down: at %s it is %s', (now, words) => {
    expect(openText({ ...gap, cause: 'Graph did not answer' }, at(now))).toBe(words);
  });

  it('has no deadline where the source keeps without limit', () => {
    expect(openText({ ...gap, cause: '', recoverableUntil: null }, FROM)).toBe('open since 2026-11-16 00:00 UTC');
  });
});

describe('a certificate of no range that somebody chose', () => {
  const now = Date.parse('2026-11-20T05:12:00Z');
  const status = (logType: string, from: string | null, watermark: string | null) => ({ logType, from, watermark });
  const iso = (span: { from: number; to: number }) => [span.from, span.to].map((at) => new Date(at).toISOString());

  it('begins where every log type that is pulled had begun, and ends where the slowest of them is', () => {
    const types = [
      status('directoryAudits', '2026-11-11T00:00:00Z', '2026-11-20T04:57:00Z'),
      status('riskDetections', '2026-08-22T00:00:00Z', '2026-11-20T04:30:00Z'),
      status('archiveAccess', '2026-11-19T00:00:00Z', '2026-11-20T05:11:00Z'),
      status('provisioning', null, null),
    ];
    expect(iso(certifiedSpan(types, now))).toEqual(['2026-11-11T00:00:00.000Z', '2026-11-20T04:30:00.000Z']);
  });

  it('is of the days of the calendar where the archive is older, and does not wait for what is late', () => {
    const types = [
      status('directoryAudits', '2020-01-01T00:00:00Z', '2026-11-20T04:57:00Z'),
      status('provisioning', '2020-01-01T00:00:00Z', '2026-11-18T00:00:00Z'),
    ];
    expect(certifiedSpan(types, now)).toEqual({
      from: calendarSpan(now).from,
      to: Date.parse('2026-11-20T04:57:00Z'),
    });
    expect(certifiedSpan([status('provisioning', null, null)], now)).toEqual({ from: calendarSpan(now).from, to: now });
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
