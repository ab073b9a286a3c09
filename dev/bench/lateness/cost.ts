/**
 * What heads and sweeps cost in requests, from the ledger's own account of its reads, and what they would cost a tenant
 * of 1.5 million events a day: the same reads, with the rows that such a tenant has in them.
 */
import type { Entry, ReadEntry } from '../../../shared/archive/entry.ts';

export interface Cost {
  /** Requests of the whole run. */
  readonly requests: number;
  /** Requests a day of the large tenant, and how many windows they read. */
  readonly scaled: number;
  readonly windows: number;
  /** Mean width of a window of the run, in hours. */
  readonly hours: number;
}

/** Events a day of the tenant that the cost is stated for. */
export const LARGE_TENANT = 1_500_000;
/** 4 of the 5 requests that Graph allows in 10 s (`GRAPH_REPORTS_PER_10S`), the whole day. */
export const REQUESTS_A_DAY = (4 / 10) * 86_400;
const PAGE = 1000;
/** Rows that the flow aims at in one window; the whole hours of a sweep are not cut. */
const AIMED = { head: 50_000, sweep: 20_000 } as const;

export interface Steady {
  /** Seconds since 1970 by which entries are taken: days in which every sweep age is at work. */
  readonly from: number;
  readonly to: number;
  /** Rows a day of the run. */
  readonly rowsPerDay: number;
}

/** The cost of the reads of one purpose. */
export function costOf(entries: readonly Entry[], why: 'head' | 'sweep', { from, to, rowsPerDay }: Steady): Cost {
  const reads = entries.filter((entry): entry is ReadEntry => entry.kind === 'read' && entry.read.why === why);
  const steady = reads.filter(({ time }) => secondsOf(time) >= from && secondsOf(time) < to);
  const days = (to - from) / 86_400;
  const scaled = steady.map(({ read }) => scale(read, why, LARGE_TENANT / rowsPerDay));
  const seconds = steady.reduce((sum, { read }) => sum + secondsOf(read.to) - secondsOf(read.from), 0);
  const total = (pick: (one: { requests: number; windows: number }) => number) =>
    scaled.reduce((sum, one) => sum + pick(one), 0) / days;
  return {
    requests: reads.reduce((sum, { read }) => sum + read.pages, 0),
    scaled: total(({ requests }) => requests),
    windows: total(({ windows }) => windows),
    hours: seconds / 3600 / Math.max(1, steady.length),
  };
}

/** A read with so many times the rows: in more windows where the flow would make them narrower, each in whole pages. */
function scale({ from, to, fetched }: ReadEntry['read'], why: 'head' | 'sweep', times: number) {
  const rows = fetched * times;
  const hours = Math.ceil((secondsOf(to) - secondsOf(from)) / 3600);
  const windows = Math.max(1, Math.min(hours, Math.ceil(rows / AIMED[why])));
  return { windows, requests: windows * Math.max(1, Math.ceil(rows / windows / PAGE)) };
}

function secondsOf(text: string): number {
  return Date.parse(text) / 1000;
}
