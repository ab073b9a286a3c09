import { describe, expect, it } from 'vitest';
import { retryAfter } from '../../shared/graph/failure.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['2.128', 2128],
    ['0', 0],
    ['0.0005', 1],
    ['1', 1000],
    ['120', 120_000],
    [' 5 ', 5000],
    ['007', 7000],
    ['86400', 86_400_000],
    ['Sat, 21 Nov 2026 08:01:30 GMT', 90_000],
    ['Sat, 21 Nov 2026 08:00:00 GMT', 0],
    ['Sat, 21 Nov 2026 07:00:00 GMT', 0],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 0],
  ])('%j is %i ms', (header, milliseconds) => {
    expect(retryAfter(header, NOW)).toBe(milliseconds);
  });

  it.each([
    undefined,
    '',
    ' ',
    'soon',
    'abc 5',
    '-5',
    '-0.1',
    '+5',
    '1e3',
    '0x10',
    '.5',
    '5.',
    '5s',
    '1,5',
    '5, 10',
    'NaN',
    'Infinity',
    '-Infinity',
    'null',
    '2026-11-21T08:01:30Z',
    'Sat, 21 Nov 2026 08:01:30',
    'Sat, 21 Nov 2026 08:01:30 PST',
    'Sat, 99 Nov 2026 08:01:30 GMT',
    'Sat, 21 Foo 2026 08:01:30 GMT',
  ])('%j asks for nothing', (header) => {
    expect(retryAfter(header, NOW)).toBeUndefined();
  });
});
