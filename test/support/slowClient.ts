/**
 * HTTP clients that see what a browser hides: `node:http` without a buffer of its own, so that a client which does not
 * read lets the host wait, and one that is cut off knows it.
 */
import { get, type IncomingMessage } from 'node:http';
import { pause } from './stack.ts';

/** Opens an answer, whatever its status; nothing of its body is read before it is iterated. */
export function openExport(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, resolve).once('error', reject);
  });
}

/** The whole body. Throws when the transfer breaks. */
export async function receive(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const QUIET_MS = 1000;

/** Resolves with a count that has not changed for a second. */
export async function whenQuiet(count: () => number): Promise<number> {
  for (let before = count(); ; before = count()) {
    await pause(QUIET_MS);
    if (count() === before) return before;
  }
}
