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
import { type IndexedSegment, namedBetween } from './segmentIndex.ts';
import { readSegment } from './segments.ts';

/**
 * The versions held with a time in `window`, and the undated ones, which no window bounds. Counts what is unseen.
 *
 * Where versions were deleted, that much is known of them: what is shown again of those times is not to be stored again.
 */
export async function heldVersions(deps: Deps, logType: LogType, window: Window): Promise<Versions> {
  const versions = new Versions({ countsUnseen: true });
  const [from, to] = [instantFromSeconds(window.from), instantFromSeconds(window.to)];
  await holdAll(deps, logType, window, versions, undefined, (time) =>
    // An undated one, or one of the hour but not of the window, is not missed when it does not come.
    time !== UNDATED && time >= from && time < to ? hourOf(time) : undefined,
  );
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
  await holdAll(deps, logType, window, versions, hours, () => undefined);
  return versions;
}

/** Whether an entry after `seq` stored into some UTC hours of `window`, or deleted from them. */
export async function isHeldSince(
  deps: Deps,
  logType: LogType,
  window: Window,
  hours: ReadonlySet<string>,
  seq: number,
): Promise<boolean> {
  for await (const segment of segmentsTouching(deps, logType, window, hours)) {
    if (Math.max(segment.seq, segment.deleteSeq ?? -1) > seq) return true;
  }
  return false;
}

/** @param missedIn the hour that misses a version of some time if no row shows it. */
async function holdAll(
  deps: Deps,
  logType: LogType,
  window: Window,
  versions: Versions,
  hours: ReadonlySet<string> | undefined,
  missedIn: (time: Instant) => string | undefined,
): Promise<void> {
  for await (const segment of segmentsTouching(deps, logType, window, hours)) {
    if (segment.deleteSeq !== undefined) {
      // The time of an undated record tells nothing: better twice than lost.
      if (segment.minTime !== UNDATED) versions.forget(segment.minTime, segment.maxTime);
      continue;
    }
    for await (const line of splitLines(readSegment(deps, segment))) {
      const { id, time } = readRecord(line, { timeField: logType.timeField });
      versions.hold(id, leafHash(line), missedIn(storedTime(time)));
    }
  }
}

/** @param hours only segments of these; all when absent. Deleted ones too. */
async function* segmentsTouching(
  deps: Deps,
  logType: LogType,
  window: Window,
  hours?: ReadonlySet<string>,
): AsyncGenerator<IndexedSegment> {
  const undated: readonly [Instant, Instant] = [UNDATED, instantFromSeconds(1)];
  if (window.from > 0 && (hours?.has(hourOf(UNDATED)) ?? true)) {
    yield* namedBetween(deps, logType.name, ...undated);
  }
  const spans = namedBetween(deps, logType.name, instantFromSeconds(window.from), instantFromSeconds(window.to));
  for await (const segment of spans) if (hours?.has(hourOf(segment.minTime)) ?? true) yield segment;
}
