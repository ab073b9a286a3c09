/** The evidence bundle of a range, in memory to be checked: what a tab can hold of it. */
import { ApiError } from '../../api/trouble.ts';
import { bytesText } from '../../parts/numbers.ts';
import { MOST_IN_MEMORY, type Sink } from '../take/sink.ts';

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
