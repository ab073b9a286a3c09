/** What a seed means: the tenant, the timers, the instances and the weather of one schedule. */
import { seeded } from '../support/scheduler.ts';

export interface Plan {
  readonly seed: number;
  readonly logTypes: readonly string[];
  /** What the source keeps, of the types that have a limit. */
  readonly sourceDays: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Seconds before each firing of the timers. */
  readonly pauses: readonly number[];
  /** Instances that the most a firing starts; each firing starts one of them at least. */
  readonly instances: number;
  readonly pageSize: number;
  /** Rows a day and log type. */
  readonly rowsPerDay: number;
  /** Rows that lie an hour apart before the start: more than an entry can name when there are many. */
  readonly hourlyRows: number;
  /** Seconds by which Graph's clock is ahead of the simulation's. */
  readonly graphSkew: number;
  /** Seconds by which an instance's clock may be behind, and ahead. */
  readonly clockSkew: readonly [behind: number, ahead: number];
  /** Shares of calls that go wrong: all of them, and those to Graph once more. */
  readonly faultRate: number;
  readonly graphFaultRate: number;
  /** Graph refuses every request during these firings of the timers. */
  readonly withheld?:
    | { readonly from: number; readonly to: number; readonly as: 'unlicensed' | 'forbidden' }
    | undefined;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const TYPES: readonly (readonly string[])[] = [
  ['directoryAudits'],
  ['directoryAudits'],
  ['provisioning'],
  ['provisioning'],
  ['riskyUsers'],
  ['riskyUsers'],
  ['directoryAudits', 'provisioning'],
  ['directoryAudits', 'riskyUsers'],
];

/** How long after the one before a timer fires: mostly as scheduled, at times after hours or days of silence. */
const PAUSES: readonly (readonly [number, number])[] = [
  [15 * MINUTE, 15 * MINUTE],
  [15 * MINUTE, 15 * MINUTE],
  [HOUR, 3 * HOUR],
  [3 * HOUR, 14 * HOUR],
  [3 * HOUR, 14 * HOUR],
  [DAY, 2.5 * DAY],
];

export function planOf(seed: number): Plan {
  const random = seeded(seed);
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return {
    seed,
    logTypes: oneOf(TYPES),
    sourceDays: oneOf([1, 2, 2, 3]),
    start: Date.parse('2026-11-20T00:00:00Z') + between(0, 47) * 1_800_000,
    pauses: Array.from({ length: between(2, 4) }, () => between(...oneOf(PAUSES))),
    instances: oneOf([1, 2, 2, 2, 3]),
    pageSize: oneOf([2, 3, 5, 1000]),
    rowsPerDay: oneOf([2, 4, 8]),
    hourlyRows: random() < 0.02 ? 70 : 0,
    graphSkew: oneOf([0, 0, 0, MINUTE, -10, -5 * MINUTE]),
    clockSkew: oneOf([
      [0, 0],
      [0, 0],
      [MINUTE, 10],
      [10 * MINUTE, 20],
      [5 * MINUTE, 10 * MINUTE],
    ] as const),
    faultRate: oneOf([0, 0.005, 0.02, 0.05]),
    graphFaultRate: oneOf([0, 0.02, 0.1]),
    withheld:
      random() < 0.06 ? { from: between(0, 1), to: between(2, 4), as: oneOf(['unlicensed', 'forbidden']) } : undefined,
  };
}
