/** What a seed means where retention is simulated: short retentions, long pauses, holds and a store that refuses at times. */
import { seeded } from '../../support/scheduler.ts';
import { type Plan, planOf } from '../plan.ts';

export interface RetentionPlan extends Plan {
  /** By log type. */
  readonly retentionDays: Readonly<Record<string, number>>;
  /** Whether checkpoints are signed; deletion waits for them only where they are. */
  readonly signs: boolean;
  /** Firings of the timers during which the containers have a legal hold of their own. */
  readonly lockedFrom: number;
  readonly lockedTo: number;
  /** During this firing the store takes no entry: what is written lies there, and is written again by the next one. */
  readonly stumblesAt: number;
  /** As in the settings; `undefined` is the usual. */
  readonly sweepAges: string | undefined;
  /** Before this firing somebody takes a segment away. */
  readonly theftAt: number;
  /** Seconds by which the clock of an instance that deletes may be ahead. */
  readonly aheadOfTime: number;
  /** Shares of firings during which somebody places, and releases, a hold. */
  readonly holds: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const TYPES: readonly (readonly string[])[] = [
  ['directoryAudits'],
  ['directoryAudits'],
  ['provisioning'],
  ['riskyUsers'],
  ['directoryAudits', 'provisioning'],
];

/** Seconds before a firing: from and to. */
const PAUSES: readonly (readonly [number, number])[] = [
  [HOUR, 6 * HOUR],
  [8 * HOUR, DAY],
  [DAY, 2 * DAY],
];

export function retentionPlanOf(seed: number): RetentionPlan {
  const random = seeded(seed ^ 0x0dead1e);
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const logTypes = oneOf(TYPES);
  const retentionDays = Object.fromEntries(logTypes.map((name) => [name, oneOf([1, 1, 2, 3])]));
  const never = Number.POSITIVE_INFINITY;
  const stumblesAt = random() < 0.2 ? between(1, 3) : never;
  const pauses = Array.from({ length: between(4, 7) }, () => between(...oneOf(PAUSES)));
  if (stumblesAt !== never) {
    // What was left lying is due when it is written again.
    pauses[stumblesAt] = DAY + between(0, 6) * HOUR;
    pauses[stumblesAt + 1] = Math.max(...Object.values(retentionDays)) * DAY + between(60, HOUR);
  }
  const lockedFrom = random() < 0.3 ? between(2, 5) : never;
  return {
    ...planOf(seed),
    logTypes,
    // No sweep takes the number that was meant for what was left lying.
    sourceDays: stumblesAt === never ? oneOf([1, 2, 4]) : 4,
    sweepAges: stumblesAt === never ? undefined : 'P3D',
    pauses,
    pageSize: 1000,
    // Many hours take long to write: time enough for a deletion to come in between.
    rowsPerDay: stumblesAt === never ? oneOf([2, 4]) : 8,
    hourlyRows: 0,
    graphFaultRate: 0,
    // Nor anybody whom a fault had held back.
    faultRate: stumblesAt === never ? oneOf([0, 0.01, 0.03]) : 0,
    withheld: undefined,
    retentionDays,
    stumblesAt,
    theftAt: random() < 0.1 ? between(1, 4) : never,
    aheadOfTime: oneOf([0, 0, 6 * HOUR]),
    // A ledger that is signed says each hour that it is alive: no number is taken twice in days.
    signs: stumblesAt === never && random() < 0.85,
    lockedFrom,
    lockedTo: lockedFrom + between(1, 2),
    // A hold takes a number, and what was left lying is written again under that of its first attempt: not often.
    holds: oneOf(stumblesAt === never ? [0, 0.3, 0.6] : [0, 0, 0.3]),
  };
}
