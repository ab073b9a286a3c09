/** One segment against the entry that names it: the SHA-256 first, then, for a full check, every line. */
import { createHash, hash } from 'node:crypto';
import type { SegmentInfo } from './entryTypes.ts';
import { EMPTY_FRONTIER, type Frontier, frontierRoot, growFrontier } from './frontier.ts';
import { HASH_BYTES, writeLeafHash } from './merkle.ts';
import { DamagedSegment, openSegment } from './segment.ts';

const LF = 0x0a;
const LEAF_PREFIX = Buffer.of(0x00);
/** Leaf hashes that are folded at a time. */
const BATCH = 4096;

/** Says what is wrong with a segment's bytes; `undefined` when nothing is. Memory does not depend on what it inflates to. */
export async function faultOfSegment(
  bytes: Buffer,
  info: SegmentInfo,
  depth: 'full' | 'hash',
): Promise<string | undefined> {
  if (bytes.length !== info.bytes) return `has ${bytes.length} bytes, and its entry says ${info.bytes}`;
  if (hash('sha256', bytes) !== info.sha256) return 'has another SHA-256 than its entry says';
  if (depth === 'hash') return undefined;
  try {
    const root = await recordsRootOf(openSegment(bytes, info));
    return root === info.recordsRoot ? undefined : 'has another recordsRoot than its entry says';
  } catch (error) {
    if (!(error instanceof DamagedSegment)) throw error;
    return `is not what its entry says: its ${error.check} is ${error.actual} and should be ${error.expected}`;
  }
}

/** The root over the lines of inflated chunks. A line that lies in several chunks is hashed piece by piece. */
async function recordsRootOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const leaves = new Leaves();
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      leaves.end(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) leaves.more(chunk.subarray(start));
  }
  return leaves.root().toString('hex');
}

class Leaves {
  readonly #batch = Buffer.alloc(BATCH * HASH_BYTES);
  #count = 0;
  #frontier: Frontier = EMPTY_FRONTIER;
  #line: ReturnType<typeof createHash> | undefined;

  /** A part of a line that goes on. */
  more(part: Buffer): void {
    this.#line ??= createHash('sha256').update(LEAF_PREFIX);
    this.#line.update(part);
  }

  /** The last part of a line, or all of it. */
  end(part: Buffer): void {
    const at = this.#count * HASH_BYTES;
    if (this.#line) this.#line.update(part).digest().copy(this.#batch, at);
    else writeLeafHash(part, this.#batch, at);
    this.#line = undefined;
    this.#count += 1;
    if (this.#count === BATCH) this.#fold();
  }

  root(): Buffer {
    this.#fold();
    return frontierRoot(this.#frontier);
  }

  #fold(): void {
    this.#frontier = growFrontier(this.#frontier, this.#batch.subarray(0, this.#count * HASH_BYTES));
    this.#count = 0;
  }
}
