/**
 * The client's end of a streamed answer.
 *
 * In streaming mode `@azure/functions` writes chunks without waiting for the socket, does not notice a client that left
 * and cannot end a body that failed (azure-functions-nodejs-library issues 294 and 324). Node publishes each request and
 * its response on the public channel `http.server.request.start`; the response is kept by the invocation id that the
 * host sends along, so that a body can wait for `drain`, see `close` and break the transfer.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

const INVOCATION_ID = 'x-ms-invocation-id';
const responses = new Map<string, ServerResponse>();

/** Starts to keep responses. Call once, before the first request. */
export function watchConnections(): void {
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const id = request.headers[INVOCATION_ID];
    if (typeof id !== 'string') return;
    responses.set(id, response);
    response.once('close', () => responses.delete(id));
  });
}

/**
 * The response that an invocation is answered on. Ask when the invocation begins: a connection that has closed is
 * forgotten, and a body could not be told then from one that nobody has left. `undefined` without streaming.
 */
export function connectionOf(invocationId: string): ServerResponse | undefined {
  return responses.get(invocationId);
}

/** The client has closed the connection before the answer was whole. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
}

/** Aborted, with `ClientLeft`, when the connection closes: what is being looked for is wanted by nobody any more. */
export function leftSignal(response: ServerResponse | undefined): AbortSignal {
  const left = new AbortController();
  const abort = () => left.abort(new ClientLeft('the client has left'));
  if (response?.destroyed) abort();
  else response?.once('close', abort);
  return left.signal;
}

/**
 * The body, paced by the client: it stops to produce when the client has left, and breaks the transfer when it fails,
 * because a shorter answer must never look like a whole one.
 * @param onFailure told about an error of the body; the client only sees a broken transfer.
 * @param ended told once how it ended, before the client is: the end of a whole body waits for this.
 */
export async function* paced(
  response: ServerResponse | undefined,
  body: AsyncIterable<Uint8Array>,
  onFailure: (error: unknown) => void,
  ended: (how: 'complete' | 'clientLeft' | 'failed') => Promise<void> = async () => undefined,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  // Also where the host stops to ask for chunks.
  let how: 'complete' | 'clientLeft' | 'failed' = 'clientLeft';
  try {
    while (!response?.destroyed) {
      const next = await iterator.next();
      if (response?.destroyed) break;
      if (next.done) {
        how = 'complete';
        break;
      }
      yield next.value;
      // The chunk is written by the time the next one is asked for.
      if (response?.writableNeedDrain) await drained(response);
    }
  } catch (error) {
    if (error instanceof ClientLeft) return;
    how = 'failed';
    onFailure(error);
    if (!response) throw error;
    response.destroy();
  } finally {
    await iterator.return?.();
    await ended(how);
  }
}

/**
 * Resolves when the socket has taken what was written, or when it is closed. Both listeners go with it: a promise raced
 * once a chunk against one that lives as long as the response would pile up as many reactions.
 */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
