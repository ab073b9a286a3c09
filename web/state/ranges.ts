/** Ranges of time as people pick them: quick ones by name, and steps from the one at hand. Milliseconds since 1970, UTC. */
import { isoSeconds } from '../parts/times.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface QuickRange {
  readonly name: string;
  readonly of: (now: number) => Span;
}

const last = (length: number) => (now: number) => ({ from: now - length, to: now });
const startOfDay = (at: number) => Math.floor(at / DAY) * DAY;
const startOfMonth = (at: number, months = 0) => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months);
};
const startOfYear = (at: number, years = 0) => Date.UTC(new Date(at).getUTCFullYear() + years, 0);

/** All end on whole seconds; days and months are those of UTC. */
export const QUICK_RANGES: readonly QuickRange[] = [
  { name: 'Last hour', of: last(HOUR) },
  { name: 'Last 24 hours', of: last(DAY) },
  { name: 'Last 7 days', of: last(7 * DAY) },
  { name: 'Last 30 days', of: last(30 * DAY) },
  { name: 'Last 90 days', of: last(90 * DAY) },
  { name: 'Last 365 days', of: last(365 * DAY) },
  { name: 'Today', of: (now) => ({ from: startOfDay(now), to: startOfDay(now) + DAY }) },
  { name: 'Yesterday', of: (now) => ({ from: startOfDay(now) - DAY, to: startOfDay(now) }) },
  { name: 'This month', of: (now) => ({ from: startOfMonth(now), to: startOfMonth(now, 1) }) },
  { name: 'Last month', of: (now) => ({ from: startOfMonth(now, -1), to: startOfMonth(now) }) },
  { name: 'This year', of: (now) => ({ from: startOfYear(now), to: startOfYear(now, 1) }) },
  { name: 'Last year', of: (now) => ({ from: startOfYear(now, -1), to: startOfYear(now) }) },
];

interface RangeStep {
  readonly name: string;
  /** What a button shows in the place of its name. */
  readonly mark: string;
  readonly of: (span: Span) => Span;
}

/** From the range at hand to another. */
export const RANGE_STEPS: readonly RangeStep[] = [
  { name: 'Earlier', mark: '←', of: ({ from, to }) => ({ from: from - (to - from), to: from }) },
  { name: 'Zoom out', mark: '−', of: ({ from, to }) => around(from, to, 2) },
  { name: 'Zoom in', mark: '+', of: ({ from, to }) => around(from, to, 0.5) },
  { name: 'Later', mark: '→', of: ({ from, to }) => ({ from: to, to: to + (to - from) }) },
];

function around(from: number, to: number, factor: number): Span {
  const half = Math.max(500, ((to - from) * factor) / 2);
  return { from: (from + to) / 2 - half, to: (from + to) / 2 + half };
}

/** The parameters of a URL for a span. */
export function rangeParams({ from, to }: Span): { from: string; to: string } {
  return { from: isoSeconds(from), to: isoSeconds(Math.max(to, from + 1000)) };
}

/** The span of a URL's parameters; `undefined` where they name none, or none that is one. */
export function spanOf(params: { readonly from?: string; readonly to?: string }): Span | undefined {
  const from = Date.parse(params.from ?? '');
  const to = Date.parse(params.to ?? '');
  return from < to ? { from, to } : undefined;
}

const TYPED = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,7})?)?)?(?: ?(Z|UTC|[+-]\d\d:\d\d))?$/i;

/**
 * A time as it is typed: `2026-11-20`, `2026-11-20 05:12`, with seconds, fractions and an offset if need be; UTC without.
 * @returns ISO 8601, or `undefined` for what is no time.
 */
export function typedTime(text: string): string | undefined {
  const match = TYPED.exec(text.trim());
  if (!match) return undefined;
  const [, date, time = '00:00', seconds = ':00', zone = 'Z'] = match;
  const iso = `${date}T${time}${seconds}${/^(z|utc)$/i.test(zone) ? 'Z' : zone}`;
  if (Number.isNaN(Date.parse(iso)) || !isoSeconds(Date.parse(`${date}T00:00:00Z`)).startsWith(`${date}`))
    return undefined;
  return iso;
}
