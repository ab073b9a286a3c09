/** The files of an evidence bundle that are not those of the archive: the manifest, what it is about, its records. */
import { decodeEntry, type Entry } from './entry.ts';
import { isBeginning, mayBeBeginning } from './evidenceBeginning.ts';
import {
  COVERAGE_FILE,
  EVIDENCE_FILE,
  type Evidence,
  jsonFile,
  LEAVES_FILE,
  MANIFEST_FILE,
  MOST_JSON_BYTES,
  readEvidence,
  readManifest,
  readRecordProof,
  UNPROVED_FILES,
} from './evidenceFiles.ts';
import { HASH_BYTES, leafHash } from './merkle.ts';
import { provesInclusion } from './treeProof.ts';
import { readAuthentic } from './verifyContents.ts';
import { entryFile, type HashedEntries } from './verifyEntries.ts';
import type { Inspection } from './verifyInspection.ts';
import type { LedgerFiles } from './verifyNames.ts';
import type { CoverageStatement, LedgerReport } from './verifyTypes.ts';

export interface OpenedEvidence extends Evidence {
  /** Leaf hashes of the entries before the first that is included. */
  readonly before: Buffer;
}

const MOST_MANIFEST_BYTES = 512 * 1024 * 1024;
const MOST_LEAVES_BYTES = 512 * 1024 * 1024;
const MOST_COVERAGE_BYTES = 256 * 1024 * 1024;
/** Longer than any record that a segment can hold would be in practice. */
const MOST_RECORD_BYTES = 64 * 1024 * 1024;
const RECORD = /^records\/(\d{8})\.json$/;
const LF = 0x0a;

/** Compares the names with the manifest, and has every file compared that is read from here on. */
export async function openManifest(inspection: Inspection, names: ReadonlySet<string>): Promise<void> {
  const bytes = await inspection.read(MANIFEST_FILE, MOST_MANIFEST_BYTES);
  const listed = bytes && readManifest(bytes);
  if (bytes && !listed) inspection.error('manifest-form', MANIFEST_FILE, 'is not a list of SHA-256 and names');
  if (!listed) return;
  for (const name of names) {
    if (listed.has(name) || UNPROVED_FILES.has(name)) continue;
    inspection.error('file-added', name, 'is not in MANIFEST.sha256: it was added');
  }
  inspection.compareWith(listed);
}

/** What the bundle is about; `undefined`, and a finding, when it does not say. */
export async function openEvidence(inspection: Inspection): Promise<OpenedEvidence | undefined> {
  const bytes = await inspection.read(EVIDENCE_FILE, MOST_JSON_BYTES);
  const evidence = bytes && readEvidence(bytes);
  if (bytes && !evidence) inspection.error('evidence-form', EVIDENCE_FILE, 'does not say what the bundle is about');
  if (!evidence) return undefined;
  const before = evidence.first === 0 ? Buffer.alloc(0) : await inspection.read(LEAVES_FILE, MOST_LEAVES_BYTES);
  if (!before) return undefined;
  if (before.length === evidence.first * HASH_BYTES) return { ...evidence, before };
  inspection.error('leaves', LEAVES_FILE, `does not hold the leaf hashes of ${evidence.first} entries`);
  return undefined;
}

/**
 * Whether the first entry of the bundle shows that no read before it concerns the range. Nothing but this vouches for
 * where a bundle begins: `first` in `evidence.json` is whatever its maker wrote.
 * @param from the first second of the range, since 1970.
 * @param size entries under the checkpoint.
 */
export async function checkBeginning(
  inspection: Inspection,
  files: LedgerFiles,
  hashed: HashedEntries,
  size: number,
  from: number,
): Promise<LedgerReport['beginning']> {
  const { first } = hashed;
  if (first === 0) return 'whole';
  const bytes = first < size ? await readAuthentic(inspection, files, hashed, first) : undefined;
  const entry = bytes && entryOf(bytes);
  if (entry && isBeginning(entry, from)) return 'shown';
  const file = entryFile(files, first);
  if (entry && mayBeBeginning(entry, from)) {
    inspection.warning(
      'beginning-open',
      file,
      'is a gap, and does not show that no entry before it concerns the range',
    );
  } else {
    inspection.error(
      'evidence-incomplete',
      file,
      'is not where the range begins: entries that concern it are left out',
    );
  }
  return 'open';
}

/** Whether the coverage statement of the bundle is what its entries say. */
export async function checkStatement(inspection: Inspection, computed: CoverageStatement): Promise<void> {
  const bytes = await inspection.read(COVERAGE_FILE, MOST_COVERAGE_BYTES);
  if (!bytes || jsonFile(computed).equals(bytes)) return;
  inspection.error('coverage-differs', COVERAGE_FILE, 'says something else of the range than the entries do');
}

/** Checks each single record: its line is in a segment that an entry under the checkpoint names. Returns how many are. */
export async function checkRecords(
  inspection: Inspection,
  names: Iterable<string>,
  files: LedgerFiles,
  hashed: HashedEntries,
  size: number,
): Promise<number> {
  let proved = 0;
  for (const file of names) {
    if (!RECORD.test(file)) continue;
    const fault = await faultOfRecord(inspection, file, files, hashed, size);
    if (fault === undefined) proved += 1;
    else inspection.error('record-unproved', file, fault);
  }
  return proved;
}

async function faultOfRecord(
  inspection: Inspection,
  file: string,
  files: LedgerFiles,
  hashed: HashedEntries,
  size: number,
): Promise<string | undefined> {
  const bytes = await inspection.read(file, MOST_RECORD_BYTES);
  const proofBytes = await inspection.read(file.replace(/json$/, 'proof'), MOST_JSON_BYTES);
  const proof = proofBytes && readRecordProof(proofBytes);
  if (!bytes || !proof) return 'has no proof that can be read';
  if (bytes.indexOf(LF) !== bytes.length - 1) return 'is not one line';
  if (proof.entry < hashed.first || proof.entry >= size)
    return `names entry ${proof.entry}, which is not in the bundle`;
  const entryBytes = await readAuthentic(inspection, files, hashed, proof.entry);
  const segment = entryBytes && segmentOf(entryBytes, proof.segment);
  if (!segment) return `names a segment that entry ${proof.entry} does not name`;
  const head = { size: segment.records, root: Buffer.from(segment.recordsRoot, 'hex') };
  const path = proof.path.map((hash) => Buffer.from(hash, 'base64'));
  if (provesInclusion(path, leafHash(bytes.subarray(0, -1)), proof.line, head)) return undefined;
  return `is not line ${proof.line} of the segment that its proof names`;
}

/** The segment of that name in an entry; `undefined` also where the entry cannot be decoded. */
function segmentOf(bytes: Buffer, name: string) {
  const entry = entryOf(bytes);
  return entry?.kind === 'read' ? entry.segments.find((segment) => segment.name === name) : undefined;
}

function entryOf(bytes: Buffer): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch {
    // It has been reported as such.
    return undefined;
  }
}
