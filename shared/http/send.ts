/** The way out: an answer as the host takes it, its body paced by the client, measured and hashed as it goes. */
import { createHash, hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { HttpResponseInit } from '@azure/functions';
import type { Outcome } from '../access/record.ts';
import type { NoteEnd } from './accessLog.ts';
import type { Answer } from './call.ts';
import { paced } from './connection.ts';

/**
 * @param connection of the client; `undefined` without streaming.
 * @param onFailure told about an error of the body after its first chunk.
 * @param noteEnd told once how the answer has ended: of a stream before the client is told of its end, so that whoever
 *   has received a whole file finds its hash in the access log.
 * @throws what the body throws before its first chunk: that is an error to be answered, not a broken transfer.
 */
export async function send(
  { status = 200, headers = {}, body, records }: Answer,
  connection: ServerResponse | undefined,
  onFailure: (error: unknown) => void,
  noteEnd: NoteEnd,
): Promise<HttpResponseInit> {
  const init = { status, headers };
  // How far the records of a body that broke off have come is not known.
  const said = (outcome: Outcome) => ({
    status,
    problem: null,
    records: outcome === 'complete' ? (records?.() ?? null) : null,
  });
  if (body === undefined || typeof body === 'string') {
    const outcome = connection?.destroyed ? 'clientLeft' : 'complete';
    await noteEnd({ outcome, ...said(outcome), ...measureText(body) });
    return body === undefined ? init : { ...init, body };
  }
  const measured = await Measured.begin(body);
  const ended = (outcome: Outcome) => noteEnd({ outcome, ...said(outcome), ...measured.result() });
  return { ...init, body: paced(connection, measured, onFailure, ended) };
}

/** Bytes and SHA-256 of a body that is a text. */
export function measureText(body: string | undefined): {
  readonly bytes: number | null;
  readonly sha256: string | null;
} {
  if (body === undefined) return { bytes: null, sha256: null };
  return { bytes: Buffer.byteLength(body), sha256: hash('sha256', body) };
}

/** Passes chunks on, and knows how many bytes that were and their hash. */
class Measured implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #hash = createHash('sha256');
  #first: IteratorResult<Uint8Array> | undefined;
  #bytes = 0;

  /** Waits for the first chunk, so that an answer which fails at once is an error and not a broken transfer. */
  static async begin(body: AsyncIterable<Uint8Array>): Promise<Measured> {
    const chunks = body[Symbol.asyncIterator]();
    return new Measured(chunks, await chunks.next());
  }

  private constructor(chunks: AsyncIterator<Uint8Array>, first: IteratorResult<Uint8Array>) {
    this.#chunks = chunks;
    this.#first = first;
  }

  result() {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') };
  }

  // Not a generator: one that was never started would not close the body, which was.
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: async () => this.#measure(this.#first ?? (await this.#chunks.next())),
      return: async () => (await this.#chunks.return?.()) ?? { done: true, value: undefined },
    };
  }

  #measure(result: IteratorResult<Uint8Array>): IteratorResult<Uint8Array> {
    this.#first = undefined;
    if (!result.done) {
      this.#hash.update(result.value);
      this.#bytes += result.value.length;
    }
    return result;
  }
}
