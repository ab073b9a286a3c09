/**
 * Is the archive what the source showed? The lines of both are compared as multisets of their SHA-256: order says
 * nothing, content never leaves this module, and memory holds hashes only.
 *
 * The simulator tells two things: what it ever showed in a page that arrived whole, and, of that, what every reader is
 * bound to have, because the read around it was whole too. A row that was only shown in passing (in a read that had to
 * be discarded, in the second beside a window) may come with a later read; it is counted, and nothing is amiss.
 */
import { createHash } from 'node:crypto';
import { splitLines } from '../../shared/archive/segment.ts';
import { type Archive, ask, type LogTypeStatus } from './host.ts';
import { oneLine, StartProblem } from './problem.ts';

export interface Comparison {
  /** Lines that every reader is bound to have and that are not in the archive. */
  readonly missing: number;
  /** Different lines of the archive that were never shown; `undefined` when that cannot be judged. */
  readonly extra: number | undefined;
  /** Lines that the archive holds more than once. */
  readonly doubled: number;
  /** Different lines that were shown in passing only and are not in the archive. */
  readonly passing: number;
}

/** Lines without their newlines. */
export interface Lines {
  /** What was shown, each version once. */
  readonly shown: AsyncIterable<Uint8Array>;
  /** Of that, what every reader is bound to have. */
  readonly certain: AsyncIterable<Uint8Array>;
  readonly archived: AsyncIterable<Uint8Array>;
}

/**
 * Compares lines.
 * @param judgeExtra whether `shown` is all that the archive was ever fed from.
 */
export async function compareLines(lines: Lines, judgeExtra: boolean): Promise<Comparison> {
  const held = await countLines(lines.archived);
  const certain = await countLines(lines.certain);
  const shown = await countLines(lines.shown);
  const without = (some: Hashes, others: Hashes) => [...some.keys()].filter((hash) => !others.has(hash)).length;
  const missing = without(certain, held);
  return {
    missing,
    extra: judgeExtra ? without(held, shown) : undefined,
    doubled: [...held.values()].reduce((sum, times) => sum + times - 1, 0),
    passing: without(shown, held) - missing,
  };
}

/**
 * Compares what the simulator showed of a log type with what the archive holds, from the start of its walk to its
 * watermark.
 * @throws StartProblem when either answer fails or breaks off.
 */
export async function compareLogType(
  simulatorUrl: string,
  archive: Archive,
  { logType, from, watermark }: LogTypeStatus,
  judgeExtra: boolean,
  signal: AbortSignal,
): Promise<Comparison> {
  const range = new URLSearchParams({ from: from ?? '', to: watermark ?? '' });
  const truth = `${simulatorUrl}/_simulator/truth/${logType}?${range}`;
  const lines = {
    shown: linesOf(truth, signal),
    certain: linesOf(`${truth}&certain=true`, signal),
    archived: linesOf(`${archive.url}/api/logs/${logType}?${range}`, signal, archive),
  };
  return compareLines(lines, judgeExtra);
}

/** How often each hash was seen. */
type Hashes = ReadonlyMap<string, number>;

async function countLines(lines: AsyncIterable<Uint8Array>): Promise<Hashes> {
  const counts = new Map<string, number>();
  for await (const line of lines) {
    const hash = createHash('sha256').update(line).digest('base64');
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return counts;
}

async function* linesOf(url: string, signal: AbortSignal, asked?: Pick<Archive, 'signIn'>): AsyncGenerator<Buffer> {
  const { body } = await ask(url, signal, asked);
  if (!body) return;
  try {
    yield* splitLines(buffers(body));
  } catch (error) {
    signal.throwIfAborted();
    throw new StartProblem(`GET ${url} broke off: ${oneLine(error)}. The log of the one that answered says why.`);
  }
}

async function* buffers(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
