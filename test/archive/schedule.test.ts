import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilHour, DAY, HOUR } from '../../shared/archive/hours.ts';
import type { Piece } from '../../shared/archive/pieces.ts';
import {
  dueAfterFailure,
  forgottenAt,
  formatDuration,
  nextDue,
  parseDuration,
  type Schedule,
  SECOND_LOOK,
  servableAges,
} from '../../shared/archive/schedule.ts';

/** 2026-11-20T05:00:00Z. */
const FROM = 1_795_150_800;
const END = FROM + HOUR;
const USUAL: Schedule = { ages: [2 * HOUR, DAY, 3 * DAY, 7 * DAY, 25 * DAY], sourceDays: 30 };

const ages = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 * 24 }), { minLength: 1, maxLength: 6 })
  .map((hours) => hours.map((each) => each * HOUR).sort((a, b) => a - b));
const schedule = fc.record({ ages, sourceDays: fc.constantFrom(undefined, 7, 30, 90) });

function piece(firstAt: number, more: Partial<Piece> = {}): Piece {
  return { from: FROM, to: END, firstAt, records: 0, failedAt: 0, rereads: [], ...more };
}

function reread(before: Piece, at: number, found = 0): Piece {
  const one = { seq: before.rereads.length + 1, at, new: found, changed: 0, vanished: 0 };
  return { ...before, rereads: [...before.rereads, one] };
}

describe('a duration', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 * 24 * 60 }), (minutes) => {
        expect(parseDuration(formatDuration(minutes * 60))).toBe(minutes * 60);
      }),
    );
  });

  it.each([
    ['PT2H', 7200],
    ['P1D', 86_400],
    ['P1DT30M', 88_200],
    ['PT90M', 5400],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', 'P', 'PT', 'P1', '1D', 'P1H', 'PT1D', 'P1.5D', 'P-1D', 'p1d', ' P1D', 'P1DT', 'P1M', 'PT1S', 'P1W'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('the ages that a source can serve', () => {
  it('end a day before it forgets, rise, and never come closer than the second look', () => {
    fc.assert(
      fc.property(ages, fc.integer({ min: 1, max: 90 }), (given, days) => {
        const served = servableAges(given, days);
        const latest = Math.max(SECOND_LOOK, (days - 1) * DAY);
        expect(served).toEqual([...new Set(given.map((age) => (age < latest ? age : latest)))].sort((a, b) => a - b));
      }),
    );
  });

  it('are all where it keeps without limit', () => {
    fc.assert(
      fc.property(ages, (given) => {
        expect(servableAges(given, undefined)).toEqual(given);
      }),
    );
  });

  it('are 6 days at the latest of a source that keeps 7', () => {
    expect(servableAges(USUAL.ages, 7)).toEqual([2 * HOUR, DAY, 3 * DAY, 6 * DAY]);
  });
});

describe('the next re-read', () => {
  it('is met by a re-read when it is due, and all are in the end', () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: -HOUR, max: 60 * DAY }), fc.nat(HOUR), (given, firstAge, late) => {
        let current = piece(END + firstAge);
        let before = Number.NEGATIVE_INFINITY;
        for (let n = 0; n <= given.ages.length; n += 1) {
          const due = nextDue(current, given);
          if (!due) return;
          expect(due.at).toBeGreaterThan(before);
          expect(due.at).toBeGreaterThan(current.firstAt);
          before = due.at + late;
          current = reread(current, before);
        }
        expect(nextDue(current, given)).toBeUndefined();
      }),
    );
  });

  it('comes at each age after a span that was read at once', () => {
    let current = piece(END + 900);
    for (const age of USUAL.ages) {
      expect(nextDue(current, USUAL)?.at).toBe(END + age);
      current = reread(current, END + age);
    }
    expect(nextDue(current, USUAL)).toBeUndefined();
  });

  it('settles every age that it has reached', () => {
    const current = reread(piece(END + 900), END + 7 * DAY);
    expect(nextDue(current, USUAL)?.at).toBe(END + 25 * DAY);
  });

  it('does not count for an age it has not reached', () => {
    const early = reread(piece(END + 900), END + DAY - 1);
    expect(nextDue(early, USUAL)?.at).toBe(END + DAY);
  });

  it('stands for all the ages that were past at the first read, two hours after it', () => {
    const walked = piece(END + 26 * DAY);
    expect(nextDue(walked, USUAL)?.at).toBe(walked.firstAt + SECOND_LOOK);
    expect(nextDue(reread(walked, walked.firstAt + SECOND_LOOK), USUAL)).toBeUndefined();
    const halfway = piece(END + 4 * DAY);
    expect(nextDue(halfway, USUAL)?.at).toBe(halfway.firstAt + SECOND_LOOK);
    expect(nextDue(reread(halfway, halfway.firstAt + SECOND_LOOK), USUAL)?.at).toBe(END + 7 * DAY);
  });

  it.each([
    ['new', { new: 1 }],
    ['changed', { changed: 1 }],
  ])('comes daily after the last one found something %s, until one is quiet', (_what, found) => {
    const at = END + 25 * DAY;
    const busy = piece(END, { rereads: [{ seq: 1, at, new: 0, changed: 0, vanished: 0, ...found }] });
    expect(nextDue(busy, USUAL)?.at).toBe(at + DAY);
    expect(nextDue(reread(busy, at + DAY, 1), USUAL)?.at).toBe(at + 2 * DAY);
    expect(nextDue(reread(busy, at + DAY), USUAL)).toBeUndefined();
  });

  it('is not called for by versions that vanished', () => {
    const at = END + 25 * DAY;
    const quiet = piece(END, { rereads: [{ seq: 1, at, new: 0, changed: 0, vanished: 7 }] });
    expect(nextDue(quiet, USUAL)).toBeUndefined();
  });

  it('waits for the next age after one that failed, or a day', () => {
    const failed = (at: number) => nextDue(piece(END + 900, { failedAt: at }), USUAL)?.at;
    expect(failed(END + HOUR)).toBe(END + 2 * HOUR);
    expect(failed(END + 2 * HOUR)).toBe(END + DAY);
    expect(failed(END + 4 * DAY)).toBe(END + 7 * DAY);
    expect(failed(END + 26 * DAY)).toBe(END + 27 * DAY);
    expect(dueAfterFailure(END, END + 26 * DAY, USUAL).at).toBe(END + 27 * DAY);
  });

  it('never waits for its neighbours longer than a day or a quarter of its age', () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: -HOUR, max: 60 * DAY }), (given, firstAge) => {
        const due = nextDue(piece(END + firstAge), given);
        if (!due) return;
        expect(due.slack).toBeLessThanOrEqual(Math.min(DAY, Math.max(due.at - END, SECOND_LOOK) / 4));
        expect(due.slack).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('counts ages from the end of the hour', () => {
    const part = { ...piece(END), from: FROM + 60, to: FROM + 120 };
    expect(ceilHour(part.to)).toBe(END);
    expect(nextDue(part, USUAL)?.at).toBe(END + 2 * HOUR);
  });
});

describe('what a source forgets', () => {
  it('is what lies longer ago than it keeps, and never anything where it keeps without limit', () => {
    expect(forgottenAt(FROM, USUAL)).toBe(FROM + 30 * DAY);
    expect(forgottenAt(FROM, { sourceDays: undefined })).toBe(Number.POSITIVE_INFINITY);
  });
});
