/**
 * Segments that a reader found missing, or other than the ledger says: noted in the table for the alarm of status.
 *
 * A note is a hint: whoever asks looks at the segment again, and a note about one that is whole ends there.
 */
import { hash } from 'node:crypto';
import { DamagedSegment } from './archive/segment.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import { messageOf } from './errors.ts';
import { noteOrLog } from './hintRow.ts';
import { applyLedger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { type IndexedSegment, isDeleted, partitionOf } from './segmentIndex.ts';
import { loadSegment, SegmentDeleted, SegmentMissing } from './segments.ts';
import { listPrefix } from './storage/port.ts';

const PREFIX = 'damage|';

function isDamage(error: unknown): boolean {
  return error instanceof DamagedSegment || error instanceof SegmentMissing;
}

/**
 * Notes what `reading` a segment fails with, if that is damage, and fails with it. When the note cannot be written that
 * is logged: the answer fails all the same.
 */
export async function notingDamage<T>(
  deps: Deps,
  logType: LogType,
  segment: IndexedSegment,
  reading: Promise<T>,
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!isDamage(error)) throw error;
    // An answer that began before the deletion was committed meets it on its way.
    if (await isDeletedNow(deps, logType, segment)) throw new SegmentDeleted(segment);
    await note(deps, logType, segment);
    throw error;
  }
}

async function isDeletedNow(deps: Deps, { name }: LogType, segment: IndexedSegment): Promise<boolean> {
  try {
    await applyLedger(deps, name);
    return await isDeleted(deps, name, segment.name);
  } catch (error) {
    // Nothing is excused by what cannot be read: the damage is what is told.
    const message = `whether ${segment.name} was deleted meanwhile cannot be told: ${messageOf(error)}`;
    deps.log('warn', message, { logType: name });
    return false;
  }
}

async function note(deps: Deps, logType: LogType, { name, seq, sha256 }: IndexedSegment): Promise<void> {
  const key = `${PREFIX}${hash('sha256', name)}`;
  const values = { name, seq, sha256, at: nowSeconds(deps) };
  await noteOrLog(deps, logType.name, `that ${name} is damaged`, () =>
    deps.state.commit(partitionOf(deps, logType.name), [{ kind: 'upsert', key, values }]),
  );
}

/** The names of segments that were found damaged and still are. */
export async function damagedSegments(deps: Deps, logType: LogType): Promise<string[]> {
  const partition = partitionOf(deps, logType.name);
  const damaged: string[] = [];
  for await (const { key, values, etag } of listPrefix(deps.state, partition, PREFIX)) {
    const segment = values as unknown as IndexedSegment;
    const over = (await isDeleted(deps, logType.name, segment.name)) || (await isWhole(deps, segment));
    if (over) await deps.state.commit(partition, [{ kind: 'delete', key, etag }]);
    else damaged.push(segment.name);
  }
  return damaged;
}

async function isWhole(deps: Deps, segment: IndexedSegment): Promise<boolean> {
  try {
    await loadSegment(deps, segment);
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
