/** A block of a stored segment, and the lines that it inflates to. */
import { type BlockSpan, inflateBlock } from '../archive/blocks.ts';
import { readRecord } from '../archive/page.ts';
import type { Instant } from '../archive/time.ts';
import { storedTime } from '../archive/undated.ts';
import type { LogType } from '../logTypes.ts';
import type { IndexedSegment } from '../segmentIndex.ts';
import { named } from '../segments.ts';
import { linesOf } from './lines.ts';

/** A segment whose bytes are here, their hash checked. */
export interface Loaded {
  readonly segment: IndexedSegment;
  readonly bytes: Buffer;
}

/** A block and where it lies. */
export interface Block extends Loaded {
  readonly span: BlockSpan;
  /** Its place among the blocks of its hour: by entry, by segment, as stored. */
  readonly rank: number;
}

/** Inflated bytes that are kept for those who ask for a block twice. */
const KEPT_BYTES = 32 * 1024 * 1024;

/** Opens the blocks of one hour. */
export class Opener {
  readonly #logType: LogType;
  readonly #kept = new Map<Block, Promise<BlockLines>>();
  #bytes = 0;

  constructor(logType: LogType) {
    this.#logType = logType;
  }

  /** The lines of a block. @throws DamagedSegment naming the segment. */
  open(block: Block): Promise<BlockLines> {
    const known = this.#kept.get(block);
    if (known) return known;
    const lines = inflated(block, this.#logType);
    // It may fail long before it is waited for.
    lines.catch(() => undefined);
    if (this.#bytes + block.span.rawLength <= KEPT_BYTES) {
      this.#kept.set(block, lines);
      this.#bytes += block.span.rawLength;
    }
    return lines;
  }

  /** Forgets a block that will not be asked for again. */
  release(block: Block): void {
    if (this.#kept.delete(block)) this.#bytes -= block.span.rawLength;
  }
}

async function inflated({ segment, bytes, span }: Block, logType: LogType): Promise<BlockLines> {
  try {
    return new BlockLines(await inflateBlock(bytes, span), logType);
  } catch (error) {
    throw named(error, segment);
  }
}

export interface Row {
  readonly id: string;
  readonly time: Instant;
}

/** The lines of a block, ascending by time. Only those that are asked about are parsed. */
export class BlockLines {
  readonly raw: Buffer;
  readonly #logType: LogType;
  readonly #rows: (Row | undefined)[] = [];
  #lines: readonly Buffer[] | undefined;

  constructor(raw: Buffer, logType: LogType) {
    this.raw = raw;
    this.#logType = logType;
  }

  /** Without their newlines: views. */
  get lines(): readonly Buffer[] {
    this.#lines ??= linesOf(this.raw);
    return this.#lines;
  }

  /** Id and time of line `n`. */
  row(n: number): Row {
    this.#rows[n] ??= rowOf(this.lines[n] as Buffer, this.#logType);
    return this.#rows[n];
  }

  /** The number of the first line that is not before `time`. */
  notBefore(time: Instant): number {
    return this.#first((each) => each >= time);
  }

  /** The number of the first line that is after `time`. */
  after(time: Instant): number {
    return this.#first((each) => each > time);
  }

  #first(isBehind: (time: Instant) => boolean): number {
    let [low, high] = [0, this.lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBehind(this.row(middle).time)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Id and stored time of a line. */
export function rowOf(line: Buffer, { timeField }: LogType): Row {
  const { id, time } = readRecord(line, { timeField });
  return { id, time: storedTime(time) };
}
