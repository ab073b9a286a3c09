/** Single records as evidence: the line, and its path to the root over the records of its segment. */
import type { RecordProof } from './archive/evidenceFiles.ts';
import { HASH_BYTES, leafHash, rootOf, writeLeafHash } from './archive/merkle.ts';
import { readRecord } from './archive/page.ts';
import { splitLines } from './archive/segment.ts';
import { inclusionRanges } from './archive/subtrees.ts';
import { instantFromSeconds } from './archive/time.ts';
import { provesInclusion } from './archive/treeProof.ts';
import { storedTime } from './archive/undated.ts';
import type { Window } from './archive/window.ts';
import type { Deps } from './deps.ts';
import type { NamedSegment } from './evidenceLedger.ts';
import type { LogType } from './logTypes.ts';
import { readSegment } from './segments.ts';

export interface ProvedRecord {
  readonly id: string;
  /** Without a newline. */
  readonly line: Buffer;
  readonly proof: RecordProof;
}

/** Every version of these records with a time in the window, with its proof. All segments of the window are read. */
export async function findRecords(
  deps: Pick<Deps, 'blobs'>,
  logType: LogType,
  segments: readonly NamedSegment[],
  window: Window,
  ids: ReadonlySet<string>,
): Promise<ProvedRecord[]> {
  const [from, to] = [instantFromSeconds(window.from), instantFromSeconds(window.to)];
  const found: ProvedRecord[] = [];
  for (const segment of segments) {
    const leaves = Buffer.alloc(segment.records * HASH_BYTES);
    const matches: { line: Buffer; at: number; id: string }[] = [];
    let at = 0;
    for await (const line of splitLines(readSegment(deps, segment))) {
      writeLeafHash(line, leaves, at * HASH_BYTES);
      const record = readRecord(line, { timeField: logType.timeField });
      const time = storedTime(record.time);
      if (ids.has(record.id) && time >= from && time < to) matches.push({ line: Buffer.from(line), at, id: record.id });
      at += 1;
    }
    found.push(...matches.map((match) => prove(segment, leaves, match)));
  }
  return found;
}

function prove(
  segment: NamedSegment,
  leaves: Buffer,
  { line, at, id }: { line: Buffer; at: number; id: string },
): ProvedRecord {
  const hashOf = ({ from, to }: { from: number; to: number }) =>
    rootOf(leaves.subarray(from * HASH_BYTES, to * HASH_BYTES));
  const path = inclusionRanges(at, segment.records).map(hashOf);
  const head = { size: segment.records, root: Buffer.from(segment.recordsRoot, 'hex') };
  if (!provesInclusion(path, leafHash(line), at, head)) {
    throw new Error(`the recordsRoot of ${segment.name} is not that of its lines`);
  }
  const texts = path.map((hash) => hash.toString('base64'));
  return { id, line, proof: { v: 1, entry: segment.seq, segment: segment.name, line: at, path: texts } };
}
