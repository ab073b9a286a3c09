/** What was read when, against a model that remembers every read of every minute. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldFailure, foldRead, type Piece, type SpanRead, unread } from '../../shared/archive/pieces.ts';
import { heldIn } from '../../shared/archive/sweepPlan.ts';
import { formatSeconds } from '../../shared/archive/time.ts';

const MINUTE = 60;
const HOUR = 3600;
const HOURS = 6;
/** 2026-11-20T00:00:00Z. */
const START = 1_795_132_800;
const END = START + HOURS * HOUR;

const hourKey = (second: number) => formatSeconds(second).slice(0, 13);
const hourOf = (second: number) => Math.floor(second / HOUR) * HOUR;

/** Reads in the order of a ledger, of whole minutes within a few hours; some are of whole hours, as sweeps are. */
const reads: fc.Arbitrary<SpanRead[]> = fc
  .array(
    fc.record({
      span: fc.oneof(
        fc.tuple(fc.nat(HOURS * 60 - 1), fc.integer({ min: 1, max: 150 })),
        fc.tuple(fc.nat(HOURS - 1), fc.integer({ min: 1, max: HOURS })).map(([from, hours]) => [from * 60, hours * 60]),
      ),
      pause: fc.integer({ min: 1, max: 3 * HOUR }),
      counts: fc.array(fc.nat(3), { minLength: HOURS, maxLength: HOURS }),
    }),
    { maxLength: 12 },
  )
  .map((list) => {
    let at = START + HOUR / 2;
    return list.map(({ span: [first = 0, minutes = 1], pause, counts }, seq) => {
      at += pause;
      const from = START + first * MINUTE;
      const to = Math.min(END, from + minutes * MINUTE);
      const touched = counts
        .map((count, n) => ({ count, hour: START + n * HOUR }))
        .filter(({ count, hour }) => count > 0 && hour < to && hour + HOUR > from);
      const hours = Object.fromEntries(
        touched.map(({ count, hour }) => [hourKey(hour), { new: count, changed: 1, vanished: 2 }]),
      );
      return { seq, at, from, to, hours };
    });
  });

const fold = (list: readonly SpanRead[]) =>
  list.reduce<Piece[]>((pieces, read) => foldRead(pieces, read, START, END), []);

/** The reads of one second, in order. */
const readsOf = (list: readonly SpanRead[], second: number) =>
  list.filter(({ from, to }) => from <= second && second < to);

const pieceAt = (pieces: readonly Piece[], second: number) =>
  pieces.find(({ from, to }) => from <= second && second < to);

const minutes = Array.from({ length: HOURS * 60 }, (_unused, n) => START + n * MINUTE);

