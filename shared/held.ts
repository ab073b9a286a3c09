/**
 * What the archive already holds of a window: the versions that a read of it must not store again.
 */
import { leafHash } from './archive/merkle.ts';
import { readRecord } from './archive/page.ts';
import { splitLines } from './archive/segment.ts';
import { type Instant, instantFromSeconds } from './archive/time.ts';
import { UNDATED } from './archive/undated.ts';
import { Versions } from './archive/versions.ts';
import type { Window } from './archive/window.ts';
import type { Deps } from './deps.ts';
import type { LogType } from './logTypes.ts';
import { type IndexedSegment, segmentsBetween } from './segmentIndex.ts';
import { readSegment } from './segments.ts';

/** The versions held with a time in `window`, and the undated ones, which no window bounds. */
export async function heldVersions(deps: Deps, logType: LogType, window: Window): Promise<Versions> {
  const versions = new Versions();
  for await (const segment of segmentsTouching(deps, logType, window)) {
    for await (const line of splitLines(readSegment(deps, segment))) {
      versions.add(readRecord(line, { timeField: logType.timeField }).id, leafHash(line));
    }
  }
  return versions;
}

/** Whether an entry after `seq` stored into `window`. */
export async function isHeldSince(deps: Deps, logType: LogType, window: Window, seq: number): Promise<boolean> {
  for await (const segment of segmentsTouching(deps, logType, window)) {
    if (segment.seq > seq) return true;
  }
  return false;
}

async function* segmentsTouching(deps: Deps, logType: LogType, window: Window): AsyncGenerator<IndexedSegment> {
  const undated: readonly [Instant, Instant] = [UNDATED, instantFromSeconds(1)];
  if (window.from > 0) yield* segmentsBetween(deps, logType.name, ...undated);
  yield* segmentsBetween(deps, logType.name, instantFromSeconds(window.from), instantFromSeconds(window.to));
}
