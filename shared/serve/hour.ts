/**
 * One hour of an answer: which blocks are passed on as they lie, and which are touched.
 *
 * Touched is a block that the range cuts, that a filter has to look into, that holds a superseded version, or between
 * whose lines a late record belongs. Everything else leaves as it was stored. Records come by time, then by entry, then
 * as stored.
 */
import { hash } from 'node:crypto';
import { readRecord } from '../archive/page.ts';
import { spliceBody, TRAILER_BYTES } from '../archive/splice.ts';
import type { Instant } from '../archive/time.ts';
import { storedTime } from '../archive/undated.ts';
import { blocksOf } from '../blockIndex.ts';
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import type { Matcher } from '../query/matcher.ts';
import type { Range } from '../query/range.ts';
import type { IndexedSegment } from '../segmentIndex.ts';
import { named } from '../segments.ts';
import { type Block, type Loaded, open } from './block.ts';
import { joinLines, linesOf } from './lines.ts';
import type { LinesPiece, Piece } from './pieces.ts';
import { type Dropped, findSuperseded, NOTHING_DROPPED } from './superseded.ts';

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

interface Line {
  readonly line: Buffer;
  readonly time: Instant;
  /** That of its block. */
  readonly rank: number;
}

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
  const dropped = changes ? findSuperseded(logType, blocks, query.range) : NOTHING_DROPPED;
  const inRange = blocks.filter(({ span }) => span.minTime < query.range.to && span.maxTime >= query.range.from);
  const { base, loose } = layered(inRange);
  yield* woven(new Reader(logType, query, dropped), base, loose);
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
  return compare(a.span.minTime, b.span.minTime) || a.rank - b.rank;
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
  for (const block of base) {
    reader.requireWaiting();
    const { span, rank } = block;
    yield* reader.give(late.before(span.minTime, rank));
    const among = late.before(span.maxTime, rank);
    if (among.length === 0 && reader.isUntouched(block)) yield storedBlock(block);
    else yield* reader.give(merged(reader.lines(block), among));
  }
  yield* reader.give(late.before(LAST, Number.POSITIVE_INFINITY));
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
  before(time: Instant, rank: number): Line[] {
    while (this.#waiting[0] && this.#waiting[0].span.minTime <= time) {
      const block = this.#waiting.shift();
      if (block) this.#open.push(...this.#reader.lines(block));
    }
    const comesFirst = (line: Line) => line.time < time || (line.time === time && line.rank < rank);
    const taken = this.#open.filter(comesFirst);
    if (taken.length > 0) this.#open = this.#open.filter((line) => !comesFirst(line));
    return taken.sort(byOrder);
  }
}

/** Opens blocks by what the query asks for. */
class Reader {
  readonly #logType: LogType;
  readonly #query: HourQuery;
  readonly #dropped: Dropped;

  constructor(logType: LogType, query: HourQuery, dropped: Dropped) {
    this.#logType = logType;
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

  /** The lines of a block that belong to the answer. */
  lines(block: Block): Line[] {
    const { range, only } = this.#query;
    const { rank, segment } = block;
    const found: Line[] = [];
    for (const line of this.#wanted(block)) {
      const record = readRecord(line, { timeField: this.#logType.timeField });
      const time = storedTime(record.time);
      const isWanted = !only || record.id === '' || only.get(record.id) === versionKey(time, segment.seq, line);
      if (isWanted && time >= range.from && time < range.to) found.push({ line, time, rank });
    }
    return found;
  }

  /** The lines that are not superseded and that the filter is true of. */
  #wanted(block: Block): Iterable<Buffer> {
    const { filter } = this.#query;
    const raw = open(block);
    const gone = this.#dropped.in(block);
    if (!gone) return filter ? filter.matchesOf(raw) : linesOf(raw);
    return linesOf(raw).filter((line, n) => !gone.has(n) && (filter?.matches(line) ?? true));
  }

  *give(lines: readonly Line[]): Generator<LinesPiece> {
    if (lines.length === 0) return;
    yield { kind: 'lines', raw: joinLines(lines.map(({ line }) => line)), records: lines.length };
  }
}

/** Names a version among those of its id. */
export function versionKey(time: Instant, seq: number, line: Buffer): string {
  return `${orderKey(time, seq)}|${hash('sha256', line, 'base64')}`;
}

/** By this the versions of an id follow one another; those of one entry at one time follow as they are stored. */
export function orderKey(time: Instant, seq: number): string {
  return `${time}|${String(seq).padStart(12, '0')}`;
}

/** Whether a query wants every line of its range. */
export function isPlain({ filter, only }: HourQuery): boolean {
  return filter === undefined && only === undefined;
}

function merged(lines: readonly Line[], late: readonly Line[]): Line[] {
  return late.length === 0 ? [...lines] : [...lines, ...late].sort(byOrder);
}

/** Sorting is stable: lines of one block stay as they were stored. */
function byOrder(a: Line, b: Line): number {
  return compare(a.time, b.time) || a.rank - b.rank;
}

function wholeSegment({ segment, bytes }: Loaded): Piece {
  const crc = bytes.readUInt32LE(bytes.length - TRAILER_BYTES);
  return { kind: 'stored', data: spliceBody(bytes), crc, rawBytes: segment.rawBytes, records: segment.records };
}

function storedBlock({ bytes, span }: Block): Piece {
  const data = spliceBody(bytes).subarray(span.offset, span.offset + span.length);
  return { kind: 'stored', data, crc: span.crc, rawBytes: span.rawLength, records: span.records };
}

function isWithin(span: { readonly minTime: Instant; readonly maxTime: Instant }, range: Range): boolean {
  return span.minTime >= range.from && span.maxTime < range.to;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
