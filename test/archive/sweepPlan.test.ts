import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownGap } from '../../shared/archive/coverage.ts';
import { DAY, HOUR } from '../../shared/archive/hours.ts';
import type { Piece } from '../../shared/archive/pieces.ts';
import { nextDue, type Schedule } from '../../shared/archive/schedule.ts';
import { isUrgent, planSweep } from '../../shared/archive/sweepPlan.ts';

/** 2026-11-20T00:00:00Z. */
const START = 1_795_132_800;
const ROWS = 1000;
const USUAL: Schedule = { ages: [2 * HOUR, DAY, 3 * DAY, 6 * DAY], sourceDays: 7 };

interface Hour {
  readonly present: boolean;
  readonly done: boolean;
  readonly rows: number;
}

/** A piece for each hour of some days, read soon after it ended; some are missing, some were read again. */
function piecesOf(hours: readonly Hour[], now: number): Piece[] {
  return hours.flatMap(({ present, done, rows }, n): Piece[] => {
    const from = START + n * HOUR;
    const last = { seq: n, at: now, new: 0, changed: 0, vanished: 0 };
    if (!present) return [];
    return [
      { from, to: from + HOUR, firstAt: from + HOUR + 900, records: rows, failedAt: 0, rereads: done ? [last] : [] },
    ];
  });
}

const hours = fc.array(
  fc.record({
    present: fc.constantFrom(true, true, true, true, false),
    done: fc.constantFrom(true, false, false),
    rows: fc.oneof(fc.nat(60), fc.nat(2 * ROWS)),
  }),
  { minLength: 1, maxLength: 120 },
);
const ages = fc.integer({ min: -DAY, max: 8 * DAY });

const isDue = (piece: Piece, now: number) =>
  (nextDue(piece, USUAL)?.at ?? Number.POSITIVE_INFINITY) <= now && piece.from + 7 * DAY > now + HOUR;

const quiet = (count: number, rows = 0) => Array.from({ length: count }, () => ({ present: true, done: false, rows }));
const plan = (pieces: readonly Piece[], now: number, gaps: readonly KnownGap[] = []) =>
  planSweep(pieces, gaps, USUAL, now, ROWS);

