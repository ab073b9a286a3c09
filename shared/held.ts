/**
 * What the archive already holds of a window: the versions that a read of it must not store again.
 */
import { leafHash } from './archive/merkle.ts';
import { readRecord } from './archive/page.ts';
import { splitLines } from './archive/segment.ts';
import { hourOf, type Instant, instantFromSeconds } from './archive/time.ts';
import { storedTime, UNDATED } from './archive/undated.ts';
import { Versions } from './archive/versions.ts';
import type { Window } from './archive/window.ts';
import type { Deps } from './deps.ts';
import type { LogType } from './logTypes.ts';
import { type IndexedSegment, segmentsBetween } from './segmentIndex.ts';
import { readSegment } from './segments.ts';

/** The versions held with a time in `window`, and the undated ones, which no window bounds. Counts what is unseen. */
export async function heldVersions(deps: Deps, logType: LogType, window: Window): Promise<Versions> {
  const versions = new Versions(true);
  const [from, to] = [instantFromSeconds(window.from), instantFromSeconds(window.to)];
  for await (const { id, leaf, time } of heldRows(deps, logType, window)) {
    // An undated one, or one of the hour but not of the window, is not missed when it does not come.
    versions.hold(id, leaf, time !== UNDATED && time >= from && time < to ? hourOf(time) : undefined);
  }
  return versions;
}

/** The versions held in some UTC hours of a window. @param versions where they are taken in. */
export async function heldInHours(
  deps: Deps,
  logType: LogType,
  window: Window,
  hours: ReadonlySet<string>,
  versions: Versions = new Versions(),
): Promise<Versions> {
  for await (const { id, leaf } of heldRows(deps, logType, window, hours)) versions.hold(id, leaf, undefined);
  return versions;
}

/** Whether an entry after `seq` stored into some UTC hours of `window`. */
export async function isHeldSince(
  deps: Deps,
  logType: LogType,
  window: Window,
  hours: ReadonlySet<string>,
  seq: number,
): Promise<boolean> {
  for await (const segment of segmentsTouching(deps, logType, window, hours)) {
    if (segment.seq > seq) return true;
  }
  return false;
}

async function* heldRows(deps: Deps, logType: LogType, window: Window, hours?: ReadonlySet<string>) {
  for await (const segment of segmentsTouching(deps, logType, window, hours)) {
    for await (const line of splitLines(readSegment(deps, segment))) {
      const { id, time } = readRecord(line, { timeField: logType.timeField });
      yield { id, leaf: leafHash(line), time: storedTime(time) };
    }
  }
}

/** @param hours only segments of these; all when absent. */
async function* segmentsTouching(
  deps: Deps,
  logType: LogType,
  window: Window,
  hours?: ReadonlySet<string>,
): AsyncGenerator<IndexedSegment> {
  const undated: readonly [Instant, Instant] = [UNDATED, instantFromSeconds(1)];
  if (window.from > 0 && (hours?.has(hourOf(UNDATED)) ?? true)) {
    yield* segmentsBetween(deps, logType.name, ...undated);
  }
  const spans = segmentsBetween(deps, logType.name, instantFromSeconds(window.from), instantFromSeconds(window.to));
  for await (const segment of spans) if (hours?.has(hourOf(segment.minTime)) ?? true) yield segment;
}
