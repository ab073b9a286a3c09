/** Counts over time, as bars of one length. */
import type { CoverageAnswer } from '../../api/answers.ts';
import type { Span } from '../../state/ranges.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Records by hour. An hour may lie in several pieces, each of which tells the count of the whole hour for the read that
 * brought it: every read counts once.
 */
export function hoursOf(answers: readonly Pick<CoverageAnswer, 'pieces'>[]): ReadonlyMap<number, number> {
  const reads = new Map<string, { hour: number; records: number }>();
  for (const { from, firstRead, records = 0, rereads = [] } of answers.flatMap(({ pieces = [] }) => pieces)) {
    const hour = Math.floor(Date.parse(from) / HOUR) * HOUR;
    const key = (read: string) => `${hour} ${read}`;
    if (firstRead !== undefined) reads.set(key(firstRead), { hour, records });
    for (const { seq, new: late, changed } of rereads) reads.set(key(String(seq)), { hour, records: late + changed });
  }
  const hours = new Map<number, number>();
  for (const { hour, records } of reads.values()) hours.set(hour, (hours.get(hour) ?? 0) + records);
  return hours;
}

/** Lengths of a bar, in milliseconds. */
const BARS = [1000, 10_000, 60_000, 300_000, 900_000, HOUR, 3 * HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY] as const;
const MOST_BARS = 200;
const LEAST_HOURS = 12;

/** How long the bars of a picture of this range are. */
export function barOf({ from, to }: Span): number {
  const finest = BARS.find((bar) => (to - from) / bar <= MOST_BARS) ?? 28 * DAY;
  // With an hour each, what is stored can be told as well.
  return to - from >= LEAST_HOURS * HOUR ? Math.max(finest, HOUR) : finest;
}

/**
 * Counts by bar: the begin of each in seconds, the stored records, and the rows at hand.
 * @param known records by the begin of an hour, or of a day where no bar is shorter, in milliseconds.
 */
export function barsOf(
  span: Span,
  known: ReadonlyMap<number, number> | undefined,
  times: readonly number[],
): [at: number[], stored: (number | null)[], here: number[]] {
  const bar = barOf(span);
  const first = Math.floor(span.from / bar);
  const count = Math.max(1, Math.ceil(span.to / bar) - first);
  const at = Array.from({ length: count }, (_, n) => ((first + n) * bar) / 1000);
  // A bar shorter than an hour cannot say how much of the hour is its own.
  const stored: (number | null)[] = at.map(() => (known && bar >= HOUR ? 0 : null));
  if (bar >= HOUR) {
    for (const [begin, records] of known ?? []) {
      const n = Math.floor(begin / bar) - first;
      if (n >= 0 && n < count) stored[n] = (stored[n] ?? 0) + records;
    }
  }
  const here = new Array<number>(count).fill(0);
  for (const time of times) {
    const n = Math.floor(time / bar) - first;
    if (n >= 0 && n < count) here[n] = (here[n] ?? 0) + 1;
  }
  return [at, stored, here];
}
