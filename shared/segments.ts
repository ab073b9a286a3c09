/**
 * Stored segments, fetched: every byte that leaves here has been hash-checked against the ledger first.
 */
import { splitName } from './archive/names.ts';
import { checkStored, DamagedSegment, openSegment } from './archive/segment.ts';
import type { Deps } from './deps.ts';
import type { IndexedSegment } from './segmentIndex.ts';

/** The ledger names a segment that is not in the store. */
export class SegmentMissing extends Error {
  override readonly name = 'SegmentMissing';
}

/** A segment was deleted with proof while an answer that began before that was under way. */
export class SegmentDeleted extends SegmentMissing {
  constructor({ name, seq }: IndexedSegment) {
    super(`Segment ${name} of entry ${seq} was deleted after its retention while it was asked for. Ask again.`);
  }
}

/**
 * A segment's stored bytes, their hash checked.
 * @throws SegmentMissing, or DamagedSegment; both name the segment.
 */
export async function loadSegment(deps: Pick<Deps, 'blobs'>, segment: IndexedSegment): Promise<Buffer> {
  const bytes = await fetchSegment(deps, segment);
  try {
    checkStored(bytes, segment);
  } catch (error) {
    throw named(error, segment);
  }
  return bytes;
}

/**
 * The content of a segment in chunks of whole or partial lines.
 * @throws SegmentMissing, or DamagedSegment (before the first byte when the hash differs); both name the segment.
 */
export async function* readSegment(deps: Pick<Deps, 'blobs'>, segment: IndexedSegment): AsyncGenerator<Buffer> {
  const bytes = await fetchSegment(deps, segment);
  try {
    yield* openSegment(bytes, segment);
  } catch (error) {
    throw named(error, segment);
  }
}

/** The check itself knows only bytes; the operator needs to know whose. */
export function named(error: unknown, segment: IndexedSegment): unknown {
  if (error instanceof DamagedSegment) error.message = `${segment.name} of entry ${segment.seq}: ${error.message}`;
  return error;
}

async function fetchSegment(deps: Pick<Deps, 'blobs'>, segment: IndexedSegment): Promise<Buffer> {
  const [container, blob] = splitName(segment.name);
  const bytes = await deps.blobs.get(container, blob);
  if (bytes) return bytes;
  throw new SegmentMissing(
    `Segment ${segment.name} of entry ${segment.seq} is not in the store. ` +
      'It was deleted outside of the archive: restore the blob from a copy; the ledger holds its SHA-256.',
  );
}
