/**
 * What exists at a moment: which of a row's versions Graph could show, by the clock.
 *
 * Nothing exists before the tenant's beginning, after now, or beyond what the source remembers. Of a row that moves only
 * the newest version exists whose time has come. Late rows and changed rows depend on the row and on two faults; what
 * was shown once does not become invisible or unchanged when a fault is switched.
 */
import type { FaultPlan } from './faultPlan.ts';
import { FAULTS } from './faultTable.ts';
import type { Hour, Origin } from './hours.ts';
import { HOUR_MS, millisecondsOf } from './instant.ts';
import { oldestAllowed } from './query.ts';
import { chance, hash } from './random.ts';
import type { Shown } from './shown.ts';
import type { Stream } from './streams.ts';
import type { Row, TenantRows } from './tenant.ts';

export interface World {
  readonly tenant: TenantRows;
  /** Milliseconds since 1970 before which nothing exists. */
  readonly start: number;
  readonly plan: FaultPlan;
  readonly shown: Shown;
}

const PURPOSE = { late: 11, gauss: 12, changes: 13, changedAt: 14 } as const;
const CHANGED_ONE_IN = FAULTS.find(({ name }) => name === 'changed-rows')?.oneIn ?? 1;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
/** A log-normal delay with P95 2 minutes and P99 5 minutes: both quantiles give mean and deviation of its logarithm. */
const SIGMA = Math.log(5 / 2) / (2.326348 - 1.644854);
const MU = Math.log(2 * MINUTE_MS) - 1.644854 * SIGMA;
const VERY_LATE_SHARE = 1e-4;
const CHANGE_AFTER_MS = [10 * MINUTE_MS, 20 * DAY_MS] as const;

/** The first moment of which a log type has rows at time `now`; both in milliseconds since 1970. */
export function oldestExisting({ start }: World, { logType }: Stream, now: number): number {
  return logType.sourceRetentionDays === undefined
    ? start
    : Math.max(start, oldestAllowed(logType.sourceRetentionDays, now));
}

/** The version of an entry that exists at `now`, or `undefined`. */
export function existingRow(
  world: World,
  stream: Stream,
  hour: Hour,
  index: number,
  v1: boolean,
  now: number,
): Row | undefined {
  const origin = hour.origins?.[index];
  const time = origin?.time ?? millisecondsOf(hour.hour, hour.ticks[index] ?? 0);
  if (time > now || time < oldestExisting(world, stream, now)) return undefined;
  const row = { stream, hour: hour.hour, index, changed: false, v1 };
  if (origin !== undefined) return isNewest(world, stream, origin, now) ? row : undefined;
  if (isLate(world, row, time, now) && !world.shown.any(row)) return undefined;
  const changed = { ...row, changed: true };
  return isChanged(world, row, time, now) || world.shown.has(changed) ? changed : row;
}

/** A version is delayed no longer than until the next one's time, so that one and only one exists. */
function isNewest({ tenant, plan }: World, { ordinal }: Stream, origin: Origin, now: number): boolean {
  const delay = (later: number) =>
    plan.has('late-rows')
      ? lateness(tenant.seed, ordinal, origin.hour, origin.row * 1024 + ((origin.version + later) & 1023))
      : 0;
  const comes = Math.min(origin.time + delay(0), origin.next ?? Number.POSITIVE_INFINITY);
  if (now < comes || origin.next === undefined) return now >= comes;
  return now < Math.min(origin.next + delay(1), origin.afterNext ?? Number.POSITIVE_INFINITY);
}

function isLate({ tenant, plan }: World, { stream, hour, index }: Row, time: number, now: number): boolean {
  if (now - time > DAY_MS || !plan.has('late-rows')) return false;
  return now < time + lateness(tenant.seed, stream.ordinal, hour, index);
}

/** Milliseconds from a row's time until it can be seen. */
function lateness(seed: number, ordinal: number, a: number, b: number): number {
  const luck = chance(seed, ordinal * 64 + PURPOSE.late, a, b);
  if (luck < VERY_LATE_SHARE) return HOUR_MS * (1 + (23 * luck) / VERY_LATE_SHARE);
  const angle = chance(seed, ordinal * 64 + PURPOSE.gauss, a, b);
  const normal = Math.sqrt(-2 * Math.log(luck)) * Math.cos(2 * Math.PI * angle);
  return Math.min(HOUR_MS, Math.exp(MU + SIGMA * normal));
}

function isChanged({ tenant, plan }: World, { stream, hour, index }: Row, time: number, now: number): boolean {
  const [least, most] = CHANGE_AFTER_MS;
  if (now - time < least || !plan.has('changed-rows')) return false;
  if (hash(tenant.seed, stream.ordinal * 64 + PURPOSE.changes, hour, index) % CHANGED_ONE_IN !== 0) return false;
  const luck = chance(tenant.seed, stream.ordinal * 64 + PURPOSE.changedAt, hour, index);
  return now >= time + least * (most / least) ** luck;
}
