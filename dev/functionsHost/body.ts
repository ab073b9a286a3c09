/**
 * Reads a request's body into memory, up to a limit.
 *
 * A body beyond the limit is an answer (`tooLarge`), a client that leaves in the middle is an error. Either way nothing
 * of a partial body is returned.
 */

import type { IncomingMessage } from 'node:http';

/** Bytes; the real host's default, raised by app setting FUNCTIONS_REQUEST_BODY_SIZE_LIMIT. */
export const DEFAULT_BODY_LIMIT = 100 * 1024 * 1024;

/** The whole body, or that it is larger than `limit` bytes. Rejects when the client leaves before its end. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'tooLarge'> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return 'tooLarge';
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The request stays open when the loop is left: the answer goes out on the same socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) return 'tooLarge';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
