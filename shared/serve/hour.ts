/**
 * One hour of an answer: which blocks are passed on as they lie, and which are touched.
 *
 * Touched is a block that the range cuts, that a filter has to look into, that holds a superseded version, or between
 * whose lines a late record belongs. Everything else leaves as it was stored. Records come by time, then by entry, then
 * as stored.
 */
import { spliceBody, TRAILER_BYTES } from '../archive/splice.ts';
import type { Instant } from '../archive/time.ts';
import { blocksOf } from '../blockIndex.ts';
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import type { IndexedSegment } from '../segmentIndex.ts';
import { named } from '../segments.ts';
import { type Block, type Loaded, Opener } from './block.ts';
import { joinLines } from './lines.ts';
import type { Piece } from './pieces.ts';
import { byOrder, type HourQuery, isPlain, isWithin, type Line, Reader } from './reader.ts';
import { findSuperseded, NOTHING_DROPPED } from './superseded.ts';

/** Whether versions in one segment of an hour may supersede those in another, in an answer of the latest ones. */
export function hasChanges(hour: readonly IndexedSegment[], latest: boolean): boolean {
  return latest && hour.some(({ changed }) => changed !== 0);
}

/** The pieces of one hour. @param hour all its segments that touch the range, by entry. */
export async function* hourPieces(
  deps: Deps,
  logType: LogType,
  hour: readonly Loaded[],
  query: HourQuery,
): AsyncGenerator<Piece> {
  const [only] = hour;
  const changes = hasChanges(
    hour.map(({ segment }) => segment),
    query.latest,
  );
  const isWhole = only && hour.length === 1 && !changes && isPlain(query) && !query.byBlock;
  if (isWhole && isWithin(only.segment, query.range)) {
    yield wholeSegment(only);
    return;
  }
  const blocks = await blocksOfHour(deps, logType, hour);
  const opener = new Opener(logType);
  const dropped = changes ? await findSuperseded(opener, blocks, query.range) : NOTHING_DROPPED;
  const inRange = blocks.filter(({ span }) => span.minTime < query.range.to && span.maxTime >= query.range.from);
  const { base, loose } = layered(inRange);
  yield* woven(new Reader(logType, opener, query, dropped), base, loose);
}

async function blocksOfHour(deps: Deps, logType: LogType, hour: readonly Loaded[]): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const loaded of hour) {
    const { segment, bytes } = loaded;
    const spans = await blocksOf(deps, logType, segment, bytes).catch((error) => {
      throw named(error, segment);
    });
    for (const span of spans) blocks.push({ segment, bytes, span, rank: blocks.length });
  }
  return blocks;
}

/**
 * A row of blocks that follow one another in time, the largest there are, and the others, whose lines belong somewhere
 * between those of the row. Both ascending.
 */
function layered(blocks: readonly Block[]): { base: Block[]; loose: Block[] } {
  const base: Block[] = [];
  const loose: Block[] = [];
  for (const block of blocks.toSorted((a, b) => b.span.records - a.span.records || a.rank - b.rank)) {
    (base.some((other) => interleave(block, other)) ? loose : base).push(block);
  }
  return { base: base.sort(byBegin), loose: loose.sort(byBegin) };
}

function byBegin(a: Block, b: Block): number {
  return a.span.minTime < b.span.minTime ? -1 : a.span.minTime > b.span.minTime ? 1 : a.rank - b.rank;
}

/** Whether lines of two blocks stand among each other. At an equal edge only if the one of higher rank comes first. */
function interleave(a: Block, b: Block): boolean {
  const [first, second] = byBegin(a, b) <= 0 ? [a, b] : [b, a];
  if (first.segment === second.segment) return false;
  if (first.span.maxTime !== second.span.minTime) return first.span.maxTime > second.span.minTime;
  return first.rank > second.rank;
}

/** Walks along the row; where loose lines come in between, the block concerned is looked at line by line. */
async function* woven(reader: Reader, base: readonly Block[], loose: readonly Block[]): AsyncGenerator<Piece> {
  const late = new Loose(reader, loose);
  for (const [n, block] of base.entries()) {
    reader.requireWaiting();
    const { span, rank } = block;
    const before = await late.before(span.minTime, rank);
    if (before.length > 0) yield linesPiece(before.map(({ line }) => line));
    const among = await late.before(span.maxTime, rank);
    if (among.length === 0 && reader.isUntouched(block)) yield storedBlock(block);
    else {
      const lines = reader.take(block, among);
      const next = base[n + 1];
      if (next) reader.prepare(next);
      yield* given(await lines);
    }
  }
  yield* given((await late.before(LAST, Number.POSITIVE_INFINITY)).map(({ line }) => line));
}

function* given(lines: readonly Buffer[]): Generator<Piece> {
  if (lines.length > 0) yield linesPiece(lines);
}

function linesPiece(lines: readonly Buffer[]): Piece {
  return { kind: 'lines', raw: joinLines(lines), records: lines.length };
}

/** Later than every instant. */
const LAST: Instant = '~';

/** The lines of blocks that lie across others, opened only when their time comes. */
class Loose {
  readonly #reader: Reader;
  readonly #waiting: Block[];
  #open: Line[] = [];

  constructor(reader: Reader, blocks: readonly Block[]) {
    this.#reader = reader;
    this.#waiting = [...blocks];
  }

  /** Takes the lines that come before lines at `time` of a block of this rank. */
  async before(time: Instant, rank: number): Promise<Line[]> {
    while (this.#waiting[0] && this.#waiting[0].span.minTime <= time) {
      const block = this.#waiting.shift();
      if (block) this.#open.push(...(await this.#reader.lines(block)));
    }
    const comesFirst = (line: Line) => line.time < time || (line.time === time && line.rank < rank);
    const taken = this.#open.filter(comesFirst);
    if (taken.length > 0) this.#open = this.#open.filter((line) => !comesFirst(line));
    return taken.sort(byOrder);
  }
}

function wholeSegment({ segment, bytes }: Loaded): Piece {
  const crc = bytes.readUInt32LE(bytes.length - TRAILER_BYTES);
  return { kind: 'stored', data: spliceBody(bytes), crc, rawBytes: segment.rawBytes, records: segment.records };
}

function storedBlock({ bytes, span }: Block): Piece {
  const data = spliceBody(bytes).subarray(span.offset, span.offset + span.length);
  return { kind: 'stored', data, crc: span.crc, rawBytes: span.rawLength, records: span.records };
}
