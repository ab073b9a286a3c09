/** The single records of an evidence bundle: each is a line of a segment that a signed entry names. */
import { BrokenPage } from './brokenPage.ts';
import { EVIDENCE_FILE, MOST_JSON_BYTES, RECORD_FILE, type RecordProof, readRecordProof } from './evidenceFiles.ts';
import { leafHash } from './merkle.ts';
import { readRecord } from './page.ts';
import { instantFromSeconds } from './time.ts';
import { provesInclusion } from './treeProof.ts';
import { readAuthentic } from './verifyContents.ts';
import type { HashedEntries } from './verifyEntries.ts';
import { entryOf } from './verifyEvidence.ts';
import type { Inspection } from './verifyInspection.ts';
import type { LedgerFiles } from './verifyNames.ts';
import type { Window } from './window.ts';

export interface RecordScope {
  readonly files: LedgerFiles;
  readonly hashed: HashedEntries;
  /** Entries under the checkpoint. */
  readonly size: number;
  readonly window: Window;
  /** The ids that were asked for, as the bundle says. */
  readonly asked: readonly string[] | undefined;
}

export interface ProvedRecords {
  readonly count: number;
  /** Ids of those that are proved, each once, ascending. */
  readonly ids: readonly string[];
}

/** Longer than any record that a segment can hold would be in practice. */
const MOST_RECORD_BYTES = 64 * 1024 * 1024;
const LF = 0x0a;

/** Checks each single record, and that there is one of each id that was asked for. */
export async function checkRecords(
  inspection: Inspection,
  names: Iterable<string>,
  scope: RecordScope,
): Promise<ProvedRecords> {
  const proved = new Map<string, string>();
  const stems = [...names].filter((name) => RECORD_FILE.test(name)).map((name) => name.replace(/\.\w+$/, ''));
  for (const stem of new Set(stems)) {
    const found = await proveRecord(inspection, stem, scope);
    const fault =
      'fault' in found ? found.fault : proved.has(found.place) ? 'is a record that is here twice' : undefined;
    if (fault !== undefined) inspection.error('record-unproved', `${stem}.json`, fault);
    else if ('id' in found) proved.set(found.place, found.id);
  }
  const ids = [...new Set(proved.values())].sort();
  for (const id of new Set(scope.asked)) {
    if (ids.includes(id)) continue;
    inspection.error('record-missing', EVIDENCE_FILE, `was asked for the record ${id}, and it is not here`);
  }
  return { count: proved.size, ids };
}

type Found = { readonly place: string; readonly id: string } | { readonly fault: string };

async function proveRecord(inspection: Inspection, stem: string, scope: RecordScope): Promise<Found> {
  const { files, hashed, size, window } = scope;
  const bytes = await inspection.read(`${stem}.json`, MOST_RECORD_BYTES);
  const proofBytes = await inspection.read(`${stem}.proof`, MOST_JSON_BYTES);
  const proof = proofBytes && readRecordProof(proofBytes);
  if (!bytes) return { fault: 'has a proof, and is not here' };
  if (!proof) return { fault: 'has no proof that can be read' };
  if (bytes.indexOf(LF) !== bytes.length - 1) return { fault: 'is not one line' };
  if (proof.entry < hashed.first || proof.entry >= size)
    return { fault: `names entry ${proof.entry}, which is not in the bundle` };
  const entryBytes = await readAuthentic(inspection, files, hashed, proof.entry);
  const segment = entryBytes && segmentOf(entryBytes, proof.segment);
  if (!segment) return { fault: `names a segment that entry ${proof.entry} does not name` };
  if (segment.minTime >= instantFromSeconds(window.to) || segment.maxTime < instantFromSeconds(window.from))
    return { fault: 'is in a segment outside of the range' };
  const line = bytes.subarray(0, -1);
  if (isLine(line, proof, segment)) return { place: `${proof.segment} ${proof.line}`, id: idOf(line) };
  return { fault: `is not line ${proof.line} of the segment that its proof names` };
}

function isLine(line: Buffer, proof: RecordProof, segment: { records: number; recordsRoot: string }): boolean {
  const head = { size: segment.records, root: Buffer.from(segment.recordsRoot, 'hex') };
  const path = proof.path.map((hash) => Buffer.from(hash, 'base64'));
  return provesInclusion(path, leafHash(line), proof.line, head);
}

/** The segment of that name in an entry; `undefined` also where the entry cannot be decoded. */
function segmentOf(bytes: Buffer, name: string) {
  const entry = entryOf(bytes);
  return entry?.kind === 'read' ? entry.segments.find((segment) => segment.name === name) : undefined;
}

/** The id of a line that is proved; none where it is no record all the same. */
function idOf(line: Buffer): string {
  try {
    return readRecord(line, { timeField: 'id' }).id;
  } catch (error) {
    if (error instanceof BrokenPage) return '';
    throw error;
  }
}
