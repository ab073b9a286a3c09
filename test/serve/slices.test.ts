import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantFromSeconds } from '../../shared/archive/time.ts';
import type { Order } from '../../shared/serve/ordered.ts';
import { slicesOf } from '../../shared/serve/slices.ts';

const HOUR = 3600;
const START = Date.parse('2026-11-20T00:00:00Z') / 1000;

/** All slices, each taking so many milliseconds. */
function sliced(from: number, to: number, order: Order, took: number) {
  const time = { elapsed: 0 };
  const range = { from: instantFromSeconds(from), to: instantFromSeconds(to) };
  const slices = [];
  for (const slice of slicesOf(range, order, { elapsed: () => time.elapsed })) {
    slices.push(slice);
    time.elapsed += took;
  }
  return { range, slices };
}

describe('the slices of a range', () => {
  it.each(['asc', 'desc'] as const)('join to the range, %s, and meet at whole hours', (order) => {
    const second = fc.integer({ min: 0, max: START });
    fc.assert(
      fc.property(second, second, fc.constantFrom(0, 1000), (a, b, took) => {
        const { range, slices } = sliced(Math.min(a, b), Math.max(a, b), order, took);
        const inTime = order === 'asc' ? slices : slices.toReversed();
        const isEmpty = range.from === range.to;
        expect([inTime[0]?.from, inTime.at(-1)?.to]).toEqual(isEmpty ? [undefined, undefined] : [range.from, range.to]);
        for (const [n, { to }] of inTime.slice(0, -1).entries()) {
          expect(to).toBe(inTime[n + 1]?.from);
          expect(to).toMatch(/:00:00\.0000000Z$/);
        }
        const last = slices.at(-1)?.rest;
        expect(last?.from).toBe(last?.to);
      }),
      { numRuns: 50 },
    );
  });

  it('grow while they are passed quickly, and not where they take long', () => {
    const hours = (took: number) =>
      sliced(START, START + 3000 * HOUR, 'asc', took).slices.map(
        ({ from, to }) => (Date.parse(to) - Date.parse(from)) / HOUR / 1000,
      );
    expect(hours(0).slice(0, 7)).toEqual([24, 48, 96, 192, 384, 384, 384]);
    expect(new Set(hours(600))).toEqual(new Set([24]));
  });
});