describe('the pieces that reads are folded to', () => {
  it('are disjoint, ascending, and lie in one hour each', () => {
    fc.assert(
      fc.property(reads, (list) => {
        const pieces = fold(list);
        for (const [n, { from, to }] of pieces.entries()) {
          expect(from).toBeLessThan(to);
          expect(to).toBeLessThanOrEqual(hourOf(from) + HOUR);
          expect(from).toBeGreaterThanOrEqual(pieces[n - 1]?.to ?? START);
        }
      }),
    );
  });

  it('say of every minute whether it was read, when first, and by which reads again', () => {
    fc.assert(
      fc.property(reads, (list) => {
        const pieces = fold(list);
        for (const minute of minutes) {
          const [first, ...again] = readsOf(list, minute);
          const piece = pieceAt(pieces, minute);
          expect(piece?.rereads.map(({ seq }) => seq)).toEqual(first && again.map(({ seq }) => seq));
          if (!piece || !first || piece.firstAt === first.at) continue;
          // Joined with a neighbour that was first read soon too: the later time stands for both.
          expect(piece.firstAt).toBeGreaterThan(first.at);
          expect(piece.firstAt).toBeLessThanOrEqual(hourOf(minute) + 2 * HOUR);
        }
      }),
    );
  });

  it('tell of every re-read what it found in that hour', () => {
    fc.assert(
      fc.property(reads, (list) => {
        for (const piece of fold(list)) {
          for (const { seq, at, ...counts } of piece.rereads) {
            const read = list[seq];
            expect(at).toBe(read?.at);
            expect(counts).toEqual(read?.hours[hourKey(piece.from)] ?? { new: 0, changed: 0, vanished: 0 });
          }
        }
      }),
    );
  });

  it('hold every version that a read stored exactly once, when a re-read counts once an hour', () => {
    fc.assert(
      fc.property(reads, (list) => {
        const pieces = fold(list);
        const counted = new Set<string>();
        let held = 0;
        for (const piece of pieces) {
          const rereads = piece.rereads.filter(({ seq }) => !counted.has(`${seq} ${hourOf(piece.from)}`));
          for (const { seq } of rereads) counted.add(`${seq} ${hourOf(piece.from)}`);
          held += heldIn({ ...piece, rereads });
        }
        const stored = list.flatMap(({ hours }) => Object.values(hours));
        expect(held).toBe(stored.reduce((sum, counts) => sum + counts.new + counts.changed, 0));
      }),
    );
  });

  it('of one day are the same whether it is folded alone or with its neighbours', () => {
    fc.assert(
      fc.property(reads, fc.integer({ min: 1, max: HOURS - 1 }), (list, hours) => {
        const middle = START + hours * HOUR;
        const apart = [
          ...list.reduce<Piece[]>((pieces, read) => foldRead(pieces, read, START, middle), []),
          ...list.reduce<Piece[]>((pieces, read) => foldRead(pieces, read, middle, END), []),
        ];
        expect(apart).toEqual(fold(list));
      }),
    );
  });

  it('come to rest as one an hour after a walk and sweeps of whole hours', () => {
    const heads = minutes
      .filter((minute) => minute % (15 * MINUTE) === 0)
      .map((from, seq) => ({ seq, at: from + 30 * MINUTE, from, to: from + 15 * MINUTE, hours: {} }));
    expect(fold(heads)).toHaveLength(HOURS);
    expect(fold([...heads, { seq: 99, at: END + HOUR, from: START, to: END, hours: {} }])).toHaveLength(HOURS);
  });
});

describe('a re-read that failed', () => {
  const span = fc.tuple(fc.nat(HOURS * 60 - 1), fc.integer({ min: 1, max: 90 }));

  it('is noted where something had been read, and nowhere else', () => {
    fc.assert(
      fc.property(reads, span, (list, [first, length]) => {
        const [from, to] = [START + first * MINUTE, START + (first + length) * MINUTE];
        const before = fold(list);
        const after = foldFailure(before, END, from, to);
        for (const minute of minutes) {
          const [old, piece] = [pieceAt(before, minute), pieceAt(after, minute)];
          const failedAt = minute >= from && minute < to ? END : 0;
          expect(piece && { ...piece, from: 0, to: 0, records: 0 }).toEqual(
            old && { ...old, failedAt, from: 0, to: 0, records: 0 },
          );
        }
        const sum = (pieces: readonly Piece[]) => pieces.reduce((total, { records }) => total + records, 0);
        expect(sum(after)).toBe(sum(before));
      }),
    );
  });
});

describe('what is unread', () => {
  it('is exactly what no piece holds', () => {
    fc.assert(
      fc.property(reads, fc.nat(HOURS * 60), fc.nat(HOURS * 60), (list, a, b) => {
        const [from, to] = [START + Math.min(a, b) * MINUTE, START + Math.max(a, b) * MINUTE];
        const spans = unread(fold(list), from, to);
        const missing = minutes.filter((m) => m >= from && m < to && readsOf(list, m).length === 0);
        const found = minutes.filter((m) => spans.some((span) => span.from <= m && m < span.to));
        expect(found).toEqual(missing);
        expect(spans.every((span) => span.from >= from && span.to <= to && span.from < span.to)).toBe(true);
      }),
    );
  });
});
