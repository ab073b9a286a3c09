/**
 * How late a row is: the time from when it happened until Graph shows it. A pure function of the row.
 *
 * Most delays are log-normal with P95 2 minutes and P99 5 minutes, as Microsoft once published
 * (https://www.michev.info/blog/post/5749/microsoft-365-azure-ad-audit-logs-and-reports-latency-data keeps the page), and
 * end within the hour; a few rows, by the table of tails, take hours or days.
 */
import type { Tenant } from './hours.ts';
import { HOUR_MS, millisecondsOf } from './instant.ts';
import { chance } from './random.ts';
import type { Stream } from './streams.ts';

interface Tail {
  /** Of all rows. */
  readonly share: (tenant: Tenant) => number;
  readonly leastMs: number;
  readonly mostMs: number;
}

const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const PURPOSE = { late: 11, gauss: 12 } as const;
/** Both quantiles give mean and deviation of the delay's logarithm. */
const SIGMA = Math.log(5 / 2) / (2.326348 - 1.644854);
const MU = Math.log(2 * MINUTE_MS) - 1.644854 * SIGMA;

const TAILS: readonly Tail[] = [
  // A small tenant has one every other day, so that a month of it has some; a tiny one no more than 1 of 1000 rows.
  { share: ({ perDay }) => Math.min(1e-3, Math.max(1e-5, 0.5 / perDay)), leastMs: 2 * DAY_MS, mostMs: 3 * DAY_MS },
  { share: () => 1e-4, leastMs: HOUR_MS, mostMs: DAY_MS },
];

/** No row is later. */
export const LATEST_MS = 3 * DAY_MS;

/**
 * Milliseconds from a row's time until it can be seen.
 * @param a with `b`: what names the row, or the version of a row that moves, within its stream.
 */
export function lateness(tenant: Tenant, ordinal: number, a: number, b: number): number {
  const luck = chance(tenant.seed, ordinal * 64 + PURPOSE.late, a, b);
  let below = 0;
  for (const { share, leastMs, mostMs } of TAILS) {
    const size = share(tenant);
    if (luck < below + size) return leastMs + ((mostMs - leastMs) * (luck - below)) / size;
    below += size;
  }
  const angle = chance(tenant.seed, ordinal * 64 + PURPOSE.gauss, a, b);
  const normal = Math.sqrt(-2 * Math.log(luck)) * Math.cos(2 * Math.PI * angle);
  return Math.min(HOUR_MS, Math.exp(MU + SIGMA * normal));
}

/** Time of an event and the moment from which it can be seen, in milliseconds since 1970, of every event of an hour. */
export function arrivals(tenant: Tenant, { ordinal }: Stream, hour: number, ticks: Float64Array): Arrival[] {
  return Array.from(ticks, (tick, index) => {
    const at = millisecondsOf(hour, tick);
    return { at, visible: at + lateness(tenant, ordinal, hour, index) };
  });
}

export interface Arrival {
  readonly at: number;
  readonly visible: number;
}
