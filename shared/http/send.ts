/** The way out: an answer as the host takes it, its body paced by the client. */
import type { ServerResponse } from 'node:http';
import type { HttpResponseInit } from '@azure/functions';
import type { Answer } from './call.ts';
import { paced } from './connection.ts';

const PRIVATE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * @param connection of the client; `undefined` without streaming.
 * @param onFailure told about an error of the body after its first chunk.
 * @throws what the body throws before its first chunk: that is an error to be answered, not a broken transfer.
 */
export async function send(
  { status = 200, headers = {}, body }: Answer,
  connection: ServerResponse | undefined,
  onFailure: (error: unknown) => void,
): Promise<HttpResponseInit> {
  const init = { status, headers: { ...PRIVATE, ...headers } };
  if (body === undefined) return init;
  if (typeof body === 'string') return { ...init, body };
  return { ...init, body: paced(connection, await firstChunk(body), onFailure) };
}

/** Waits for the first chunk, so that an answer which fails at once is an error and not a broken transfer. */
async function firstChunk(body: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = body[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | undefined = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const result = first ?? (await iterator.next());
        first = undefined;
        return result;
      },
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    }),
  };
}
