/** Keeping silent answers alive, by a clock that the test moves. */
import { describe, expect, it } from 'vitest';
import { neverSilent, SILENCE_MS } from '../../shared/serve/silence.ts';

const FILLER = Buffer.from('.');

/** A clock whose sleepers wake when the test says so. */
function handClock() {
  const sleepers = new Set<{ left: number; wake: () => void }>();
  return {
    sleepers,
    sleep: (milliseconds: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { left: milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    /** Lets time pass. */
    async pass(milliseconds: number) {
      for (const sleeper of sleepers) {
        sleeper.left -= milliseconds;
        if (sleeper.left > 0) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await settled();
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A body whose chunks come when the test sends them. */
function handBody() {
  let { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const state = { returned: false };
  async function* chunks() {
    try {
      for (;;) {
        const chunk = await promise;
        ({ promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>());
        if (!chunk) return;
        yield chunk;
      }
    } finally {
      state.returned = true;
    }
  }
  return {
    chunks: chunks(),
    state,
    send: async (text: string | undefined) => {
      resolve(text === undefined ? undefined : Buffer.from(text));
      await settled();
    },
    fail: async (error: Error) => {
      reject(error);
      await settled();
    },
  };
}

/** Reads everything as it comes. */
function reading(body: AsyncIterable<Buffer>) {
  const seen = { text: '', end: undefined as unknown };
  const done = (async () => {
    for await (const chunk of body) seen.text += chunk.toString();
  })().then(
    () => {
      seen.end = 'whole';
    },
    (error: unknown) => {
      seen.end = error;
    },
  );
  return { seen, done };
}

describe('an answer that is silent', () => {
  it('gets a filler after a minute, and after every further one', async () => {
    const [clock, body] = [handClock(), handBody()];
    const { seen, done } = reading(neverSilent(body.chunks, FILLER, clock));
    await settled();
    await clock.pass(SILENCE_MS - 1);
    expect(seen.text).toBe('');
    await clock.pass(1);
    expect(seen.text).toBe('.');
    await clock.pass(SILENCE_MS);
    await clock.pass(SILENCE_MS);
    expect(seen.text).toBe('...');
    await body.send('found');
    expect(seen.text).toBe('...found');
    await body.send(undefined);
    await done;
    expect([seen, clock.sleepers.size]).toEqual([{ text: '...found', end: 'whole' }, 0]);
  });

  it('gets none where something comes in time, however long it all takes', async () => {
    const [clock, body] = [handClock(), handBody()];
    const { seen, done } = reading(neverSilent(body.chunks, FILLER, clock));
    await settled();
    for (let n = 0; n < 20; n += 1) {
      await clock.pass(SILENCE_MS - 1);
      await body.send('x');
    }
    await body.send(undefined);
    await done;
    expect(seen).toEqual({ text: 'x'.repeat(20), end: 'whole' });
    expect(SILENCE_MS).toBe(60_000);
  });

  it('that fails in its silence, or before, fails: nothing is left waiting', async () => {
    for (const silence of [0, 1, 3]) {
      const [clock, body] = [handClock(), handBody()];
      const { seen, done } = reading(neverSilent(body.chunks, FILLER, clock));
      await settled();
      for (let n = 0; n < silence; n += 1) await clock.pass(SILENCE_MS);
      const error = new Error('a segment is damaged');
      await body.fail(error);
      await done;
      expect(seen).toEqual({ text: '.'.repeat(silence), end: error });
      expect([clock.sleepers.size, body.state.returned]).toEqual([0, true]);
    }
  });

  it('that nobody reads on is ended at its source', async () => {
    const [clock, body] = [handClock(), handBody()];
    const answer = neverSilent(body.chunks, FILLER, clock);
    const first = answer.next();
    await settled();
    await body.send('x');
    expect((await first).value?.toString()).toBe('x');
    await answer.return(undefined);
    expect([clock.sleepers.size, body.state.returned]).toEqual([0, true]);
  });
});
