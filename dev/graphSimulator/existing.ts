/**
 * What exists at a moment: which of a row's versions Graph could show, by the clock.
 *
 * Nothing exists before the tenant's beginning, after now, or beyond what the source remembers. Of a row that moves only
 * the newest version exists whose time has come. Late rows and changed rows depend on the row and on two faults; what
 * was shown once does not become invisible or unchanged when a fault is switched.
 */
import type { Conditions } from './conditions.ts';
import type { FaultPlan } from './faultPlan.ts';
import { FAULTS } from './faultTable.ts';
import type { Hour, Origin } from './hours.ts';
import { HOUR_MS, millisecondsOf } from './instant.ts';
import { LATEST_MS, lateness } from './lateness.ts';
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
  readonly conditions: Conditions;
  readonly shown: Shown;
}

const PURPOSE = { changes: 13, changedAt: 14 } as const;
const CHANGED_ONE_IN = FAULTS.find(({ name }) => name === 'changed-rows')?.oneIn ?? 1;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
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
  const withoutPolicies = world.conditions.withholdPolicies(stream);
  const row = { stream, hour: hour.hour, index, changed: false, v1, withoutPolicies };
  if (origin !== undefined) return isNewest(world, stream, origin, now) ? row : undefined;
  if (isLate(world, row, time, now) && !world.shown.any(row)) return undefined;
  const changed = { ...row, changed: true };
  return isChanged(world, row, time, now) || world.shown.changed(row) ? changed : row;
}

/** A version is delayed no longer than until the next one's time, so that one and only one exists. */
function isNewest({ tenant, plan }: World, { ordinal }: Stream, origin: Origin, now: number): boolean {
  const delay = (later: number) =>
    plan.has('late-rows')
      ? lateness(tenant, ordinal, origin.hour, origin.row * 1024 + ((origin.version + later) & 1023))
      : 0;
  const comes = Math.min(origin.time + delay(0), origin.next ?? Number.POSITIVE_INFINITY);
  if (now < comes || origin.next === undefined) return now >= comes;
  return now < Math.min(origin.next + delay(1), origin.afterNext ?? Number.POSITIVE_INFINITY);
}

function isLate({ tenant, plan }: World, { stream, hour, index }: Row, time: number, now: number): boolean {
  if (now - time > LATEST_MS || !plan.has('late-rows')) return false;
  return now < time + lateness(tenant, stream.ordinal, hour, index);
}

function isChanged({ tenant, plan }: World, { stream, hour, index }: Row, time: number, now: number): boolean {
  const [least, most] = CHANGE_AFTER_MS;
  if (now - time < least || !plan.has('changed-rows')) return false;
  if (hash(tenant.seed, stream.ordinal * 64 + PURPOSE.changes, hour, index) % CHANGED_ONE_IN !== 0) return false;
  const luck = chance(tenant.seed, stream.ordinal * 64 + PURPOSE.changedAt, hour, index);
  return now >= time + least * (most / least) ** luck;
}
