import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareInstants,
  instantOf,
  parseInstant,
  plusTicks,
  printSeconds,
  printTicks,
} from '../../../dev/graphSimulator/instant.ts';

const HOUR_TICKS = 36_000_000_000;
const hour = Date.UTC(2026, 10, 20, 5) / 3_600_000;

describe('parseInstant', () => {
  it.each([
    ['2026-11-20T05:00:00Z', 0],
    ['2026-11-20T05:00:00.0000001Z', 1],
    ['2026-11-20T05:00:01.5Z', 15_000_000],
    ['2026-11-20T06:59:59.9999999+01:00', HOUR_TICKS - 1],
    ['2026-11-20T00:00:00-05:00', 0],
  ])('reads %s to the tick', (text, tick) => {
    expect(parseInstant(text)).toEqual({ hour, tick });
  });

  it.each([
    '',
    "'2026-11-20T05:00:00Z'",
    '2026-11-20',
    '2026-11-20T05:00Z',
    '2026-11-20T05:00:00',
    '2026-11-20T05:00:00 00:00',
    '2026-11-20T05:00:00.12345678Z',
    '2026-13-20T05:00:00Z',
    '2026-11-20T05:00:61Z',
    'now',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe('printing', () => {
  it.each([
    [0, '2026-11-20T05:00:00Z', '2026-11-20T05:00:00Z'],
    [10, '2026-11-20T05:00:00.000001Z', '2026-11-20T05:00:00Z'],
    [36_999_999_990, '2026-11-20T05:59:59.999999Z', '2026-11-20T05:59:59Z'],
  ])('of tick %i trims zeros, and seconds are cut, not rounded', (tick, ticks, seconds) => {
    const at = plusTicks({ hour, tick: 0 }, Math.min(tick, HOUR_TICKS - 10));
    expect([printTicks(at), printSeconds(at)]).toEqual([ticks, seconds]);
  });

  it('is read back to the same instant', () => {
    const instant = fc.record({
      hour: fc.integer({ min: 0, max: 800_000 }),
      tick: fc.integer({ min: 0, max: HOUR_TICKS - 1 }),
    });
    fc.assert(
      fc.property(instant, (at) => {
        expect(parseInstant(printTicks(at))).toEqual(at);
      }),
    );
  });
});

describe('arithmetic', () => {
  it('moves over hours and compares as time does', () => {
    const ticks = fc.integer({ min: -5 * HOUR_TICKS, max: 5 * HOUR_TICKS });
    fc.assert(
      fc.property(ticks, (by) => {
        const at = { hour, tick: 7 };
        const moved = plusTicks(at, by);
        expect(moved.tick).toBeGreaterThanOrEqual(0);
        expect(moved.tick).toBeLessThan(HOUR_TICKS);
        expect(plusTicks(moved, -by)).toEqual(at);
        expect(Math.sign(compareInstants(moved, at))).toBe(Math.sign(by));
      }),
    );
  });

  it('reads milliseconds exactly', () => {
    expect(instantOf(Date.UTC(2026, 10, 20, 5, 0, 0, 250))).toEqual({ hour, tick: 2_500_000 });
  });
});
