/** The evidence bundle of a range, in memory to be checked: how large it will be, and what a tab can hold of it. */
import type { LogTypeStatus } from '../../api/answers.ts';
import { ApiError } from '../../api/trouble.ts';
import { bytesText } from '../../parts/numbers.ts';
import { MOST_IN_MEMORY, type Sink } from '../take/sink.ts';

/** Of an entry on average. Measured: those of sweeps, of which there are most, have less. */
const ENTRY_BYTES = 1200;
/** Of an entry before those that are included: its leaf hash. */
const LEAF_BYTES = 32;

type Stored = Pick<LogTypeStatus, 'records' | 'bytes' | 'entries' | 'from'>;

/**
 * Bytes of a bundle, about: the records of the range, and every entry since it was read.
 * @param records of the range. @param from its begin. @param now in milliseconds since 1970.
 */
export function bundleBytes(status: Stored, records: number, from: string, now: number): number {
  const each = status.bytes / Math.max(1, status.records);
  const whole = now - Date.parse(status.from ?? from);
  const since = Math.min(1, Math.max(0, (now - Date.parse(from)) / Math.max(1, whole)));
  const entries = status.entries * since;
  return Math.ceil(records * each + entries * ENTRY_BYTES + (status.entries - entries) * LEAF_BYTES);
}

export interface BlobSink extends Sink {
  /** All that came. */
  blob(): Blob;
}

/** Collects a download to be checked. It breaks off above what a tab can hold. */
export function blobSink(most: number = MOST_IN_MEMORY): BlobSink {
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  return {
    kind: 'memory',
    write: async (chunk) => {
      bytes += chunk.length;
      if (bytes > most) throw new ApiError({ kind: 'tooLarge', detail: tooLarge(most) });
      // A copy: what is handed in may be a view of something larger.
      chunks.push(chunk.slice() as Uint8Array<ArrayBuffer>);
    },
    finish: async () => undefined,
    discard: async () => {
      chunks = [];
    },
    blob: () => new Blob(chunks, { type: 'application/zip' }),
  };
}

function tooLarge(most: number): string {
  return `The bundle has more than the ${bytesText(most)} that this tab can hold.`;
}
