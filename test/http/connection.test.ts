import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionOf, paced } from '../../shared/http/connection.ts';
import { readAnswer, type StreamServer, startStreamServer } from './streamServer.ts';

const KB = 1024;
const MB = 1024 * KB;

let server: StreamServer;
beforeAll(async () => {
  server = await startStreamServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A body that counts what it was asked for and knows whether it was cleaned up. */
function countedBody(chunks: number, chunkBytes: number, failAt = Number.POSITIVE_INFINITY) {
  const body = {
    produced: 0,
    closed: Promise.withResolvers<void>(),
    isClosed: false,
    async *[Symbol.asyncIterator]() {
      try {
        for (let n = 0; n < chunks; n += 1) {
          if (n === failAt) throw new Error('a segment is missing');
          body.produced += chunkBytes;
          yield Buffer.alloc(chunkBytes, n);
          await turn();
        }
      } finally {
        body.isClosed = true;
        body.closed.resolve();
      }
    },
  };
  return body;
}

/** Resolves when the body has not been asked for anything for a while. */
async function standsStill(body: { readonly produced: number }): Promise<void> {
  for (let before = -1; before !== body.produced || body.produced === 0; await sleep(250)) before = body.produced;
}

describe('a streamed body', () => {
  it('arrives whole, byte for byte', async () => {
    const chunks = Array.from({ length: 200 }, (_, n) => randomBytes(n * 100 + 1));
    const exchange = await server.request();
    const read = readAnswer(exchange.socket);
    await exchange.answer(
      (async function* () {
        yield* chunks;
      })(),
    );
    const { body, whole } = await read;
    expect(whole).toBe(true);
    expect(body.equals(Buffer.concat(chunks))).toBe(true);
    expect(exchange.failures).toEqual([]);
  });

  it('may be empty', async () => {
    const exchange = await server.request();
    const read = readAnswer(exchange.socket);
    await exchange.answer(countedBody(0, 1));
    expect(await read).toEqual({ body: Buffer.alloc(0), whole: true });
  });

  it('is produced no faster than its client reads', async () => {
    const body = countedBody(256, 256 * KB);
    const exchange = await server.request();
    const answered = exchange.answer(body);
    await standsStill(body);
    // What the sockets of both sides hold, and a chunk or two.
    expect(body.produced).toBeLessThan(32 * MB);
    expect(exchange.response.writableLength).toBeLessThan(2 * MB);
    const { body: received, whole } = await readAnswer(exchange.socket);
    await answered;
    expect([received.length, whole, body.produced]).toEqual([64 * MB, true, 64 * MB]);
    expect(body.isClosed).toBe(true);
  });

  it('leaves no listener behind, and warns of none, over thousands of pauses', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on('warning', onWarning);
    try {
      const exchange = await server.request();
      let pauses = 0;
      let mostListeners = 0;
      exchange.response.on('drain', () => {
        pauses += 1;
        mostListeners = Math.max(
          mostListeners,
          ...['drain', 'close'].map((name) => exchange.response.listenerCount(name)),
        );
      });
      exchange.socket.resume();
      await exchange.answer(countedBody(2000, 80 * KB));
      await once(exchange.socket, 'close');
      expect(pauses).toBeGreaterThan(1000);
      expect(mostListeners).toBeLessThan(8);
      expect(exchange.response.listenerCount('drain')).toBe(1);
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', onWarning);
    }
  });

  it('is told apart from others under way at the same time', async () => {
    const exchanges = await Promise.all(Array.from({ length: 5 }, () => server.request()));
    const reads = exchanges.map(({ socket }) => readAnswer(socket));
    await Promise.all(
      exchanges.map((exchange, n) => exchange.answer(countedBody(n + 1, 64 * KB, n === 2 ? 1 : undefined))),
    );
    const answers = await Promise.all(reads);
    expect(answers.map(({ whole }) => whole)).toEqual([true, true, false, true, true]);
    expect(exchanges.map(({ failures }) => failures.length)).toEqual([0, 0, 1, 0, 0]);
  });
});

describe('a client that leaves', () => {
  it('within the body stops it', async () => {
    const body = countedBody(Number.POSITIVE_INFINITY, 64 * KB);
    const exchange = await server.request();
    const answered = exchange.answer(body);
    await once(exchange.socket, 'readable');
    exchange.socket.destroy();
    await Promise.all([body.closed.promise, answered]);
    expect(exchange.failures).toEqual([]);
  });

  it('while the body waits for it stops the body too', async () => {
    const body = countedBody(Number.POSITIVE_INFINITY, 256 * KB);
    const exchange = await server.request();
    const answered = exchange.answer(body);
    await standsStill(body);
    const produced = body.produced;
    exchange.socket.destroy();
    await Promise.all([body.closed.promise, answered]);
    expect(body.produced).toBeLessThanOrEqual(produced + 256 * KB);
  });

  it('before the body has begun has nothing produced for it', async () => {
    const body = countedBody(Number.POSITIVE_INFINITY, 64 * KB);
    const exchange = await server.request();
    exchange.socket.destroy();
    await once(exchange.response, 'close');
    await exchange.answer(body);
    expect(body.produced).toBe(0);
    expect(exchange.failures).toEqual([]);
  });

  it('while the body works out a chunk does not get that chunk', async () => {
    const go = Promise.withResolvers<void>();
    let closed = false;
    const exchange = await server.request();
    const chunks = paced(
      exchange.response,
      (async function* () {
        try {
          yield Buffer.from('first');
          await go.promise;
          yield Buffer.from('second');
        } finally {
          closed = true;
        }
      })(),
      () => expect.fail('the body did not fail'),
    );
    expect((await chunks.next()).value).toEqual(Buffer.from('first'));
    const second = chunks.next();
    exchange.socket.destroy();
    await once(exchange.response, 'close');
    go.resolve();
    expect(await second).toEqual({ value: undefined, done: true });
    expect(closed).toBe(true);
  });
});

describe('a body that fails', () => {
  it.each([1, 5, 100])('after %i chunks breaks the transfer, and says so to nobody but us', async (chunks) => {
    const body = countedBody(1000, 8 * KB, chunks);
    const exchange = await server.request();
    const read = readAnswer(exchange.socket);
    await exchange.answer(body);
    const answer = await read;
    expect(answer.whole).toBe(false);
    expect(answer.body.length).toBeLessThanOrEqual(chunks * 8 * KB);
    expect(exchange.failures).toEqual([new Error('a segment is missing')]);
    expect(answer.body.toString('latin1')).not.toContain('segment is missing');
    expect(body.isClosed).toBe(true);
  });

  it('at its first chunk breaks the transfer too', async () => {
    const exchange = await server.request();
    const read = readAnswer(exchange.socket);
    await exchange.answer(countedBody(10, KB, 0));
    expect(await read).toEqual({ body: Buffer.alloc(0), whole: false });
    expect(exchange.failures.length).toBe(1);
  });

  it('throws where there is no connection to break', async () => {
    const failures: unknown[] = [];
    const body = paced(undefined, countedBody(10, 1, 1), (error) => failures.push(error));
    expect((await body.next()).value).toEqual(Buffer.alloc(1));
    await expect(body.next()).rejects.toThrow('a segment is missing');
    expect(failures).toEqual([new Error('a segment is missing')]);
  });
});

describe('a reader that stops', () => {
  it('stops the body', async () => {
    const body = countedBody(Number.POSITIVE_INFINITY, 1);
    for await (const _ of paced(undefined, body, () => {})) break;
    expect(body.isClosed).toBe(true);
  });
});

describe('a connection', () => {
  it('is known by its invocation until it closes', async () => {
    const exchange = await server.request();
    expect(connectionOf(exchange.id)).toBe(exchange.response);
    expect(connectionOf('another')).toBeUndefined();
    exchange.socket.destroy();
    await once(exchange.response, 'close');
    expect(connectionOf(exchange.id)).toBeUndefined();
  });
});
