/** The lines of an NDJSON answer, as they arrive. */
import { brokenOff } from './trouble.ts';

const NEWLINE = 10;

/**
 * Cuts a stream of bytes into whole lines.
 * @returns for each chunk that brought any, the lines without their newlines.
 * @throws ApiError `broken` when the transfer ends before its end: half a line is nobody's record.
 */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let rest = new Uint8Array();
  for await (const chunk of chunksOf(body)) {
    const bytes = joined(rest, chunk);
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.slice(start);
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0) throw brokenOff(new Error('the last line has no end'));
}

/** The chunks of a body. @throws ApiError `broken`; an `AbortError` when it was cancelled. */
export async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isDone = done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    isDone = true;
    throw brokenOff(error);
  } finally {
    // Who stops to listen wants no more of it.
    if (!isDone) await reader.cancel();
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> | Uint8Array {
  if (first.length === 0) return second;
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
