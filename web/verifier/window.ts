/** Bytes out of a blob. Small reads that follow each other are served from one large one: a bundle has many small files. */

/** @throws RangeError where the blob ends before. */
export type ReadBytes = (from: number, length: number) => Promise<Uint8Array>;

const WINDOW_BYTES = 1024 * 1024;

export function openWindow(blob: Blob): ReadBytes {
  let held = new Uint8Array();
  let start = 0;
  return async (from, length) => {
    if (!(from >= 0 && from + length <= blob.size)) throw new RangeError('It ends before what it says it holds.');
    if (from < start || from + length > start + held.length) {
      const end = Math.min(blob.size, from + Math.max(length, WINDOW_BYTES));
      held = new Uint8Array(await blob.slice(from, end).arrayBuffer());
      start = from;
    }
    return held.subarray(from - start, from - start + length);
  };
}
