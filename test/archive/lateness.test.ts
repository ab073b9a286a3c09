import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../shared/archive/hours.ts';
import { Lateness } from '../../shared/archive/lateness.ts';
import type { Piece, Reread } from '../../shared/archive/pieces.ts';

/** 2026-11-20T00:00:00Z. */
const START = 1_795_132_800;
const AGES = [2 * HOUR, DAY, 3 * DAY];

function reread(seq: number, at: number, found = 0): Reread {
  return { seq, at, new: found, changed: 2 * found, vanished: 3 * found };
}

function piece(hour: number, more: Partial<Piece> = {}): Piece {
  const from = START + hour * HOUR;
  return { from, to: from + HOUR, firstAt: from + HOUR + 900, records: 100, failedAt: 0, rereads: [], ...more };
}

function rowsOf(pieces: readonly Piece[]) {
  const lateness = new Lateness(AGES);
  for (const each of pieces) lateness.add(each);
  return lateness.rows();
}

const NONE = { hours: 0, new: 0, changed: 0, vanished: 0, records: 0 };

describe('the lateness that re-reads measured', () => {
  it('is told for each age of the schedule, and for the rest', () => {
    expect(rowsOf([])).toEqual([...AGES, undefined].map((age) => ({ age, ...NONE })));
  });

  it('counts a re-read under the largest age that it reached, of the records held before', () => {
    const end = START + HOUR;
    const rereads = [reread(1, end + 2 * HOUR, 1), reread(2, end + 2 * DAY, 2), reread(3, end + 3 * DAY)];
    expect(rowsOf([piece(0, { rereads })])).toEqual([
      { age: 2 * HOUR, hours: 1, new: 1, changed: 2, vanished: 3, records: 100 },
      { age: DAY, hours: 1, new: 2, changed: 4, vanished: 6, records: 103 },
      { age: 3 * DAY, hours: 1, new: 0, changed: 0, vanished: 0, records: 109 },
      { age: undefined, ...NONE },
    ]);
  });

  it('counts it once for each hour, however many pieces the hour has', () => {
    const whole = [reread(7, START + 5 * HOUR, 4)];
    const [first, second] = [piece(0, { rereads: whole }), piece(1, { rereads: whole, records: 1 })];
    const half = START + HOUR / 2;
    const halves = [
      { ...first, to: half, records: 60 },
      { ...first, from: half, records: 40 },
    ];
    expect(rowsOf([...halves, second])[0]).toEqual({
      age: 2 * HOUR,
      hours: 2,
      new: 8,
      changed: 16,
      vanished: 24,
      records: 101,
    });
    expect(rowsOf([first, second])).toEqual(rowsOf([...halves, second]));
  });

  it.each([
    ['asked for before the first age', [reread(1, START + 2 * HOUR, 1)], START + HOUR],
    ['of a span that was as old when it was first read', [reread(1, START + 5 * DAY, 1)], START + 4 * DAY],
    [
      'of an age that another re-read reached before',
      [reread(1, START + 2 * DAY), reread(2, START + 50 * HOUR, 1)],
      START,
    ],
  ])('counts a re-read apart that is %s', (_what, rereads, firstAt) => {
    const found = rowsOf([piece(0, { rereads, firstAt })]);
    expect(found.at(-1)).toEqual({ age: undefined, hours: 1, new: 1, changed: 2, vanished: 3, records: 100 });
    expect(found.slice(0, -1).reduce((sum, row) => sum + row.new, 0)).toBe(0);
  });
});
