/**
 * The flow out: range -> index -> segments -> records -> response.
 *
 * The ledger's newest entries are applied first and the answer is pinned to where the ledger then stands. Records come
 * by hour, time, segment, line. A segment that lies wholly in the range, and overlaps no other, is passed on as it was
 * inflated; only where segments meet, or the range cuts one, are lines looked at. Memory stays flat at any size.
 */
import { type CoverageState, worstState } from './archive/coverage.ts';
import { readRecord } from './archive/page.ts';
import { splitLines } from './archive/segment.ts';
import { hourOf, type Instant } from './archive/time.ts';
import { storedTime } from './archive/undated.ts';
import { coveredInstant, mergedSpans, pinCoverage, windowOfRange } from './coveragePin.ts';
import type { Deps } from './deps.ts';
import { applyLedger, type Ledger, MOST_ENTRIES_BEHIND } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import type { Range } from './query/range.ts';
import { type IndexedSegment, segmentsBetween } from './segmentIndex.ts';
import { readSegment } from './segments.ts';

export interface Export {
  /** Where the ledger stood; later commits are invisible to this answer. */
  readonly pin: Ledger;
  /** What the ledger, up to the pin, says of the range. */
  readonly coverage: ExportCoverage;
  /** NDJSON, in chunks of any size. */
  readonly body: AsyncIterable<Buffer>;
}

export interface ExportCoverage {
  /** The worst state of the range. */
  readonly state: CoverageState;
  /** Up to where the range was read without a hole, from its begin on. */
  readonly coveredTo: Instant;
}

/** Opens an export of every version the archive holds with a time in `range`. */
export async function exportRange(deps: Deps, logType: LogType, range: Range): Promise<Export> {
  const pinned = await pinCoverage(deps, logType, () => windowOfRange(range));
  const spans = mergedSpans(deps, pinned);
  const coverage = { state: worstState(spans), coveredTo: coveredInstant(spans, pinned.window, range) };
  return { pin: pinned.pin, coverage, body: records(deps, logType, range, pinned.pin.seq) };
}

async function* records(deps: Deps, logType: LogType, range: Range, pin: number): AsyncGenerator<Buffer> {
  let group: IndexedSegment[] = [];
  for await (const segment of segmentsBetween(deps, logType.name, range.from, range.to, pin)) {
    const first = group[0];
    if (first && hourOf(first.minTime) !== hourOf(segment.minTime)) {
      yield* hourRecords(deps, logType, range, group);
      group = [];
    }
    group.push(segment);
  }
  yield* hourRecords(deps, logType, range, group);
}

async function* hourRecords(
  deps: Deps,
  logType: LogType,
  range: Range,
  segments: readonly IndexedSegment[],
): AsyncGenerator<Buffer> {
  for (const cluster of overlapping(segments)) {
    const [only] = cluster;
    const whole = only && cluster.length === 1 && only.minTime >= range.from && only.maxTime < range.to;
    if (whole) yield* readSegment(deps, only);
    else yield* merged(deps, logType, range, cluster);
  }
}

/** Segments by time, in groups whose records interleave. Equal edges interleave only against the order of entries. */
function overlapping(segments: readonly IndexedSegment[]): IndexedSegment[][] {
  const sorted = segments.toSorted((a, b) => (a.minTime < b.minTime ? -1 : a.minTime > b.minTime ? 1 : a.seq - b.seq));
  const clusters: IndexedSegment[][] = [];
  let reach: { time: Instant; seq: number } | undefined;
  for (const segment of sorted) {
    const cluster = clusters.at(-1);
    const touches =
      reach && (segment.minTime < reach.time || (segment.minTime === reach.time && segment.seq < reach.seq));
    if (cluster && touches) cluster.push(segment);
    else clusters.push([segment]);
    if (!reach || segment.maxTime > reach.time) reach = { time: segment.maxTime, seq: segment.seq };
    else if (segment.maxTime === reach.time) reach = { time: reach.time, seq: Math.max(reach.seq, segment.seq) };
  }
  return clusters;
}

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = Buffer.from('\n');

/** Merges the lines of segments by time, then by entry, and keeps those in range. */
async function* merged(
  deps: Deps,
  logType: LogType,
  range: Range,
  cluster: readonly IndexedSegment[],
): AsyncGenerator<Buffer> {
  const sources = cluster.toSorted((a, b) => a.seq - b.seq).map((segment) => new Source(deps, logType, segment));
  const chunk: Buffer[] = [];
  let bytes = 0;
  try {
    for (const source of sources) await source.advance();
    for (;;) {
      const source = earliest(sources);
      if (!source?.head || source.head.time >= range.to) break;
      const { line, time } = source.head;
      await source.advance();
      if (time < range.from) continue;
      chunk.push(line, NEWLINE);
      bytes += line.length + 1;
      if (bytes < CHUNK_BYTES) continue;
      yield Buffer.concat(chunk, bytes);
      chunk.length = 0;
      bytes = 0;
    }
    if (bytes > 0) yield Buffer.concat(chunk, bytes);
  } finally {
    for (const source of sources) await source.close();
  }
}

/** One segment's lines, the next one looked at. */
class Source {
  head: { line: Buffer; time: Instant } | undefined;
  readonly #lines: AsyncIterator<Buffer>;
  readonly #timeField: string;

  constructor(deps: Deps, logType: LogType, segment: IndexedSegment) {
    this.#lines = splitLines(readSegment(deps, segment))[Symbol.asyncIterator]();
    this.#timeField = logType.timeField;
  }

  async advance(): Promise<void> {
    const { done, value } = await this.#lines.next();
    const time = done ? undefined : storedTime(readRecord(value, { timeField: this.#timeField }).time);
    this.head = time === undefined ? undefined : { line: value, time };
  }

  async close(): Promise<void> {
    await this.#lines.return?.();
  }
}

/** The source with the earliest head; of equal times the one of the earlier entry. */
function earliest(sources: readonly Source[]): Source | undefined {
  let found: Source | undefined;
  for (const source of sources) {
    if (source.head && (!found?.head || source.head.time < found.head.time)) found = source;
  }
  return found;
}

/** What `GET /api/segments/{logType}` answers: outside readers take their list of files from here, not from a listing. */
export async function listSegments(deps: Deps, logType: LogType, range: Range) {
  const pin = await applyLedger(deps, logType.name, MOST_ENTRIES_BEHIND);
  const segments: IndexedSegment[] = [];
  for await (const segment of segmentsBetween(deps, logType.name, range.from, range.to, pin.seq))
    segments.push(segment);
  return { logType: logType.name, from: range.from, to: range.to, entries: pin.seq + 1, segments };
}
