/**
 * Keeping a silent answer alive: what stands between us and the client gives up on a connection that says nothing for
 * minutes, and a filter may search years before it finds.
 */
import type { Clock } from '../clock.ts';

/** Longest silence of an answer, in milliseconds; Azure's front end gives up after 230 s. */
export const SILENCE_MS = 60_000;

/** The chunks of `body`, with `filler` wherever none comes for `SILENCE_MS`. Fillers only come between chunks. */
export async function* neverSilent(
  body: AsyncIterable<Buffer>,
  filler: Buffer,
  clock: Pick<Clock, 'sleep'>,
): AsyncGenerator<Buffer> {
  const source = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = source.next();
      while (await isSilent(next, clock)) yield filler;
      const { done, value } = await next;
      if (done) return;
      yield value;
    }
  } finally {
    await source.return?.();
  }
}

/** Whether nothing has come of `next` when `SILENCE_MS` are over; `false` as soon as something has, if only an error. */
async function isSilent(next: Promise<unknown>, clock: Pick<Clock, 'sleep'>): Promise<boolean> {
  const waiting = new AbortController();
  const come = () => waiting.abort();
  next.then(come, come);
  return clock.sleep(SILENCE_MS, waiting.signal).then(
    () => !waiting.signal.aborted,
    () => false,
  );
}
