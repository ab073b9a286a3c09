/**
 * Which rows an hour holds: a pure function of seed, size of the tenant, log type and absolute hour.
 *
 * An entry is one version of a row, in the hour of its own time. Entries of log types that do not move are rows born in
 * that hour; a detection's later versions and an entity's states come from arithmetic over the hours before, so that any
 * hour can be made alone.
 */
import { instantOf, millisecondsOf, TICKS_PER_HOUR, TICKS_PER_MS, TICKS_PER_SECOND } from './instant.ts';
import { chance, hash, Random } from './random.ts';
import { rowsInHour, rowsPerDay } from './rhythm.ts';
import type { Stream } from './streams.ts';

/** Where an entry of a moving log type comes from. Times are milliseconds since 1970, with a fraction. */
export interface Origin {
  /** Hour of the row's first version; -1 for an entity. */
  readonly hour: number;
  /** Row within that hour, or number of the entity. */
  readonly row: number;
  readonly version: number;
  readonly bornAt: number;
  /** The entry's own time. */
  readonly time: number;
  /** Times of the two versions after this one, where there are any. */
  readonly next: number | undefined;
  readonly afterNext: number | undefined;
}

export interface Hour {
  readonly hour: number;
  /** Stored times in ticks within the hour, newest first. */
  readonly ticks: Float64Array;
  /** For moving log types, one for each entry. */
  readonly origins?: readonly Origin[];
}

/** A detection's last version comes at most this many hours after its first. */
const DETECTION_HOURS = 7 * 24;
const PURPOSE = { ticks: 0x71c5, period: 0x9e210d, slot: 0x5107, update: 0x0bda7e } as const;

export interface Tenant {
  readonly seed: number;
  readonly perDay: number;
}

/** The entries of one hour of one log type. */
export function makeHour(tenant: Tenant, stream: Stream, hour: number): Hour {
  const { kind } = stream.population;
  if (kind === 'events') return { hour, ticks: births(tenant, stream, hour).reverse() };
  return ordered(hour, kind === 'detections' ? detections(tenant, stream, hour) : states(tenant, stream, hour));
}

/** How many entities a stream of entities has. */
function entityCount(tenant: Tenant, stream: Stream): number {
  if (stream.population.kind !== 'entities') return 0;
  const { least, most, share } = stream.population;
  return Math.min(most, Math.max(least, Math.round(tenant.perDay * share)));
}

/** Times of the rows born in an hour, ascending. */
function births({ seed, perDay }: Tenant, { ordinal, population }: Stream, hour: number): Float64Array {
  const count = rowsInHour(seed, ordinal, hour, rowsPerDay(perDay, population.share));
  if (count === 0) return new Float64Array(0);
  const random = new Random(hash(seed, ordinal, PURPOSE.ticks, 0), hour, perDay);
  return Float64Array.from({ length: count }, () => roundedNowAndThen(random)).sort();
}

/** One time in eight is round: whole milliseconds, seconds, minutes, or the start of the hour itself. */
function roundedNowAndThen(random: Random): number {
  const tick = random.below(TICKS_PER_HOUR);
  const unit = ROUND_UNITS[random.next() & 255];
  return unit === undefined ? tick : Math.floor(tick / unit) * unit;
}

const ROUND_UNITS = [
  ...[TICKS_PER_HOUR, 60 * TICKS_PER_SECOND, 60 * TICKS_PER_SECOND, 10, 100, 1000, TICKS_PER_MS, 10 * TICKS_PER_MS],
  ...[100 * TICKS_PER_MS, ...Array<number>(15).fill(TICKS_PER_SECOND), ...Array<number>(8).fill(TICKS_PER_MS)],
];

/** Versions whose time lies in the hour, of detections born up to a week before. */
function detections(tenant: Tenant, stream: Stream, hour: number): Origin[] {
  const entries: Origin[] = [];
  for (let born = hour - DETECTION_HOURS; born <= hour; born += 1) {
    for (const [row, tick] of births(tenant, stream, born).entries()) {
      const times = detectionTimes(tenant.seed, stream.ordinal, born, row, millisecondsOf(born, tick));
      for (const [version, time] of times.entries()) {
        if (instantOf(time).hour !== hour) continue;
        const [next, afterNext] = [times[version + 1], times[version + 2]];
        entries.push({ hour: born, row, version, bornAt: times[0] ?? 0, time, next, afterNext });
      }
    }
  }
  return entries;
}

/**
 * The times of a detection's versions, the first of which is `time`: two of three detections are completed after 3 to 25
 * minutes, one of six gets another state within a week.
 */
function detectionTimes(seed: number, ordinal: number, born: number, row: number, time: number): number[] {
  const luck = (purpose: number) => chance(seed, ordinal * 64 + purpose, born, row);
  const times = [time];
  if (luck(1) < 2 / 3) times.push(time + (180 + 1320 * luck(2)) * 1000);
  if (luck(3) < 1 / 6) times.push(time + 3_600_000 * (1 + (DETECTION_HOURS - 2) * luck(4) ** 3));
  return times;
}

/** The states that entities took in the hour. Each entity has one in every period of its own length. */
function states(tenant: Tenant, stream: Stream, hour: number): Origin[] {
  const entries: Origin[] = [];
  for (let entity = 0; entity < entityCount(tenant, stream); entity += 1) {
    const period = periodHours(tenant, stream, entity);
    const slot = Math.floor(hour / period);
    const at = (number: number) => stateTime(tenant.seed, stream.ordinal, entity, number, period);
    const time = at(slot);
    if (instantOf(time).hour !== hour) continue;
    const later = { next: at(slot + 1), afterNext: at(slot + 2) };
    entries.push({ hour: -1, row: entity, version: slot, bornAt: time, time, ...later });
  }
  return entries;
}

/** The entities that must exist after a day move twice a day; the others every two to fifteen days. */
function periodHours({ seed }: Tenant, { ordinal, population }: Stream, entity: number): number {
  if (population.kind === 'entities' && entity < population.least - 1) return 12;
  return 48 + (hash(seed, ordinal, PURPOSE.period, entity) % 312);
}

function stateTime(seed: number, ordinal: number, entity: number, slot: number, period: number): number {
  const hour = slot * period + (hash(seed, ordinal * 64 + 1, entity, slot) % period);
  return millisecondsOf(hour, hash(seed, ordinal * 64 + 2, entity, slot) * 8);
}

function ordered(hour: number, unordered: readonly Origin[]): Hour {
  const entries = unordered.toSorted((a, b) => b.time - a.time);
  const ticks = Float64Array.from(entries, ({ time }) => instantOf(time).tick);
  return { hour, ticks, origins: entries };
}
