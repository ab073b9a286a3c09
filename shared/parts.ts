/**
 * From a window's read to what one ledger entry can say.
 *
 * A read is cut at whole hours before anything is written: into parts that are judged at once against what is held, and
 * what is left of each into as many as it takes entries of 12 segments. Each is a window of its own, committed oldest first.
 */

import type { EntryBody } from './append.ts';
import { BLOCK_RECORDS, type Block, makeBlock, readBlockLines } from './archive/block.ts';
import { type ReadEntry, SEGMENTS_PER_WRITTEN_ENTRY, type SegmentInfo } from './archive/entry.ts';
import { DAY } from './archive/hours.ts';
import { release } from './archive/memory.ts';
import { leafHash } from './archive/merkle.ts';
import { archiveContainer, fullName, segmentName } from './archive/names.ts';
import { orderBlocks } from './archive/order.ts';
import { readRecord } from './archive/page.ts';
import { makeSegment, packSegments } from './archive/segment.ts';
import { formatSeconds, type Instant, secondsOf, startOfHour } from './archive/time.ts';
import { storedTime } from './archive/undated.ts';
import type { Versions } from './archive/versions.ts';
import type { Window } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import type { LogType } from './logTypes.ts';
import type { WindowRead } from './readWindow.ts';

/** Most segments that a part would take if nothing of it were held. */
const JUDGED_SEGMENTS = 64;

/** Why a window is read. */
export type ReadReason = ReadEntry['read']['why'];

/** One hour of a part: its counts and its blocks in time order, as they go into segments. */
export interface PartHour {
  readonly hour: string;
  readonly new: number;
  readonly changed: number;
  readonly duplicate: number;
  readonly gone: number;
  readonly vanished: number;
  readonly blocks: readonly Block[];
}

/** What one entry will say. */
export interface Part {
  readonly window: Window;
  readonly read: Pick<WindowRead, 'pages' | 'graphTime' | 'requestIds'>;
  readonly hours: readonly PartHour[];
  /** The newest entry whose versions it was judged against; `UNJUDGED` while it was not. */
  readonly judgedTo: number;
}

/** `judgedTo` of what no entry's versions were taken into account for: it lies before entry 0. */
export const UNJUDGED = -1;

/**
 * Orders each hour's blocks and cuts the read where one part would be too much to be judged at once.
 * @param judgedTo as in `Part`: what the whole read was judged against.
 */
export async function cutIntoParts(logType: LogType, read: WindowRead, judgedTo: number): Promise<Part[]> {
  const timeOf = timeReader(logType);
  const hours: PartHour[] = [];
  for (const [hour, { blocks, ...counts }] of [...read.hours].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hours.push({ hour, ...counts, blocks: await orderBlocks(blocks, timeOf) });
  }
  return cut({ window: read.window, read, hours, judgedTo }, JUDGED_SEGMENTS);
}

/** Cuts a part where one entry would name more segments than an entry of ours should. */
export function cutIntoEntries(part: Part): Part[] {
  return cut(part, SEGMENTS_PER_WRITTEN_ENTRY);
}

/**
 * Cuts into as few pieces as at most so many segments each allow; an hour is never cut. Of about equal size, because the
 * width of the next window goes by that of the last piece.
 */
function cut(part: Part, most: number): Part[] {
  const sizes = part.hours.map(({ blocks }) => packSegments(blocks).length);
  const fewest = piecesOf(sizes, most);
  let starts = fewest;
  for (let size = 1; size < most && starts === fewest; size += 1) {
    const smaller = piecesOf(sizes, size);
    if (smaller.length === fewest.length) starts = smaller;
  }
  const pieces = starts.map((start, n) => part.hours.slice(start, starts[n + 1]));
  return pieces.map((hours, n) => ({
    ...part,
    hours,
    window: { from: startOf(pieces, n, part.window), to: startOf(pieces, n + 1, part.window) },
  }));
}

/** The number of the first hour of each piece, when each takes what it can. */
function piecesOf(sizes: readonly number[], most: number): number[] {
  const starts = [0];
  let named = 0;
  for (const [n, size] of sizes.entries()) {
    if (size > 0 && named > 0 && named + size > most) {
      starts.push(n);
      named = 0;
    }
    named += size;
  }
  return starts;
}

/** Where piece `n` begins: the window's own ends outside, the first hour of the piece in between. */
function startOf(pieces: readonly PartHour[][], n: number, window: Window): number {
  const hour = n === 0 ? undefined : pieces[n]?.[0]?.hour;
  if (hour !== undefined) return secondsOf(startOfHour(hour));
  return n === 0 ? window.from : window.to;
}

