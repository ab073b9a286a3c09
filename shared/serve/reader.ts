/**
 * Which lines of a block belong to an answer: by the range, the filter, and the versions that are wanted.
 */
import { hash } from 'node:crypto';
import { release } from '../archive/memory.ts';
import { numberKey } from '../archive/names.ts';
import type { Instant } from '../archive/time.ts';
import type { LogType } from '../logTypes.ts';
import type { Matcher } from '../query/matcher.ts';
import type { Range } from '../query/range.ts';
import { type Block, type BlockLines, type Opener, rowOf } from './block.ts';
import { joinLines } from './lines.ts';
import type { LinesPiece } from './pieces.ts';
import type { Dropped } from './superseded.ts';

export interface HourQuery {
  readonly range: Range;
  /** Only the latest version of each id. */
  readonly latest: boolean;
  readonly filter: Matcher | undefined;
  /** Of each id the one version that is wanted, as `versionKey` names it; for records that move from hour to hour. */
  readonly only?: ReadonlyMap<string, string>;
  /** Never a whole segment in one piece: its blocks. */
  readonly byBlock?: boolean;
  /** Aborted when nobody waits any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface Line {
  readonly line: Buffer;
  readonly time: Instant;
  /** That of its block. */
  readonly rank: number;
}

/** Opens blocks by what the query asks for. */
export class Reader {
  readonly #logType: LogType;
  readonly #opener: Opener;
  readonly #query: HourQuery;
  readonly #dropped: Dropped;

  constructor(logType: LogType, opener: Opener, query: HourQuery, dropped: Dropped) {
    this.#logType = logType;
    this.#opener = opener;
    this.#query = query;
    this.#dropped = dropped;
  }

  /** @throws the signal's reason when nobody waits for the answer any more. */
  requireWaiting(): void {
    this.#query.signal?.throwIfAborted();
  }

  /** Whether every line of a block belongs to the answer. */
  isUntouched(block: Block): boolean {
    return isPlain(this.#query) && isWithin(block.span, this.#query.range) && !this.#dropped.in(block);
  }

  /** Begins to open a block that will be taken soon. */
  prepare(block: Block): void {
    void this.#opener.open(block);
  }

  /** The lines of a block that belong to the answer. */
  async lines(block: Block): Promise<Line[]> {
    const opened = await this.#opener.open(block);
    const { range, only } = this.#query;
    const { rank, segment } = block;
    const found: Line[] = [];
    for (const line of this.#wanted(block, opened)) {
      const { id, time } = rowOf(line, this.#logType);
      const isWanted = !only || id === '' || only.get(id) === versionKey(time, segment.seq, line);
      if (isWanted && time >= range.from && time < range.to) found.push({ line, time, rank });
    }
    return found;
  }

  /** The same with others put among them, by time and rank, ascending. Nobody may ask for the block again. */
  async take(block: Block, among: readonly Line[]): Promise<LinesPiece> {
    const opened = await this.#opener.open(block);
    const lines = isPlain(this.#query)
      ? this.#woven(block, opened, among)
      : [...(await this.lines(block)), ...among].sort(byOrder).map(({ line }) => line);
    const piece = linesPiece(lines);
    this.#opener.release(block);
    release(opened.raw);
    return piece;
  }

  /** Nothing is parsed but what tells where a line belongs. */
  #woven(block: Block, opened: BlockLines, among: readonly Line[]): Buffer[] {
    const { lines } = opened;
    const { range } = this.#query;
    const gone = this.#dropped.in(block);
    const taken: Buffer[] = [];
    let at = block.span.minTime < range.from ? opened.notBefore(range.from) : 0;
    const end = block.span.maxTime >= range.to ? opened.notBefore(range.to) : lines.length;
    const takeUpTo = (to: number) => {
      for (; at < Math.min(to, end); at += 1) if (!gone?.has(at)) taken.push(lines[at] as Buffer);
    };
    for (const { line, time, rank } of among) {
      takeUpTo(rank < block.rank ? opened.notBefore(time) : opened.after(time));
      taken.push(line);
    }
    takeUpTo(end);
    return taken;
  }

  /** The lines that are not superseded and that the filter is true of. */
  #wanted(block: Block, { raw, lines }: BlockLines): Iterable<Buffer> {
    const { filter } = this.#query;
    const gone = this.#dropped.in(block);
    if (!gone) return filter ? filter.matchesOf(raw) : lines;
    return lines.filter((line, n) => !gone.has(n) && (filter?.matches(line) ?? true));
  }
}

/** Lines as a piece, copied. */
export function linesPiece(lines: readonly Buffer[]): LinesPiece {
  return { kind: 'lines', raw: joinLines(lines), records: lines.length };
}

/** Names a version among those of its id. */
export function versionKey(time: Instant, seq: number, line: Buffer): string {
  return `${orderKey(time, seq)}|${hash('sha256', line, 'base64')}`;
}

/** By this the versions of an id follow one another; those of one entry at one time follow as they are stored. */
export function orderKey(time: Instant, seq: number): string {
  return `${time}|${numberKey(seq)}`;
}

/** Whether a query wants every line of its range. */
export function isPlain({ filter, only }: HourQuery): boolean {
  return filter === undefined && only === undefined;
}

/** Whether all of a span lies in a range. */
export function isWithin(span: { readonly minTime: Instant; readonly maxTime: Instant }, range: Range): boolean {
  return span.minTime >= range.from && span.maxTime < range.to;
}

/** Sorting is stable: lines of one block stay as they were stored. */
export function byOrder(a: Line, b: Line): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : a.rank - b.rank;
}
