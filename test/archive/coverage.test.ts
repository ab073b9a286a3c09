/** The coverage states, against a model that looks at the whole ledger for every second. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allPieces,
  type CoverageState,
  coverage,
  type Known,
  type KnownGap,
  stateOf,
  worstState,
} from '../../shared/archive/coverage.ts';
import { DAY, HOUR } from '../../shared/archive/hours.ts';
import { foldFailure, foldRead, type Piece, type SpanRead } from '../../shared/archive/pieces.ts';
import type { Schedule } from '../../shared/archive/schedule.ts';
import { formatSeconds } from '../../shared/archive/time.ts';

const MINUTE = 60;
/** 2026-11-20T00:00:00Z. */
const START = 1_795_132_800;
const HOURS = 12;
const END = START + HOURS * HOUR;
const OVERDUE = 900 + 2 * HOUR;

const hourKey = (second: number) => formatSeconds(second).slice(0, 13);

/** A ledger in a few words. */
interface Story {
  readonly schedule: Schedule;
  readonly entries: readonly (
    | { readonly kind: 'read'; readonly read: SpanRead }
    | { readonly kind: 'gap'; readonly gap: KnownGap }
  )[];
  readonly unavailable: string | undefined;
  readonly now: number;
}

const span = fc.oneof(
  fc.tuple(fc.nat(HOURS * 60 - 1), fc.integer({ min: 1, max: 200 })),
  fc
    .tuple(fc.nat(HOURS - 1), fc.integer({ min: 1, max: 8 }))
    .map(([from, hours]): [number, number] => [from * 60, hours * 60]),
);

const stories: fc.Arbitrary<Story> = fc
  .record({
    schedule: fc.record({
      ages: fc.constantFrom([2 * HOUR], [2 * HOUR, DAY], [3 * HOUR, 6 * HOUR, 2 * DAY]),
      sourceDays: fc.constantFrom(undefined, 1, 7),
    }),
    entries: fc.array(
      fc.record({
        kind: fc.constantFrom('read' as const, 'read' as const, 'read' as const, 'gap' as const),
        span,
        pause: fc.integer({ min: 1, max: 10 * HOUR }),
        found: fc.array(fc.nat(1), { minLength: HOURS, maxLength: HOURS }),
        unavailable: fc.boolean(),
      }),
      { minLength: 1, maxLength: 14 },
    ),
    unavailable: fc.constantFrom(undefined, undefined, 'forbidden: a test'),
    // A second before a whole hour, so that the source never forgets half a piece.
    now: fc.integer({ min: 0, max: 100 }).map((hours) => START + hours * HOUR - 1),
  })
  .map(({ entries, ...rest }) => {
    let at = START;
    return {
      ...rest,
      entries: entries.map(({ kind, span: [first, minutes], pause, found, unavailable }, seq) => {
        at += pause;
        const from = START + first * MINUTE;
        const to = Math.min(END, from + minutes * MINUTE);
        if (kind === 'gap') {
          const gap = { seq, at, from, to, cause: `cause ${seq}`, recoverableUntil: undefined, unavailable };
          return { kind, gap };
        }
        const hours = Object.fromEntries(
          found
            .map((count, n) => ({ count, hour: START + n * HOUR }))
            .filter(({ count, hour }) => count > 0 && hour < to && hour + HOUR > from)
            .map(({ count, hour }) => [hourKey(hour), { new: 0, changed: count, vanished: 0 }]),
        );
        return { kind, read: { seq, at, from, to, hours } };
      }),
    };
  });

function knownOf({ entries, schedule, unavailable }: Story): Known {
  let pieces: Piece[] = [];
  const gaps: KnownGap[] = [];
  for (const entry of entries) {
    if (entry.kind === 'read') pieces = foldRead(pieces, entry.read, START, END);
    else {
      pieces = foldFailure(pieces, entry.gap.at, entry.gap.from, entry.gap.to);
      gaps.push(entry.gap);
    }
  }
  return { pieces, gaps, wide: [], schedule, reach: reachOf(entries), unavailable };
}

function reachOf(entries: Story['entries']): Known['reach'] {
  const spans = entries.map((entry) => (entry.kind === 'read' ? entry.read : entry.gap));
  return { from: spans[0]?.from ?? 0, to: Math.max(...spans.map(({ to }) => to)) };
}

