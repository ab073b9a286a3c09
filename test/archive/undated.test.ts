import { describe, expect, it } from 'vitest';
import { storedTime, UNDATED } from '../../shared/archive/undated.ts';

describe('the time a record is stored under', () => {
  it.each([
    { case: 'the one it states', stated: '2026-11-20T05:01:02.3456789Z', stored: '2026-11-20T05:01:02.3456789Z' },
    { case: '100 ns after 1970 began', stated: '1970-01-01T00:00:00.0000001Z', stored: '1970-01-01T00:00:00.0000001Z' },
    { case: '1970 when it states none', stated: undefined, stored: UNDATED },
    { case: '1970 when it states the first of 1970', stated: UNDATED, stored: UNDATED },
    { case: '1970 when it states what .NET writes for none', stated: '0001-01-01T00:00:00.0000000Z', stored: UNDATED },
    { case: '1970 when it states a time before', stated: '1969-12-31T23:59:59.9999999Z', stored: UNDATED },
  ])('is $case', ({ stated, stored }) => {
    expect(storedTime(stated)).toBe(stored);
  });

  it('without a time is the first instant of 1970', () => {
    expect(UNDATED).toBe('1970-01-01T00:00:00.0000000Z');
  });
});
