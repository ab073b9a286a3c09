import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextWindow, retentionEdge, type WidthHints, type Window } from '../../shared/archive/window.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** 2026-11-20T00:00:00Z. */
const MIDNIGHT = 1_795_132_800;

const quiet: WidthHints = { last: undefined, aimedRows: 50_000, failures: 0 };

const second = fc.oneof(
  fc.integer({ min: 0, max: 2_000_000_000 }),
  fc.integer({ min: 0, max: 500_000 }).map((hours) => hours * HOUR),
);
const hints: fc.Arbitrary<WidthHints> = fc.record({
  last: fc.option(
    fc.record({ rows: fc.integer({ min: 0, max: 5_000_000 }), seconds: fc.integer({ min: 0, max: 2_000_000_000 }) }),
    { nil: undefined },
  ),
  aimedRows: fc.integer({ min: 1, max: 100_000 }),
  failures: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5000 })),
});

describe('the next window', () => {
  it('starts where the last one ended, is never empty, never passes its limit, and is at most a day', () => {
    fc.assert(
      fc.property(second, fc.integer({ min: 1, max: 100 * DAY }), hints, (from, ahead, given) => {
        const window = nextWindow(from, from + ahead, given) as Window;
        expect(window.from).toBe(from);
        expect(window.to).toBeGreaterThan(from);
        expect(window.to).toBeLessThanOrEqual(from + ahead);
        expect(window.to - from).toBeLessThanOrEqual(DAY);
        expect(Number.isInteger(window.to)).toBe(true);
      }),
    );
  });

  it('covers any span exactly when windows follow each other, whatever the hints', () => {
    fc.assert(
      fc.property(
        second,
        fc.integer({ min: 0, max: 20 * DAY }),
        fc.array(hints, { minLength: 1, maxLength: 20 }),
        (start, length, script) => {
          let reached = start;
          for (let n = 0; n < 5000; n += 1) {
            // Wider hints later, so that a walk of one-second windows comes to its end.
            const window = nextWindow(reached, start + length, script[n] ?? quiet);
            if (!window) break;
            expect(window.from).toBe(reached);
            reached = window.to;
          }
          expect(reached).toBe(start + length);
        },
      ),
    );
  });

  it('holds no more rows than aimed at, when the density stays what it was', () => {
    fc.assert(
      fc.property(second, hints, (from, given) => {
        const { last, aimedRows } = given;
        fc.pre(last !== undefined && last.seconds > 0);
        const window = nextWindow(from, from + 100 * DAY, given) as Window;
        const width = window.to - window.from;
        const expected = ((last?.rows ?? 0) / (last?.seconds ?? 1)) * width;
        expect(width === 1 || expected <= aimedRows * 1.000001).toBe(true);
      }),
    );
  });

  it('ends at a whole hour, unless it ends at its limit or does not reach one', () => {
    fc.assert(
      fc.property(second, fc.integer({ min: 1, max: 100 * DAY }), hints, (from, ahead, given) => {
        const window = nextWindow(from, from + ahead, given) as Window;
        const beyond = from - (from % HOUR) + HOUR;
        expect(window.to % HOUR === 0 || window.to === from + ahead || window.to < beyond).toBe(true);
      }),
    );
  });

  it.each([
    { from: MIDNIGHT, until: MIDNIGHT },
    { from: MIDNIGHT + 1, until: MIDNIGHT },
  ])('is absent when nothing is due ($from to $until)', ({ from, until }) => {
    expect(nextWindow(from, until, quiet)).toBeUndefined();
  });

  it.each<{ case: string; from: number; until: number; hints: Partial<WidthHints>; to: number }>([
    { case: 'a day at the first read', from: 0, until: 9 * DAY, hints: {}, to: DAY },
    { case: 'less when the limit is nearer', from: 0, until: 100, hints: {}, to: 100 },
    { case: 'half for one failure', from: 0, until: 9 * DAY, hints: { failures: 1 }, to: DAY / 2 },
    { case: 'an eighth for three', from: 0, until: 9 * DAY, hints: { failures: 3 }, to: DAY / 8 },
    { case: 'a second after a hundred', from: 0, until: 9 * DAY, hints: { failures: 100 }, to: 1 },
    {
      case: 'narrower where rows are dense',
      from: 0,
      until: 9 * DAY,
      hints: { last: { rows: 100_000, seconds: 4 * HOUR } },
      to: 2 * HOUR,
    },
    {
      case: 'twice as wide at most where they were sparse',
      from: 0,
      until: 9 * DAY,
      hints: { last: { rows: 1, seconds: 3 * HOUR } },
      to: 6 * HOUR,
    },
    {
      case: 'twice as wide at most where there were none',
      from: 0,
      until: 9 * DAY,
      hints: { last: { rows: 0, seconds: 3 * HOUR } },
      to: 6 * HOUR,
    },
    {
      case: 'an hour after a short quiet window',
      from: 0,
      until: 9 * DAY,
      hints: { last: { rows: 0, seconds: 60 } },
      to: HOUR,
    },
    { case: 'back to a whole hour', from: 100, until: 9 * DAY, hints: {}, to: DAY },
    { case: 'to the limit, not back to an hour', from: 100, until: HOUR + 50, hints: {}, to: HOUR + 50 },
    {
      case: 'within the hour where it is that dense',
      from: 100,
      until: DAY,
      hints: { last: { rows: 500_000, seconds: HOUR } },
      to: 460,
    },
  ])('is wide: $case', ({ from, until, hints: given, to }) => {
    expect(nextWindow(from, until, { ...quiet, ...given })).toEqual({ from, to });
  });
});

describe('the edge of what a source keeps', () => {
  it('is the first whole hour that is younger than the days kept', () => {
    fc.assert(
      fc.property(second, fc.integer({ min: 1, max: 3650 }), (now, days) => {
        const edge = retentionEdge(now, days);
        const forgotten = now - days * DAY;
        expect(edge % HOUR === 0).toBe(true);
        expect(edge).toBeGreaterThan(forgotten);
        expect(edge - HOUR).toBeLessThanOrEqual(forgotten);
      }),
    );
  });
});