/** The state of one second, as docs/COVERAGE.md words it. */
function stateAt(story: Story, second: number): CoverageState {
  const { schedule, entries, now } = story;
  const holds = ({ from, to }: { from: number; to: number }) => from <= second && second < to;
  const reads = entries.flatMap((entry) => (entry.kind === 'read' && holds(entry.read) ? [entry.read] : []));
  const [first, ...again] = reads;
  if (first) {
    const end = (Math.floor(second / HOUR) + 1) * HOUR;
    const isDone = (age: number) => {
      const due = end + age > first.at ? end + age : first.at + 2 * HOUR;
      return again.some(({ at }) => at >= due);
    };
    const last = again.at(-1)?.hours[hourKey(second)];
    if (schedule.ages.every(isDone) && !(last && last.new + last.changed > 0)) return 'settled';
    const forgotten = schedule.sourceDays !== undefined && second + schedule.sourceDays * DAY <= now;
    return forgotten ? 'closed' : 'provisional';
  }
  const told = entries.findLast((entry) => entry.kind === 'gap' && holds(entry.gap));
  if (told?.kind === 'gap') return told.gap.unavailable ? 'unavailable' : 'gap';
  const reach = reachOf(entries);
  if (second < (reach?.from ?? 0)) return 'unavailable';
  if (second < (reach?.to ?? 0)) return 'gap';
  if (second >= now) return 'pending';
  if (story.unavailable !== undefined) return 'unavailable';
  return second < now - OVERDUE ? 'gap' : 'pending';
}

const bounds = fc
  .tuple(fc.integer({ min: -HOUR, max: 40 * HOUR }), fc.integer({ min: 1, max: 60 * HOUR }))
  .map(([first, length]) => [START + first, START + first + length] as const);