/**
 * Drops from a part the versions that `held` has, by decoding the part's own blocks: Graph is never read again for a
 * race that was lost.
 * @param judgedTo the newest entry whose versions are in `held`.
 */
export async function dropHeld(logType: LogType, part: Part, held: Versions, judgedTo: number): Promise<Part> {
  const timeOf = timeReader(logType);
  const hours: PartHour[] = [];
  for (const hour of part.hours) {
    const kept: { line: Buffer; time: Instant; leaf: Buffer }[] = [];
    const counts = { new: 0, changed: 0, duplicate: hour.duplicate, gone: hour.gone };
    const blocks: Block[] = [];
    for (const line of hour.blocks.flatMap((block) => [...readBlockLines(block)])) {
      const leaf = leafHash(line);
      const time = timeOf(line);
      const novelty = held.add(readRecord(line, { timeField: logType.timeField }).id, leaf, hour.hour, time);
      counts[novelty] += 1;
      if (novelty === 'new' || novelty === 'changed') kept.push({ line, time, leaf });
    }
    for (let at = 0; at < kept.length; at += BLOCK_RECORDS)
      blocks.push(await makeBlock(kept.slice(at, at + BLOCK_RECORDS)));
    hours.push({ hour: hour.hour, ...counts, vanished: hour.vanished, blocks });
  }
  return { ...part, hours, judgedTo };
}

/** Whether a part has nothing to store. */
export function isEmpty(part: Part): boolean {
  return part.hours.every((hour) => hour.blocks.length === 0);
}

/** Stores the part's segments under names that carry `seq`. Returns what the entry says of them. */
export async function writeSegments(deps: Deps, logType: LogType, part: Part, seq: number): Promise<SegmentInfo[]> {
  const days = deps.config.retentionDays(logType.name);
  const container = archiveContainer(days);
  const retainUntil = formatSeconds(nowSeconds(deps) + days * DAY);
  const infos: SegmentInfo[] = [];
  for (const { hour, blocks } of part.hours) {
    for (const group of packSegments(blocks)) {
      const { bytes, ...segment } = makeSegment(group);
      const name = segmentName({
        tenantId: deps.config.tenantId,
        logType: logType.name,
        hour,
        seq,
        sha256: segment.sha256,
      });
      // Named after its content: whoever stored this name before stored these bytes.
      if ((await deps.blobs.putIfAbsent(container, name, bytes)) === 'taken') {
        throw new Error(`segment ${name} exists with other bytes than its name says; the store was tampered with`);
      }
      const length = bytes.length;
      release(bytes);
      const { sha256, rawBytes, records, recordsRoot, minTime, maxTime } = segment;
      const full = fullName(container, name);
      infos.push({
        name: full,
        sha256,
        bytes: length,
        rawBytes,
        records,
        recordsRoot,
        minTime,
        maxTime,
        retainUntil,
      });
    }
  }
  return infos;
}

/** What the entry that commits a part says. */
export function readBody(
  { api }: LogType,
  part: Part,
  why: ReadReason,
  segments: readonly SegmentInfo[],
): Extract<EntryBody, { kind: 'read' }> {
  const total = (pick: (hour: PartHour) => number) => part.hours.reduce((sum, hour) => sum + pick(hour), 0);
  const read: ReadEntry['read'] = {
    why,
    from: formatSeconds(part.window.from),
    to: formatSeconds(part.window.to),
    api,
    pages: part.read.pages,
    fetched: total((hour) => hour.new + hour.changed + hour.duplicate + hour.gone),
    new: total((hour) => hour.new),
    changed: total((hour) => hour.changed),
    duplicate: total((hour) => hour.duplicate),
    vanished: total((hour) => hour.vanished),
    hours: Object.fromEntries(
      part.hours
        .filter((hour) => hour.new + hour.changed + hour.vanished > 0)
        .map((hour) => [hour.hour, { new: hour.new, changed: hour.changed, vanished: hour.vanished }]),
    ),
    graphDate: formatSeconds(Math.floor(part.read.graphTime / 1000)),
    requestIds: [...part.read.requestIds],
  };
  return { kind: 'read', read, segments };
}

function timeReader(logType: LogType): (line: Buffer) => Instant {
  return (line) => storedTime(readRecord(line, { timeField: logType.timeField }).time);
}
