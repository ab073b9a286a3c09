/**
 * What is true of the past by the entries of a ledger: the coverage of a range, and which re-reads are done.
 *
 * Written from the words of the design, without a line of the production code: no pieces, no table, only the list of
 * entries, looked through anew for every span. All times are seconds since 1970.
 */
import type { Entry, GapEntry, ReadEntry } from '../../shared/archive/entry.ts';

export interface TrueSpan {
  readonly from: number;
  readonly to: number;
  readonly state: string;
}

/** The schedule of sweeps: ages in seconds, and what the source keeps, in days. */
export interface TrueSchedule {
  readonly ages: readonly number[];
  readonly sourceDays: number | undefined;
}

/** An entry that says something of a span of time. */
interface Said {
  readonly entry: ReadEntry | GapEntry;
  readonly from: number;
  readonly to: number;
}

/** One read of a span: when, and how many new or changed versions it brought in the span's hour. */
interface Look {
  readonly at: number;
  readonly brought: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const FOREVER = Number.POSITIVE_INFINITY;
const AGES = [2 * HOUR, DAY, 3 * DAY, 7 * DAY, 25 * DAY];

/** Ages of 2 h, 1, 3, 7 and 25 days, none later than a day before the source forgets. */
export function trueSchedule(sourceDays: number | undefined): TrueSchedule {
  const latest = sourceDays === undefined ? FOREVER : Math.max(2 * HOUR, (sourceDays - 1) * DAY);
  return { ages: [...new Set(AGES.map((age) => Math.min(age, latest)))], sourceDays };
}

/** The states of `[from, to)` in ascending order, neighbours of the same state as one. */
export function trueCoverage(
  entries: readonly Entry[],
  schedule: TrueSchedule,
  [from, to]: readonly [number, number],
  now: number,
  overdue: number,
): TrueSpan[] {
  const known = entries.flatMap(saidBy);
  const edges = new Set([from, to, now, now - overdue, ...known.flatMap((each) => [each.from, each.to])]);
  for (let hour = Math.ceil(from / HOUR) * HOUR; hour < to; hour += HOUR) edges.add(hour);
  const inside = [...edges].filter((edge) => edge >= from && edge <= to).sort((a, b) => a - b);
  const spans = inside.slice(1).map((end, n): TrueSpan => {
    const span = { from: inside[n] ?? from, to: end };
    return { ...span, state: stateOf(known, schedule, span, now, overdue) };
  });
  return merged(spans);
}

/** Neighbours of the same state as one. */
export function merged(spans: readonly TrueSpan[]): TrueSpan[] {
  const result: TrueSpan[] = [];
  for (const { from, to, state } of spans) {
    const before = result.at(-1);
    if (before?.state === state && before.to === from) result[result.length - 1] = { ...before, to };
    else result.push({ from, to, state });
  }
  return result;
}

/** When something was read first; `undefined` when it was not. */
export function firstRead(entries: readonly Entry[], second: number): number | undefined {
  return looks(entries.flatMap(saidBy), { from: second, to: second + 1 })[0]?.at;
}

type Span = Pick<TrueSpan, 'from' | 'to'>;

function stateOf(known: readonly Said[], schedule: TrueSchedule, span: Span, now: number, overdue: number): string {
  const reads = looks(known, span);
  const forgotten = schedule.sourceDays !== undefined && span.from + schedule.sourceDays * DAY <= now;
  if (reads.length > 0) return isSettled(reads, schedule, span) ? 'settled' : forgotten ? 'closed' : 'provisional';
  const gap = known.findLast((each) => each.entry.kind === 'gap' && covers(each, span))?.entry;
  if (gap?.kind === 'gap') return gap.gap.unavailable === undefined ? 'gap' : 'unavailable';
  if (span.to <= (known[0]?.from ?? now)) return 'unavailable';
  if (span.to <= Math.max(...known.map((each) => each.to))) return 'gap';
  return span.to > now - overdue ? 'pending' : 'gap';
}

/** Every sweep of the schedule is done and the last brought nothing. What was past at the first read is one re-read. */
function isSettled([first, ...again]: readonly Look[], { ages }: TrueSchedule, span: Span): boolean {
  const end = Math.ceil(span.to / HOUR) * HOUR;
  const firstAt = first?.at ?? FOREVER;
  const last = again.at(-1);
  return ages.every((age) => {
    const due = end + age > firstAt ? end + age : firstAt + 2 * HOUR;
    return last !== undefined && last.at >= due && last.brought === 0;
  });
}

function looks(known: readonly Said[], span: Span): Look[] {
  const hour = new Date(span.from * 1000).toISOString().slice(0, 13);
  return known.flatMap((each) => {
    const { entry } = each;
    if (entry.kind !== 'read' || !covers(each, span)) return [];
    const counts = entry.read.hours[hour];
    const [said, made] = [entry.time, entry.read.graphDate].map((time) => Date.parse(time) / 1000) as [number, number];
    // What was committed more than twenty minutes after Graph had answered saw no more than Graph showed then.
    return [{ at: said - made > 1200 ? made : said, brought: counts ? counts.new + counts.changed : 0 }];
  });
}

function saidBy(entry: Entry): Said[] {
  if (entry.kind !== 'read' && entry.kind !== 'gap') return [];
  const { from, to } = entry.kind === 'read' ? entry.read : entry.gap;
  return [{ entry, from: Date.parse(from) / 1000, to: Date.parse(to) / 1000 }];
}

function covers(outer: Span, inner: Span): boolean {
  return outer.from <= inner.from && outer.to >= inner.to;
}