describe('the coverage of a range', () => {
  it('covers every second of it once, in order', () => {
    fc.assert(
      fc.property(stories, bounds, (story, [from, to]) => {
        const spans = coverage(knownOf(story), from, to, story.now, OVERDUE);
        expect(spans.map((each) => each.from)).toEqual([from, ...spans.slice(0, -1).map((each) => each.to)]);
        expect(spans.at(-1)?.to).toBe(to);
        expect(spans.every((each) => each.from < each.to)).toBe(true);
      }),
    );
  });

  it('gives every second the state that the whole ledger gives it', () => {
    fc.assert(
      fc.property(stories, bounds, (story, [from, to]) => {
        const spans = coverage(knownOf(story), from, to, story.now, OVERDUE);
        const edges = story.entries.flatMap((entry) => {
          const each = entry.kind === 'read' ? entry.read : entry.gap;
          return [each.from, each.to - 1, each.from - 1, each.to];
        });
        const inside = [...edges, story.now - 1, story.now, story.now - OVERDUE, story.now - OVERDUE - 1];
        const seconds = [
          ...inside.filter((second) => second >= from && second < to),
          ...spans.flatMap((each) => [each.from, each.to - 1, Math.floor((each.from + each.to) / 2)]),
        ];
        for (const second of seconds) {
          const found = spans.find((each) => each.from <= second && second < each.to);
          expect({ second, state: found?.state }).toEqual({ second, state: stateAt(story, second) });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is that of a part, whichever range it is asked with', () => {
    fc.assert(
      fc.property(stories, bounds, fc.nat(1000), (story, [from, to], share) => {
        const known = knownOf(story);
        const middle = from + 1 + Math.floor(((to - from - 1) * share) / 1001);
        fc.pre(middle < to);
        const parts = [
          ...coverage(known, from, middle, story.now, OVERDUE),
          ...coverage(known, middle, to, story.now, OVERDUE),
        ];
        const whole = coverage(known, from, to, story.now, OVERDUE);
        const cut = whole.flatMap((each) =>
          each.from < middle && each.to > middle
            ? [{ ...each, to: middle }, moved({ ...each, from: middle }, story.schedule)]
            : [each],
        );
        expect(parts).toEqual(cut);
      }),
    );
  });

  it('names a cause for every gap and all that is unavailable, and for nothing else', () => {
    fc.assert(
      fc.property(stories, bounds, (story, [from, to]) => {
        for (const { state, cause, piece } of coverage(knownOf(story), from, to, story.now, OVERDUE)) {
          const isMissing = state === 'gap' || state === 'unavailable';
          expect(cause !== undefined).toBe(isMissing);
          if (piece) expect(['settled', 'closed', 'provisional']).toContain(state);
        }
      }),
    );
  });
});

/** The later part of a span that was cut has its own deadline. */
function moved<Span extends { from: number; recoverableUntil?: number }>(each: Span, { sourceDays = 0 }: Schedule) {
  return each.recoverableUntil === undefined ? each : { ...each, recoverableUntil: each.from + sourceDays * DAY };
}

const USUAL: Schedule = { ages: [2 * HOUR, DAY], sourceDays: 7 };
const NOW = END + 900;

function known(more: Partial<Known> = {}): Known {
  const read = { seq: 0, at: END, from: START, to: START + 6 * HOUR, hours: {} };
  const pieces = foldRead([], read, START, END);
  return {
    pieces,
    gaps: [],
    wide: [],
    schedule: USUAL,
    reach: { from: START, to: read.to },
    unavailable: undefined,
    ...more,
  };
}

const states = (given: Known, from: number, to: number, now = NOW) =>
  coverage(given, from, to, now, OVERDUE)
    .filter(({ piece }) => !piece)
    .map(({ piece: _piece, ...each }) => each);

describe('what nobody read', () => {
  it('is pending after the watermark, and a gap with a deadline once it is late', () => {
    const late = NOW - OVERDUE;
    expect(states(known(), START, END)).toEqual([
      {
        from: START + 6 * HOUR,
        to: late,
        state: 'gap',
        cause: 'not read yet: the pull is behind',
        recoverableUntil: START + 6 * HOUR + 7 * DAY,
      },
      { from: late, to: END, state: 'pending' },
    ]);
  });

  it('is unavailable before the archive began, and nobody owes it', () => {
    expect(states(known(), START - DAY, START)).toEqual([
      { from: START - DAY, to: START, state: 'unavailable', cause: 'before the archive began' },
    ]);
  });

  it('is a gap between reads, whether an entry says so or not', () => {
    const hole = { from: START + 6 * HOUR, to: START + 8 * HOUR };
    const deadline = hole.from + 7 * DAY;
    const reach = { from: START, to: hole.to };
    const silent = { ...hole, state: 'gap', cause: 'no entry of the ledger reads it', recoverableUntil: deadline };
    expect(states(known({ reach }), hole.from, hole.to)).toEqual([silent]);
    const gap = { ...hole, seq: 1, at: END, cause: 'broken', recoverableUntil: deadline, unavailable: false };
    expect(states(known({ reach, gaps: [gap] }), hole.from, hole.to)).toEqual([{ ...silent, cause: 'broken' }]);
  });

  it('is what the last entry on it says', () => {
    const hole = { from: START + 6 * HOUR, to: START + 8 * HOUR, recoverableUntil: undefined };
    const gaps = [
      { ...hole, seq: 1, at: END, cause: 'unlicensed: first', unavailable: true },
      { ...hole, seq: 2, at: END, cause: 'broken', unavailable: false },
    ];
    expect(states(known({ gaps }), hole.from, hole.to)).toMatchObject([{ state: 'gap', cause: 'broken' }]);
    expect(states(known({ gaps: gaps.toReversed() }), hole.from, hole.to)).toMatchObject([{ state: 'unavailable' }]);
  });

  it('is unavailable up to now while the log type cannot be had, and pending beyond', () => {
    const unavailable = 'unlicensed: the tenant has no licence for it';
    expect(states(known({ unavailable }), START + 6 * HOUR, END + DAY)).toMatchObject([
      { to: NOW - OVERDUE, state: 'unavailable', cause: unavailable },
      { to: NOW, state: 'unavailable', cause: unavailable },
      { to: END + DAY, state: 'pending' },
    ]);
  });

  it('has no deadline where the source keeps without limit', () => {
    const given = known({ schedule: { ages: USUAL.ages, sourceDays: undefined }, reach: { from: START, to: END } });
    const missing = states(given, START, END);
    expect(missing.map(({ state }) => state)).toEqual(['gap', 'gap']);
    expect(missing.filter((each) => 'recoverableUntil' in each)).toEqual([]);
  });

  it('is all there is before the first read', () => {
    const given = known({ pieces: [], reach: undefined });
    expect(states(given, START, NOW + DAY).map(({ to, state }) => ({ to, state }))).toEqual([
      { to: NOW - OVERDUE, state: 'unavailable' },
      { to: NOW, state: 'pending' },
      { to: NOW + DAY, state: 'pending' },
    ]);
  });
});

describe('the state of what was read', () => {
  const piece: Piece = {
    from: START,
    to: START + HOUR,
    firstAt: START + 2 * HOUR,
    records: 1,
    failedAt: 0,
    rereads: [],
  };
  const at = (age: number, found = 0) => ({ seq: 1, at: piece.to + age, new: found, changed: 0, vanished: 3 });

  it.each([
    ['provisional while sweeps are due', [], DAY, 'provisional'],
    ['provisional after some of them', [at(2 * HOUR)], DAY, 'provisional'],
    ['settled after the last that was quiet', [at(DAY)], DAY, 'settled'],
    ['provisional after a last one that was not', [at(DAY, 1)], 2 * DAY, 'provisional'],
    ['closed when the source forgets it before that', [at(2 * HOUR)], 7 * DAY, 'closed'],
    ['closed when it was never quiet', [at(6 * DAY, 1)], 7 * DAY, 'closed'],
    ['settled for good', [at(DAY)], 700 * DAY, 'settled'],
  ] as const)('is %s', (_what, rereads, age, state) => {
    expect(stateOf({ ...piece, rereads }, USUAL, piece.to + age)).toBe(state);
  });
});

describe('the worst state', () => {
  it('is that of gap > unavailable > pending > provisional > closed > deleted > settled', () => {
    const order: CoverageState[] = ['gap', 'unavailable', 'pending', 'provisional', 'closed', 'deleted', 'settled'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...order), { minLength: 1 }), (given) => {
        const worst = order[Math.min(...given.map((state) => order.indexOf(state)))];
        expect(worstState(given.map((state) => ({ state })))).toBe(worst);
      }),
    );
    expect(worstState([])).toBe('settled');
  });
});

describe('a read too wide for pieces', () => {
  const hours = (counts: Record<number, number>) =>
    Object.fromEntries(
      Object.entries(counts).map(([hour, count]) => [
        hourKey(START + Number(hour) * HOUR),
        { new: count, changed: 0, vanished: 0 },
      ]),
    );
  const first: SpanRead = {
    seq: 0,
    at: START + 5 * HOUR,
    from: 0,
    to: START + 4 * HOUR + 600,
    hours: { ...hours({ 0: 5, 1: 6, 4: 7 }), '1970-01-01T00': { new: 2, changed: 0, vanished: 0 } },
  };
  const heads = foldRead(
    [],
    { seq: 1, at: START + 6 * HOUR, from: first.to, to: START + 5 * HOUR, hours: hours({ 4: 8 }) },
    START,
    END,
  );
  const again: SpanRead = {
    seq: 2,
    at: START + DAY,
    from: 0,
    to: START + 5 * HOUR,
    hours: hours({ 1: 1, 3: 2, 4: 4 }),
  };

  it('is a first read where nobody had read, and a re-read of what was read before it', () => {
    expect(allPieces({ pieces: heads, wide: [first, again] }, 0, END)).toEqual([
      {
        from: 0,
        to: START + 4 * HOUR,
        firstAt: first.at,
        records: 13,
        failedAt: 0,
        rereads: [{ seq: 2, at: again.at, new: 3, changed: 0, vanished: 0 }],
      },
      {
        from: START + 4 * HOUR,
        to: first.to,
        firstAt: first.at,
        records: 7,
        failedAt: 0,
        rereads: [{ seq: 2, at: again.at, new: 4, changed: 0, vanished: 0 }],
      },
      {
        from: first.to,
        to: START + 5 * HOUR,
        firstAt: START + 6 * HOUR,
        records: 8,
        failedAt: 0,
        rereads: [{ seq: 2, at: again.at, new: 4, changed: 0, vanished: 0 }],
      },
    ]);
  });

  it('leaves no gap where it alone read', () => {
    const given = known({ pieces: heads, wide: [first], reach: { from: 0, to: START + 5 * HOUR } });
    expect(coverage(given, 0, START + 5 * HOUR, NOW, OVERDUE).map(({ from, state }) => ({ from, state }))).toEqual([
      { from: 0, state: 'closed' },
      { from: START + 4 * HOUR, state: 'provisional' },
      { from: first.to, state: 'provisional' },
    ]);
  });
});
