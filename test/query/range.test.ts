import { describe, expect, it } from 'vitest';
import { BadQuery, readRange } from '../../shared/query/range.ts';

const NOW = '2026-11-21T12:00:00.0000000Z';
const EXAMPLE = 'from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z';
const GOOD = '2026-11-20T05:00:00Z';

/** Reads `from` and `to` as they come off the wire: `+` in a query is a space. */
const read = (query: string) => readRange(new URLSearchParams(query), NOW);

/** The refusal of a query. */
function refusal(query: string): BadQuery {
  try {
    read(query);
  } catch (error) {
    if (error instanceof BadQuery) return error;
    throw error;
  }
  return expect.fail(`${query} was accepted`);
}

describe('a range', () => {
  it.each([
    ['2026-11-20T05:00:00Z', '2026-11-20T05:00:00.0000000Z'],
    ['2026-11-20T05:00:00.1Z', '2026-11-20T05:00:00.1000000Z'],
    ['2026-11-20T05:00:00.1234567Z', '2026-11-20T05:00:00.1234567Z'],
    ['2026-11-20', '2026-11-20T00:00:00.0000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.0000000Z'],
    ['2026-11-20T05:00:00-03:30', '2026-11-20T08:30:00.0000000Z'],
    ['2026-11-20T05:00:00%2B01:00', '2026-11-20T04:00:00.0000000Z'],
    ['2026-11-20T00:30:00.5%2B01:00', '2026-11-19T23:30:00.5000000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.0000000Z'],
  ])('reads from=%s as %s', (text, instant) => {
    expect(read(`from=${text}&to=2026-11-21`).from).toBe(instant);
  });

  it.each([
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999Z'],
    ['2027-01-01', '2027-01-01T00:00:00.0000000Z'],
  ])('may end in the future: to=%s', (text, instant) => {
    expect(read(`from=2026-11-20&to=${text}`).to).toBe(instant);
  });

  it.each([
    { case: 'of 100 ns', query: `from=2026-11-20T05:00:00.0000001Z&to=2026-11-20T05:00:00.0000002Z` },
    { case: 'that begins now', query: `from=${NOW}&to=2026-11-22` },
    {
      case: 'whose ends are written with different offsets',
      query: 'from=2026-11-20T05:00:00-05:00&to=2026-11-20T10:00:01Z',
    },
  ])('$case is accepted', ({ query }) => {
    const { from, to } = read(query);
    expect(from < to).toBe(true);
  });

  it.each([
    { case: 'empty', query: `from=${GOOD}&to=${GOOD}`, parameter: 'to' },
    { case: 'empty across offsets', query: 'from=2026-11-20T05:00:00-05:00&to=2026-11-20T10:00:00Z', parameter: 'to' },
    { case: 'reversed by 100 ns', query: `from=2026-11-20T05:00:00.0000001Z&to=${GOOD}`, parameter: 'to' },
    { case: 'reversed by a century', query: 'from=2026-11-20&to=1926-11-20', parameter: 'to' },
    {
      case: '100 ns in the future',
      query: 'from=2026-11-21T12:00:00.0000001Z&to=2026-11-22',
      parameter: 'from',
    },
    { case: 'a century in the future', query: 'from=2126-01-01&to=2127-01-01', parameter: 'from' },
    { case: 'without from', query: `to=${GOOD}`, parameter: 'from' },
    { case: 'without to', query: `from=${GOOD}`, parameter: 'to' },
    { case: 'with an empty from', query: `from=&to=${GOOD}`, parameter: 'from' },
    { case: 'with an empty to', query: `from=${GOOD}&to=`, parameter: 'to' },
    { case: 'with neither', query: '', parameter: 'from' },
  ])('is refused when it is $case', ({ query, parameter }) => {
    const error = refusal(query);
    expect(error.parameter).toBe(parameter);
    expect(error.message).toContain(`'${parameter}'`);
    expect(error.message).toContain(EXAMPLE);
  });

  it.each([
    'yesterday',
    'now',
    'NaN',
    'undefined',
    'null',
    '0',
    '1e309',
    '-1',
    '1795132800',
    '1795132800000',
    'Infinity',
    '2026',
    '2026-11',
    '20261120',
    '2026-11-20T05:00Z',
    '2026-11-20T05:00:00',
    '2026-11-20t05:00:00z',
    '2026-11-20%2005:00:00Z',
    '%202026-11-20T05:00:00Z',
    '2026-11-20T05:00:00Z%20',
    '2026-11-20T05:00:00Z%00',
    '2026-11-20T05:00:00.Z',
    '2026-11-20T05:00:00.12345678Z',
    '2026-11-20T05:00:00,5Z',
    '2026-11-20T05:00:60Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T05:60:00Z',
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '2025-02-29',
    '2026-00-10',
    '2026-13-01',
    '2026-11-00',
    '2026-11-31',
    '0000-01-01',
    '%2B10000-01-01T00:00:00Z',
    '-0001-01-01T00:00:00Z',
    '2026-11-20Z',
    '2026-11-20T05:00:00%2B0100',
    '2026-11-20T05:00:00%2B01',
    '2026-11-20T05:00:00%2B24:00',
    '0001-01-01T00:00:00%2B00:01',
    '２０２６-11-20',
    'Fri, 20 Nov 2026 05:00:00 GMT',
    "2026-11-20' or '1'='1",
    'a'.repeat(400),
  ])('refuses %s as either end, naming it and showing a right example', (text) => {
    for (const [parameter, query] of [
      ['from', `from=${text}&to=2026-11-21`],
      ['to', `from=2026-11-20&to=${text}`],
    ] as const) {
      const error = refusal(query);
      expect(error.parameter).toBe(parameter);
      expect(error.message).toContain(`'${parameter}'`);
      expect(error.message).toContain(EXAMPLE);
      expect(error.message.length).toBeLessThan(300);
    }
  });

  it('explains a plus sign that arrived as a space', () => {
    expect(refusal('from=2026-11-20T05:00:00+01:00&to=2026-11-21').message).toContain('%2B');
    expect(refusal('from=yesterday&to=2026-11-21').message).not.toContain('%2B');
  });

  it('shows an example that it reads itself', () => {
    expect(read(EXAMPLE)).toEqual({ from: '2026-11-20T00:00:00.0000000Z', to: '2026-11-21T00:00:00.0000000Z' });
  });
});
