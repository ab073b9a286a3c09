import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../shared/query/filter.ts';
import { timeBounds } from '../../shared/query/filterTimes.ts';

const bounds = (filter: string) => timeBounds(parseFilter(filter), 'createdDateTime');

const FIVE = '2026-11-20T05:00:00.0000000Z';
const AFTER_FIVE = '2026-11-20T05:00:00.0000001Z';
const SIX = '2026-11-20T06:00:00.0000000Z';
const SEVEN = '2026-11-20T07:00:00.0000000Z';
/** The first instant after the place of undated records. */
const DATED = '1970-01-01T00:00:00.0000001Z';

describe('the time bounds of a filter', () => {
  it.each([
    ['createdDateTime ge 2026-11-20T05:00:00Z', { from: FIVE }],
    ['createdDateTime gt 2026-11-20T05:00:00Z', { from: AFTER_FIVE }],
    ['createdDateTime lt 2026-11-20T05:00:00Z', { to: FIVE }],
    ['createdDateTime le 2026-11-20T05:00:00Z', { to: AFTER_FIVE }],
    ['createdDateTime eq 2026-11-20T05:00:00Z', { from: FIVE, to: AFTER_FIVE }],
    ['2026-11-20T05:00:00Z le createdDateTime', { from: FIVE }],
    ['createdDateTime ge 2026-11-20T06:00:00+01:00', { from: FIVE }],
    ['createdDateTime le 2026-11-20T04:59:59.9999999Z', { to: FIVE }],
    ['createdDateTime gt 2026-12-31T23:59:59.9999999Z', { from: '2027-01-01T00:00:00.0000000Z' }],
    ['createdDateTime ge 2026-11-20', { from: '2026-11-20T00:00:00.0000000Z' }],
    // between two ticks
    ['createdDateTime ge 2026-11-20T05:00:00.00000005Z', { from: AFTER_FIVE }],
    ['createdDateTime gt 2026-11-20T05:00:00.00000005Z', { from: AFTER_FIVE }],
    ['createdDateTime lt 2026-11-20T05:00:00.00000005Z', { to: AFTER_FIVE }],
    ['createdDateTime le 2026-11-20T05:00:00.00000005Z', { to: AFTER_FIVE }],
    ['createdDateTime eq 2026-11-20T05:00:00.00000005Z', { from: AFTER_FIVE, to: AFTER_FIVE }],
    // several
    [
      "createdDateTime ge 2026-11-20T05:00:00Z and id eq 'x' and createdDateTime lt 2026-11-20T06:00:00Z",
      { from: FIVE, to: SIX },
    ],
    ['createdDateTime ge 2026-11-20T05:00:00Z and (createdDateTime ge 2026-11-20T06:00:00Z and a)', { from: SIX }],
    ['createdDateTime lt 2026-11-20T07:00:00Z and createdDateTime lt 2026-11-20T06:00:00Z', { to: SIX }],
    ['createdDateTime ge 2026-11-20T07:00:00Z and createdDateTime lt 2026-11-20T05:00:00Z', { from: SEVEN, to: FIVE }],
    // what does not bound
    ['createdDateTime ge 2026-11-20T05:00:00Z or a', {}],
    ['not (createdDateTime ge 2026-11-20T05:00:00Z)', {}],
    ['createdDateTime ne 2026-11-20T05:00:00Z', {}],
    ['createdDateTime eq null', {}],
    ['createdDateTime ge lastUpdatedDateTime', {}],
    ['lastUpdatedDateTime ge 2026-11-20T05:00:00Z', {}],
    ['status/createdDateTime ge 2026-11-20T05:00:00Z', {}],
    ['labels/any(createdDateTime: createdDateTime ge 2026-11-20T05:00:00Z)', {}],
    ['(createdDateTime ge 2026-11-20T05:00:00Z) eq true', {}],
    // records whose own time is before 1970 lie with the undated
    ['createdDateTime ge 0001-01-01', {}],
    ['createdDateTime eq 0001-01-01', { to: DATED }],
    ['createdDateTime lt 1970-01-01', { to: DATED }],
    ['createdDateTime gt 1970-01-01', { from: DATED }],
    // the end of time
    ['createdDateTime le 9999-12-31T23:59:59.9999999Z', {}],
    ['createdDateTime gt 9999-12-31T23:59:59.9999999Z', { from: '9999-12-31T23:59:59.9999999Z' }],
    ['createdDateTime ge 9999-12-31T23:59:59.99999999Z', {}],
  ])('%s', (filter, expected) => {
    expect(bounds(filter)).toEqual(expected);
  });
});
