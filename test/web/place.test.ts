/** One URL for each state of the page, and the times and ranges that stand in it. */
import { describe, expect, it } from 'vitest';
import { bytesText, countOf } from '../../web/parts/numbers.ts';
import { localText, spanText, utcText } from '../../web/parts/times.ts';
import { hrefOf, placeOf, sharedParams } from '../../web/state/place.ts';
import { QUICK_RANGES, RANGE_STEPS, rangeParams, spanOf, typedTime } from '../../web/state/ranges.ts';

describe('a place', () => {
  it('is one URL and comes back from it', () => {
    const params = {
      filter: "a eq 'x&y=1 + 2 %'",
      to: '2026-11-21T00:00:00Z',
      log: 'directoryAudits',
      from: '',
      at: 'é',
    };
    const href = hrefOf('search', params);
    expect(href).toBe(
      '/search?log=directoryAudits&to=2026-11-21T00:00:00Z&at=%C3%A9&filter=a+eq+%27x%26y%3D1+%2B+2+%25%27',
    );
    const url = new URL(href, 'http://a');
    expect(placeOf(url.pathname, url.search)).toEqual({
      view: 'search',
      params: { filter: "a eq 'x&y=1 + 2 %'", to: '2026-11-21T00:00:00Z', log: 'directoryAudits', at: 'é' },
    });
  });

  it('hands on what all views understand', () => {
    expect(sharedParams({ log: 'a', id: 'b', from: 'c', to: 'd' })).toEqual({ log: 'a', from: 'c', to: 'd' });
    expect(hrefOf('', {})).toBe('/');
  });
});

describe('a range', () => {
  const now = Date.parse('2026-11-20T05:12:31.500Z');
  it.each([
    ['Last hour', '2026-11-20T04:12:31Z', '2026-11-20T05:12:31Z'],
    ['Today', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
    ['Yesterday', '2026-11-19T00:00:00Z', '2026-11-20T00:00:00Z'],
    ['Last month', '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z'],
    ['This year', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['Last year', '2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
  ])('%s', (name, from, to) => {
    const quick = QUICK_RANGES.find((each) => each.name === name);
    expect(quick && rangeParams(quick.of(now))).toEqual({ from, to });
  });

  it.each([
    ['Earlier', '2026-11-19T00:00:00Z', '2026-11-20T00:00:00Z'],
    ['Zoom out', '2026-11-19T12:00:00Z', '2026-11-21T12:00:00Z'],
    ['Zoom in', '2026-11-20T06:00:00Z', '2026-11-20T18:00:00Z'],
    ['Later', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z'],
  ])('steps: %s', (name, from, to) => {
    const day = spanOf({ from: '2026-11-20', to: '2026-11-21' });
    const step = RANGE_STEPS.find((each) => each.name === name);
    expect(day && step && rangeParams(step.of(day))).toEqual({ from, to });
  });

  it.each([
    ['2026-11-20', '2026-11-20T00:00:00Z'],
    [' 2026-11-20 05:12 ', '2026-11-20T05:12:00Z'],
    ['2026-11-20T05:12:31.1234567Z', '2026-11-20T05:12:31.1234567Z'],
    ['2026-11-20 05:12:31 +01:00', '2026-11-20T05:12:31+01:00'],
    ['2026-02-30', undefined],
    ['20.11.2026', undefined],
    ['', undefined],
  ])("takes '%s'", (text, iso) => {
    expect(typedTime(text)).toBe(iso);
  });

  it('is none where the end is not after the begin', () => {
    expect(spanOf({ from: '2026-11-21', to: '2026-11-20' })).toBeUndefined();
    expect(spanOf({ from: '2026-11-21' })).toBeUndefined();
  });
});

describe('times and numbers as text', () => {
  it('shows an instant in UTC and where the reader is', () => {
    expect(utcText('2026-11-20T05:12:31.1230000Z')).toBe('2026-11-20 05:12:31');
    expect(utcText('2026-11-20T05:12:31.1230000Z', true)).toBe('2026-11-20 05:12:31.123');
    expect(utcText('no time')).toBe('no time');
    expect(localText('2026-07-20T05:12:31Z', 'Europe/Berlin')).toBe('2026-07-20 07:12:31 +02:00');
    expect(localText('2026-11-20T05:12:31Z', 'Etc/UTC')).toBe('2026-11-20 05:12:31 +00:00');
  });

  it('shows spans, counts and sizes', () => {
    expect([0, 59, 3600, 90_000, 86_400 * 3 + 60].map(spanText)).toEqual(['0 s', '59 s', '1 h', '1 d 1 h', '3 d']);
    expect([countOf(1, 'record'), countOf(1234, 'record')]).toEqual(['1 record', '1,234 records']);
    expect([0, 999, 15_300_000].map(bytesText)).toEqual(['0 B', '999 B', '15.3 MB']);
  });
});
