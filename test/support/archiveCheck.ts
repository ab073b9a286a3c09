/**
 * The judge of every flow test: reads the WHOLE archive anew from the stored bytes and compares it with what it must be.
 *
 * It shares no code with the flows but the reading of a time: JSON comes from `JSON.parse`, gzip from `gunzip`, the tree
 * from a recursion as RFC 6962 writes it. Unreferenced segments are allowed, everything else that is out of line throws.
 */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Entry, GapEntry, ReadEntry, SegmentInfo } from '../../shared/archive/entry.ts';
import { parseInstant } from '../../shared/archive/time.ts';
import type { LogType } from '../../shared/logTypes.ts';
import type { FakeGraph } from './fakeGraph.ts';
import type { MemoryStores } from './memoryStores.ts';

/** What the stored bytes of one log type say. */
export interface LogReport {
  readonly entries: readonly Entry[];
  /** Every stored line, in the order of entries and segments. */
  readonly lines: readonly string[];
  /** What reads and gaps cover without a hole, in seconds since 1970; `undefined` before the first. */
  readonly head: { readonly from: number; readonly to: number } | undefined;
  /** Stored segments that no entry names. */
  readonly unreferenced: readonly string[];
  /** Entries that the table reflects. */
  readonly applied: number;
}

/** What the judge asks of a Graph: what it showed, and what it had. */
export type Witness = Pick<FakeGraph, 'shown' | 'visible'>;

/** Where the stored bytes of one log type lie. */
export interface Place {
  readonly stores: MemoryStores;
  readonly graph: Witness;
  readonly logType: LogType;
  /** `<tenantId>/<logType>`. */
  readonly ledger: string;
}

/** What the entries read so far say, all of them found to be as they must be. */
export interface Audit {
  readonly entries: Entry[];
  readonly lines: string[];
  /** Stored line -> the entry that stored it. */
  readonly seen: Map<string, number>;
  /** Hash of the newest entry's bytes. */
  hash: string;
  head: LogReport['head'];
}

const GENESIS = '0'.repeat(64);
const UNDATED = '1970-01-01T00:00:00.0000000Z';

export function newAudit(): Audit {
  return { entries: [], lines: [], seen: new Map(), hash: GENESIS, head: undefined };
}

/** @throws an assertion error that names what does not hold. */
export function checkLog(stores: MemoryStores, graph: Witness, tenantId: string, logType: LogType): LogReport {
  const ledger = `${tenantId}/${logType.name}`;
  const bytes = ledgerBytes(stores, ledger);
  const audit = newAudit();
  for (const each of bytes) checkEntry({ stores, graph, logType, ledger }, audit, each);
  const { entries, lines, head } = audit;
  const applied = checkTable(stores, ledger.replace('/', '|'), entries, bytes);
  return { entries, lines, head, unreferenced: unreferenced(stores, ledger, entries), applied };
}

/** Checks the entry that follows those in `audit`, and what it names, and counts it in. */
export function checkEntry(place: Place, audit: Audit, bytes: Buffer): void {
  const { stores, graph, logType, ledger } = place;
  const { seen } = audit;
  const seq = audit.entries.length;
  const entry = JSON.parse(bytes.toString('utf8')) as Entry;
  const { log, prev } = entry;
  same(`entry ${seq} of ${ledger}`, { seq: entry.seq, log, prev }, { seq, log: ledger, prev: audit.hash });
  const shown = graph.shown(logType.name);
  for (const segment of segmentsOf(entry)) {
    for (const line of checkSegment(stores, logType, segment)) {
      if (seen.has(line)) throw new Error(`a version is stored by entry ${seen.get(line)} and again by ${seq}`);
      if (!shown.has(line)) throw new Error(`entry ${seq} stores a row that Graph never showed`);
      seen.set(line, seq);
      audit.lines.push(line);
    }
  }
  if (entry.kind === 'read') checkRead(graph, logType, entry, seen);
  audit.entries.push(entry);
  audit.hash = hash('sha256', bytes);
  audit.head = joinHead(audit.head, entry);
}

