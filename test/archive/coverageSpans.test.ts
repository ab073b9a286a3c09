import { describe, expect, it } from 'vitest';
import { type CoverageSpan, coverage, type Known } from '../../shared/archive/coverage.ts';
import { DayCounter } from '../../shared/archive/coverageDays.ts';
import { coveredTo, eachSpan, SpanMerger } from '../../shared/archive/coverageSpans.ts';
import { DAY, HOUR } from '../../shared/archive/hours.ts';
import { foldRead, type Piece } from '../../shared/archive/pieces.ts';

/** 2026-11-20T00:00:00Z. */
const START = 1_795_132_800;

function merged(spans: readonly CoverageSpan[]) {
  const merger = new SpanMerger();
  for (const span of spans) merger.add(span);
  return merger.spans();
}

function read(from: number, to: number, more: Partial<Piece> = {}): CoverageSpan {
  const piece = { from, to, firstAt: to + 900, records: 1, failedAt: 0, rereads: [], ...more };
  return { from, to, state: 'provisional', piece };
}

describe('spans of one state and cause', () => {
  it('become one, with when its parts were read and what was found', () => {
    const [a, b, c] = [START, START + HOUR, START + 2 * HOUR];
    const again = (seq: number, at: number) => ({ seq, at, new: seq, changed: 1, vanished: 2 });
    const spans = [
      read(a, b, { rereads: [again(5, c + 7), again(6, c + 9)], records: 10 }),
      read(b, c, { rereads: [again(5, c + 7)], firstAt: c + 1, records: 20 }),
    ];
    expect(merged(spans)).toEqual([
      {
        from: a,
        to: c,
        state: 'provisional',
        reads: {
          first: { least: b + 900, most: c + 1 },
          last: { least: c + 7, most: c + 9 },
          rereads: { least: 1, most: 2 },
          records: 30,
          new: 16,
          changed: 3,
          vanished: 6,
        },
      },
    ]);
  });

  it('count what a re-read found in an hour once, also when the hour is in two states', () => {
    const rereads = [{ seq: 5, at: START + DAY, new: 7, changed: 0, vanished: 0 }];
    const [first, second] = [
      read(START, START + 600, { rereads }),
      read(START + 600, START + HOUR, { rereads, firstAt: START + HOUR }),
    ];
    expect(merged([first, second]).map(({ reads }) => reads?.new)).toEqual([7]);
    expect(merged([first, { ...second, state: 'settled' }]).map(({ reads }) => reads?.new)).toEqual([7, 0]);
  });

  it('keep the first deadline; another cause or a hole between keeps them apart', () => {
    const gap = (from: number, cause: string): CoverageSpan => ({
      from,
      to: from + HOUR,
      state: 'gap',
      cause,
      recoverableUntil: from + 7 * DAY,
    });
    const [a, b, c, e] = [0, 1, 2, 4].map((hour) => START + hour * HOUR);
    const spans = [gap(a ?? 0, 'x'), gap(b ?? 0, 'x'), gap(c ?? 0, 'y'), gap(e ?? 0, 'y')];
    expect(merged(spans)).toEqual([{ ...spans[0], to: c }, spans[2], spans[3]]);
  });
});

describe('a long range', () => {
  it('is told span by span as it would be at once', () => {
    const pieces = Array.from({ length: 100 }, (_unused, day) => {
      const from = START + day * DAY + 600;
      return foldRead([], { seq: day, at: from + DAY, from, to: from + 5 * HOUR, hours: {} }, START, from + DAY);
    }).flat();
    const known: Known = {
      pieces,
      gaps: [],
      wide: [{ seq: 500, at: START + 99 * DAY, from: 0, to: START + 98 * DAY, hours: {} }],
      schedule: { ages: [2 * HOUR], sourceDays: undefined },
      reach: { from: 0, to: START + 99 * DAY },
      unavailable: undefined,
    };
    const bounds = [START - 10 * DAY - 1, START + 200 * DAY + 1, START + 101 * DAY, 900] as const;
    const each = [...eachSpan(known, ...bounds)];
    expect(merged(each)).toEqual(merged(coverage(known, ...bounds)));
    expect(each.map(({ from }) => from)).toEqual([bounds[0], ...each.slice(0, -1).map(({ to }) => to)]);
    expect(each.at(-1)?.to).toBe(bounds[1]);
  });

  it('without any read is told too', () => {
    const known: Known = {
      pieces: [],
      gaps: [],
      wide: [],
      schedule: { ages: [2 * HOUR], sourceDays: 7 },
      reach: undefined,
      unavailable: undefined,
    };
    const each = merged([...eachSpan(known, START + 1, START + 5, START + 4, 1)]);
    expect(each.map(({ from, to, state }) => ({ from, to, state }))).toEqual([
      { from: START + 1, to: START + 3, state: 'unavailable' },
      { from: START + 3, to: START + 5, state: 'pending' },
    ]);
  });
});

describe('up to where a range is covered', () => {
  it('is where the run of spans that were read ends', () => {
    const [a, b, c] = [START, START + HOUR, START + 2 * HOUR];
    const gap: CoverageSpan = { from: b, to: c, state: 'gap', cause: 'x' };
    expect(coveredTo(merged([read(a, b), { ...read(b, c), state: 'settled' }]), a)).toBe(c);
    expect(coveredTo(merged([read(a, b), gap, read(c, c + 1)]), a)).toBe(b);
    expect(coveredTo(merged([gap, read(c, c + 1)]), b)).toBe(b);
    expect(coveredTo([], a)).toBe(a);
  });
});

describe('what is stored by the day', () => {
  it('is what first reads and re-reads brought, each of these once an hour', () => {
    const again = (seq: number) => ({ seq, at: START + DAY, new: 3, changed: 1, vanished: 2 });
    const counter = new DayCounter();
    for (const span of [
      read(START + 23 * HOUR, START + 23 * HOUR + 600, { records: 10, rereads: [again(5)] }),
      read(START + 23 * HOUR + 600, START + DAY, { records: 20, rereads: [again(5), again(6)] }),
      read(START + DAY, START + DAY + HOUR, { records: 0 }),
      { from: START + 2 * DAY, to: START + 3 * DAY, state: 'gap' } as const,
      read(START + 3 * DAY, START + 3 * DAY + HOUR, { records: 1, rereads: [again(6)] }),
    ])
      counter.add(span);
    expect(counter.days()).toEqual([
      { date: '2026-11-20', records: 38 },
      { date: '2026-11-23', records: 5 },
    ]);
  });
});
