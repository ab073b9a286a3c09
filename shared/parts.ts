/**
 * From a window's read to what one ledger entry can say.
 *
 * An entry names at most 64 segments. A read that needs more is cut at whole hours into several parts before anything is
 * written; each part is a window of its own, committed oldest first.
 */
import { BLOCK_RECORDS, type Block, makeBlock, readBlockLines } from './archive/block.ts';
import { MAX_SEGMENTS_PER_ENTRY, type ReadEntry, type SegmentInfo } from './archive/entry.ts';
import { release } from './archive/memory.ts';
import { leafHash } from './archive/merkle.ts';
import { archiveContainer, fullName, ledgerName, segmentName } from './archive/names.ts';
import { orderBlocks } from './archive/order.ts';
import { readRecord } from './archive/page.ts';
import { makeSegment, packSegments } from './archive/segment.ts';
import { formatSeconds, type Instant, secondsOf } from './archive/time.ts';
import { storedTime } from './archive/undated.ts';
import type { Versions } from './archive/versions.ts';
import type { Window } from './archive/window.ts';
import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import type { WindowRead } from './readWindow.ts';
import { APP_VERSION } from './version.ts';

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
}

/** Orders each hour's blocks and cuts the read where one entry would name too many segments. */
export async function cutIntoParts(logType: LogType, read: WindowRead): Promise<Part[]> {
  const timeOf = timeReader(logType);
  const parts: PartHour[][] = [[]];
  let named = 0;
  for (const hour of [...read.hours.keys()].sort()) {
    const found = read.hours.get(hour);
    if (!found) continue;
    const { blocks, ...counts } = found;
    const partHour = { hour, ...counts, blocks: await orderBlocks(blocks, timeOf) };
    const segments = packSegments(partHour.blocks).length;
    if (named > 0 && named + segments > MAX_SEGMENTS_PER_ENTRY) {
      parts.push([]);
      named = 0;
    }
    parts.at(-1)?.push(partHour);
    named += segments;
  }
  return parts.map((hours, n) => ({
    read,
    hours,
    window: { from: startOf(parts, n, read), to: startOf(parts, n + 1, read) },
  }));
}

/** Where part `n` begins: the window's own ends outside, the first hour of the part in between. */
function startOf(parts: readonly PartHour[][], n: number, { window }: WindowRead): number {
  const hour = n === 0 ? undefined : parts[n]?.[0]?.hour;
  if (hour !== undefined) return secondsOf(`${hour}:00:00.0000000Z`);
  return n === 0 ? window.from : window.to;
}

/**
 * Drops from a part the versions that `held` has, by decoding the part's own blocks: Graph is never read again for a
 * race that was lost.
 */
export async function dropHeld(logType: LogType, part: Part, held: Versions): Promise<Part> {
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
  return { ...part, hours };
}

/** Whether a part has nothing to store. */
export function isEmpty(part: Part): boolean {
  return part.hours.every((hour) => hour.blocks.length === 0);
}

/** Stores the part's segments under names that carry `seq`. Returns what the entry says of them. */
export async function writeSegments(deps: Deps, logType: LogType, part: Part, seq: number): Promise<SegmentInfo[]> {
  const days = deps.config.retentionDays(logType.name);
  const container = archiveContainer(days);
  const retainUntil = formatSeconds(Math.floor(deps.clock.now() / 1000) + days * 86_400);
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

/** The entry that commits a part as the ledger's next one. */
export function readEntryOf(
  deps: Deps,
  logType: LogType,
  ledger: Ledger,
  part: Part,
  why: ReadReason,
  segments: readonly SegmentInfo[],
): ReadEntry {
  const total = (pick: (hour: PartHour) => number) => part.hours.reduce((sum, hour) => sum + pick(hour), 0);
  const read: ReadEntry['read'] = {
    why,
    from: formatSeconds(part.window.from),
    to: formatSeconds(part.window.to),
    api: logType.api,
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
  return { ...entryHead(deps, logType, ledger), kind: 'read', read, segments: [...segments] };
}

/** The fields that every entry begins with. */
export function entryHead(deps: Deps, logType: LogType, ledger: Ledger) {
  return {
    v: 1 as const,
    log: ledgerName(deps.config.tenantId, logType.name),
    seq: ledger.seq + 1,
    prev: ledger.hash,
    time: formatSeconds(Math.floor(deps.clock.now() / 1000)),
    app: APP_VERSION,
  };
}

function timeReader(logType: LogType): (line: Buffer) => Instant {
  return (line) => storedTime(readRecord(line, { timeField: logType.timeField }).time);
}