/** The ledger's blobs in order: 0, 1, 2 and so on without a hole, and nothing else. */
function ledgerBytes(stores: MemoryStores, ledger: string): Buffer[] {
  const blobs = stores.containers.get('ledger') ?? new Map<string, Buffer>();
  const names = [...blobs.keys()].filter((name) => name.startsWith(`${ledger}/`)).sort();
  const numbered = names.map((_name, seq) => `${ledger}/${String(seq).padStart(12, '0')}.json`);
  same('the names of the ledger', names, numbered);
  return names.map((name) => blobs.get(name) as Buffer);
}

function segmentsOf(entry: Entry): readonly SegmentInfo[] {
  return entry.kind === 'read' ? entry.segments : [];
}

/** Checks one stored segment against what its entry says, and returns its lines. */
function checkSegment(stores: MemoryStores, logType: LogType, segment: SegmentInfo): string[] {
  const slash = segment.name.indexOf('/');
  const stored = stores.containers.get(segment.name.slice(0, slash))?.get(segment.name.slice(slash + 1));
  if (!stored) throw new Error(`the segment ${segment.name} is named by an entry and not stored`);
  const raw = gunzipSync(stored);
  const text = raw.toString('utf8');
  same(`the end of ${segment.name}`, text.at(-1), '\n');
  const lines = text.slice(0, -1).split('\n');
  const times = lines.map((line) => timeOf(line, logType));
  same(`the order of the lines of ${segment.name}`, times, times.toSorted());
  const hour = /date=(\S{10})\/hour=(\d\d)/.exec(segment.name);
  const inHour = times.filter((time) => time.startsWith(`${hour?.[1]}T${hour?.[2]}:`));
  same(`the hour of the lines of ${segment.name}`, times, inHour);
  const { name, retainUntil, ...said } = segment;
  same(`what the ledger says of ${name}`, said, {
    sha256: hash('sha256', stored),
    bytes: stored.length,
    rawBytes: raw.length,
    records: lines.length,
    recordsRoot: treeRoot(lines.map((line) => Buffer.from(line))).toString('hex'),
    minTime: times[0],
    maxTime: times.at(-1),
  });
  same('the hash in the name', name.slice(-26), `-${said.sha256.slice(0, 16)}.jsonl.gz`);
  return lines;
}

/** RFC 6962, section 2.1, as it is written there. */
function treeRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (!only) return hash('sha256', '', 'buffer');
  if (leaves.length === 1) return hash('sha256', Buffer.concat([Buffer.from([0]), only]), 'buffer');
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const sides = [treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split))];
  return hash('sha256', Buffer.concat([Buffer.from([1]), ...sides]), 'buffer');
}

/**
 * A read claims its window: every row that Graph had in it during the whole read is stored by this entry or an earlier
 * one. And its counts are those of its segments.
 */
function checkRead(graph: Witness, logType: LogType, entry: ReadEntry, seen: ReadonlyMap<string, number>): void {
  const { read, segments } = entry;
  const [first = '', last = first] = read.requestIds;
  const [from, to] = [instant(read.from), instant(read.to)];
  const missing = graph
    .visible(logType.name, Number(first.slice(1)), Number(last.slice(1)))
    .filter(({ line }) => !seen.has(line) && isWithin(timeOf(line, logType), from, to));
  same(`what entry ${entry.seq} claims from ${read.from} to ${read.to} and does not have`, missing, []);
  const stored = segments.reduce((sum, { records }) => sum + records, 0);
  same(`what entry ${entry.seq} counts as new or changed`, read.new + read.changed, stored);
  same(`what entry ${entry.seq} counts as fetched`, read.fetched, read.new + read.changed + read.duplicate);
  for (const { minTime, maxTime } of segments) {
    const belongs = minTime === UNDATED || (isWithin(minTime, from, to) && isWithin(maxTime, from, to));
    same(`that a segment of entry ${entry.seq} lies in its window`, belongs, true);
  }
}