describe('the next sweep', () => {
  it('is of whole hours, at most two days, every one of them due and still there', () => {
    fc.assert(
      fc.property(hours, ages, (given, age) => {
        const now = START + given.length * HOUR + age;
        const pieces = piecesOf(given, now);
        const window = plan(pieces, now);
        if (!window) return;
        expect([window.from % HOUR, window.to % HOUR]).toEqual([0, 0]);
        expect(window.to - window.from).toBeLessThanOrEqual(2 * DAY);
        const swept = pieces.filter(({ from, to }) => from >= window.from && to <= window.to);
        expect(swept).toHaveLength((window.to - window.from) / HOUR);
        expect(swept.filter((piece) => !isDue(piece, now))).toEqual([]);
        const rows = swept.reduce((sum, { records }) => sum + records, 0);
        expect(swept.length === 1 || rows <= ROWS).toBe(true);
      }),
    );
  });

  it('is there whenever a due hour has waited long enough, and begins no later', () => {
    fc.assert(
      fc.property(hours, ages, (given, age) => {
        const now = START + given.length * HOUR + age;
        const pieces = piecesOf(given, now);
        const ripe = pieces.filter((piece) => {
          const due = nextDue(piece, USUAL);
          return isDue(piece, now) && due !== undefined && due.at + due.slack <= now;
        });
        if (ripe[0]) expect(plan(pieces, now)?.from).toBeLessThanOrEqual(ripe[0].from);
      }),
    );
  });

  it('comes to an end: swept windows are not planned again until the next age', () => {
    fc.assert(
      fc.property(hours, ages, (given, age) => {
        const now = START + given.length * HOUR + age;
        let pieces = piecesOf(given, now);
        let before = Number.NEGATIVE_INFINITY;
        for (let n = 0; n <= given.length; n += 1) {
          const window = plan(pieces, now);
          if (!window) return;
          expect(window.from).toBeGreaterThan(before);
          before = window.from;
          const last = { seq: 1000 + n, at: now, new: 0, changed: 0, vanished: 0 };
          pieces = pieces.map((piece) =>
            piece.from >= window.from && piece.to <= window.to
              ? { ...piece, rereads: [...piece.rereads, last] }
              : piece,
          );
        }
        expect.unreachable('a sweep is planned again and again');
      }),
    );
  });

  it('waits for its neighbours a quarter of the age, and takes them along', () => {
    const pieces = piecesOf(quiet(4), START);
    const due = START + HOUR + 2 * HOUR;
    expect(plan(pieces, due - 1)).toBeUndefined();
    expect(plan(pieces, due)).toBeUndefined();
    expect(plan(pieces, due + HOUR / 2 - 1)).toBeUndefined();
    expect(plan(pieces, due + HOUR / 2)).toEqual({ from: START, to: START + HOUR });
    expect(plan(pieces, due + 3 * HOUR)).toEqual({ from: START, to: START + 4 * HOUR });
  });

  it('does not wait when it is half full, or as wide as it may be', () => {
    const due = START + HOUR + 2 * HOUR;
    expect(plan(piecesOf(quiet(1, ROWS / 2), START), due)).toEqual({ from: START, to: START + HOUR });
    expect(plan(piecesOf(quiet(1, ROWS / 2 - 1), START), due)).toBeUndefined();
    const days = piecesOf(quiet(72), START).map((piece) => ({
      ...piece,
      // Read for the first time two hours ago, all at once: due, and none has waited yet.
      firstAt: START + 74 * HOUR,
    }));
    expect(plan(days, START + 76 * HOUR)).toEqual({ from: START, to: START + 48 * HOUR });
  });

  it('does not wait for what is forgotten within two days, and leaves what will be gone within the hour', () => {
    const walked = piecesOf(quiet(3), START).map((piece) => ({ ...piece, firstAt: START + 5 * DAY }));
    expect(plan(walked, START + 5 * DAY + 2 * HOUR)).toEqual({ from: START, to: START + 3 * HOUR });
    const end = START + 7 * DAY;
    expect(plan(walked, end - HOUR)).toEqual({ from: START + HOUR, to: START + 3 * HOUR });
    expect(plan(walked, end + 2 * HOUR)).toBeUndefined();
    expect(isUrgent(end, end - 2 * DAY)).toBe(false);
    expect(isUrgent(end, end - 2 * DAY + 1)).toBe(true);
    expect(isUrgent(Number.POSITIVE_INFINITY, end)).toBe(false);
  });

  it('tries a span again that could not be read, at the next age', () => {
    const gap = {
      seq: 9,
      at: START + 3 * HOUR,
      from: START + HOUR + 10,
      to: START + HOUR + 11,
      cause: 'broken',
      recoverableUntil: undefined,
      unavailable: false,
    };
    const due = START + 2 * HOUR + 2 * HOUR;
    expect(plan([], due - 1, [gap])).toBeUndefined();
    expect(plan([], due + HOUR / 2, [gap])).toEqual({ from: gap.from, to: START + 2 * HOUR });
    // It failed again: the next age is waited for.
    const again = { ...gap, at: due };
    expect(plan([], due + 20 * HOUR, [again])).toBeUndefined();
    expect(plan([], START + 2 * HOUR + DAY + 6 * HOUR, [again])).toEqual({ from: gap.from, to: START + 2 * HOUR });
    expect(plan([], START + 8 * DAY, [again])).toBeUndefined();
    expect(plan([], due + HOUR, [{ ...gap, unavailable: true }])).toBeUndefined();
    const read = piecesOf(quiet(2), START).map((piece) => ({
      ...piece,
      rereads: [{ seq: 10, at: due, new: 0, changed: 0, vanished: 0 }],
    }));
    expect(plan(read, due + HOUR, [gap])).toBeUndefined();
  });

  it('goes on where a narrowed one ended, behind what was read again and what has just failed', () => {
    const now = START + 6 * HOUR;
    const at = (from: number, to: number, more: Partial<Piece>): Piece => ({
      from: START + from,
      to: START + to,
      firstAt: START + 2 * HOUR,
      records: 0,
      failedAt: 0,
      rereads: [],
      ...more,
    });
    const again = { rereads: [{ seq: 5, at: now, new: 0, changed: 0, vanished: 0 }] };
    const rest = [at(701, HOUR, {}), at(HOUR, 2 * HOUR, {})];
    const until = START + 2 * HOUR;
    expect(plan([at(0, 700, again), at(700, 701, {}), ...rest], now)).toEqual({ from: START + 700, to: until });
    expect(plan([at(0, 700, again), at(700, 701, { failedAt: now }), ...rest], now)).toEqual({
      from: START + 701,
      to: until,
    });
    const gap = {
      seq: 6,
      at: now,
      from: START,
      to: START + 701,
      cause: 'broken',
      recoverableUntil: undefined,
      unavailable: false,
    };
    expect(plan(rest, now, [gap])).toEqual({ from: START + 701, to: until });
  });
});
