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
      for (;;) {
        const waiting = new AbortController();
        const silent = clock.sleep(SILENCE_MS, waiting.signal).then(
          () => 'silent' as const,
          () => 'stopped' as const,
        );
        const first = await Promise.race([next, silent]);
        waiting.abort();
        if (first !== 'silent') break;
        yield filler;
      }
      const { done, value } = await next;
      if (done) return;
      yield value;
    }
  } finally {
    await source.return?.();
  }
}