/** Where reads and gaps have brought the head: one that leaves a hole before it does not move it. */
function joinHead(head: LogReport['head'], entry: Entry): LogReport['head'] {
  const span = entry.kind === 'read' ? entry.read : entry.kind === 'gap' ? passedGap(entry) : undefined;
  if (!span) return head;
  const [from, to] = [seconds(span.from), seconds(span.to)];
  if (head && from > head.to) return head;
  return { from: head?.from ?? from, to: Math.max(head?.to ?? to, to) };
}

/** A log type that cannot be had leaves the head where it is, until the source has forgotten what is missing. */
function passedGap({ gap, time }: GapEntry): GapEntry['gap'] | undefined {
  const lost = gap.recoverableUntil !== null && gap.recoverableUntil <= time;
  return gap.unavailable === undefined || lost ? gap : undefined;
}

/** The table shows exactly the first entries, up to its watermark. @returns how many. */
function checkTable(
  stores: MemoryStores,
  partition: string,
  entries: readonly Entry[],
  bytes: readonly Buffer[],
): number {
  const rows = stores.partitions.get(partition) ?? new Map();
  const watermark = rows.get('watermark')?.values;
  const applied = entries.slice(0, Number(watermark?.seq ?? -1) + 1);
  const index = Object.fromEntries(
    [...rows].filter(([key]) => key.startsWith('segment|')).map((row) => [row[0], row[1].values]),
  );
  const expected = applied.flatMap((entry) =>
    segmentsOf(entry).map((segment, n) => [
      `segment|${segment.minTime.slice(0, 13)}|${String(entry.seq).padStart(12, '0')}|${String(n).padStart(2, '0')}`,
      { seq: entry.seq, ...segment, changed: changedIn(entry, segment.minTime.slice(0, 13)) },
    ]),
  );
  same('the index', index, Object.fromEntries(expected));
  if (!watermark) return 0;
  const head = applied.reduce(joinHead, undefined as LogReport['head']);
  const segments = applied.flatMap(segmentsOf);
  const sum = (pick: (segment: SegmentInfo) => number) => segments.reduce((total, each) => total + pick(each), 0);
  const expectedRow = {
    seq: applied.length - 1,
    hash: hash('sha256', bytes[applied.length - 1] ?? ''),
    ...(head && { headFrom: head.from, headTo: head.to }),
    segments: segments.length,
    records: sum(({ records }) => records),
    bytes: sum((segment) => segment.bytes),
    rawBytes: sum(({ rawBytes }) => rawBytes),
  };
  const named = Object.fromEntries(Object.keys(expectedRow).map((key) => [key, watermark[key]]));
  same('the watermark', named, expectedRow);
  return applied.length;
}

function changedIn(entry: Entry, hour: string): number {
  return entry.kind === 'read' ? (entry.read.hours[hour]?.changed ?? 0) : 0;
}

function unreferenced(stores: MemoryStores, ledger: string, entries: readonly Entry[]): string[] {
  const named = new Set(entries.flatMap((entry) => segmentsOf(entry).map(({ name }) => name)));
  const folder = `tenant=${ledger.replace('/', '/log=')}/`;
  const stored = [...stores.containers]
    .filter(([container]) => container !== 'ledger')
    .flatMap(([container, blobs]) =>
      [...blobs.keys()].filter((name) => name.startsWith(folder)).map((name) => `${container}/${name}`),
    );
  return stored.filter((name) => !named.has(name));
}

/** The time a line must be stored under. */
export function timeOf(line: string, { timeField }: LogType): string {
  const stated = (JSON.parse(line) as Record<string, unknown>)[timeField];
  const time = typeof stated === 'string' ? parseInstant(stated) : undefined;
  return time !== undefined && time > UNDATED ? time : UNDATED;
}

function isWithin(time: string, from: string, to: string): boolean {
  return time >= from && time < to;
}

/** A bound, which is a whole second, in the form of `timeOf`. */
function instant(text: string): string {
  return text.replace(/Z$/, '.0000000Z');
}

function seconds(text: string): number {
  return Date.parse(text) / 1000;
}

/** A comparison that costs little as long as it holds. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  try {
    assert.deepEqual(actual, expected);
  } catch (difference) {
    throw new Error(`${what}: ${(difference as Error).message}`, { cause: difference });
  }
}
