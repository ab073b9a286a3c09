/**
 * Proves single records: the line, the way from it to the root over its segment's lines, the entry that names that root,
 * and the way from the entry to a checkpoint. Nothing of anybody else's record is in it but hashes.
 */
import { HASH_BYTES, leafHash, writeLeafHash } from '../archive/merkle.ts';
import { readRecord } from '../archive/page.ts';
import { splitLines } from '../archive/segment.ts';
import { EMPTY_EDGE, growTiles } from '../archive/tileGrowth.ts';
import { inclusionProof } from '../archive/tree.ts';
import { provesInclusion } from '../archive/treeProof.ts';
import { notingDamage } from '../damage.ts';
import type { Deps } from '../deps.ts';
import type { LogType } from '../logTypes.ts';
import type { Range } from '../query/range.ts';
import { deletedBetween, type IndexedSegment, segmentsBetween } from '../segmentIndex.ts';
import { readSegment } from '../segments.ts';
import type { StoredHead } from './heads.ts';
import { type EntryProof, proveEntry } from './proofs.ts';
import { overlaid } from './tiles.ts';

export interface RecordProof {
  /** The record as stored, without its newline. */
  readonly line: Buffer;
  readonly segment: IndexedSegment;
  /** Number of the line in its segment. */
  readonly index: number;
  /** From the line's sibling up to `recordsRoot`. */
  readonly path: readonly Buffer[];
  readonly entry: EntryProof;
}

/** What was found of an id. */
export interface FoundRecord {
  /** One for each stored version that is under the checkpoint, oldest entry first. */
  readonly proofs: readonly RecordProof[];
  /** Versions that no checkpoint covers yet. */
  readonly unsigned: number;
  /** Segments of the range that were deleted with proof: whether the record was in them nobody can tell any more. */
  readonly deleted: number;
}

/**
 * Looks for a record in the segments of a range, all of which are opened, and proves every version of it.
 * @param pin number of the newest entry to look at.
 * @throws SegmentMissing, DamagedSegment, and as `proveEntry`.
 */
export async function proveRecord(
  deps: Deps,
  logType: LogType,
  id: string,
  range: Range,
  pin: number,
  checkpoint: StoredHead,
): Promise<FoundRecord> {
  const proofs: RecordProof[] = [];
  let unsigned = 0;
  for await (const segment of segmentsBetween(deps, logType.name, range.from, range.to, pin)) {
    const found = await notingDamage(deps, logType, segment, linesOf(deps, logType, segment, id));
    if (found.length === 0) continue;
    if (segment.seq >= checkpoint.head.size) {
      unsigned += found.length;
      continue;
    }
    const entry = await proveEntry(deps, logType.name, segment.seq, checkpoint);
    const leaves = await leavesOf(deps, segment);
    proofs.push(
      ...found.map(({ line, index }) => ({ line, segment, index, path: pathOf(leaves, line, index, segment), entry })),
    );
  }
  let deleted = 0;
  for await (const _segment of deletedBetween(deps, logType.name, range.from, range.to, pin)) deleted += 1;
  return { proofs: proofs.toSorted((a, b) => a.segment.seq - b.segment.seq), unsigned, deleted };
}

async function linesOf(
  deps: Deps,
  { timeField }: LogType,
  segment: IndexedSegment,
  id: string,
): Promise<{ line: Buffer; index: number }[]> {
  const found: { line: Buffer; index: number }[] = [];
  let index = 0;
  for await (const line of splitLines(readSegment(deps, segment))) {
    // A copy: the chunk behind it is larger.
    if (readRecord(line, { timeField }).id === id) found.push({ line: Buffer.from(line), index });
    index += 1;
  }
  return found;
}

/** The leaf hashes of a segment's lines, packed. */
async function leavesOf(deps: Deps, segment: IndexedSegment): Promise<Buffer> {
  const leaves = Buffer.alloc(segment.records * HASH_BYTES);
  let at = 0;
  for await (const line of splitLines(readSegment(deps, segment))) {
    writeLeafHash(line, leaves, at);
    at += HASH_BYTES;
  }
  return leaves;
}

function pathOf(leaves: Buffer, line: Buffer, index: number, segment: IndexedSegment): readonly Buffer[] {
  const { tiles } = growTiles(EMPTY_EDGE, leaves);
  const path = inclusionProof(
    index,
    segment.records,
    overlaid(tiles, () => Buffer.alloc(0)),
  );
  const head = { size: segment.records, root: Buffer.from(segment.recordsRoot, 'hex') };
  if (provesInclusion(path, leafHash(line), index, head)) return path;
  throw new Error(`the lines of ${segment.name} do not give the recordsRoot that entry ${segment.seq} names`);
}
