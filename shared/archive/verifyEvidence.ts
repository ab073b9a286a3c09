/** The files of an evidence bundle that are not those of the archive: the manifest, and what it is about. */
import { decodeEntry, type Entry } from './entry.ts';
import { isBeginning, mayBeBeginning } from './evidenceBeginning.ts';
import {
  COVERAGE_FILE,
  EVIDENCE_FILE,
  type Evidence,
  jsonFile,
  LEAVES_FILE,
  MANIFEST_FILE,
  MOST_EVIDENCE_BYTES,
  RECORD_FILE,
  readEvidence,
  readManifest,
  UNPROVED_FILES,
} from './evidenceFiles.ts';
import { HASH_BYTES } from './merkle.ts';
import { readAuthentic } from './verifyContents.ts';
import { entryFile, type HashedEntries } from './verifyEntries.ts';
import type { Inspection } from './verifyInspection.ts';
import { KEY_FILE } from './verifyKeys.ts';
import type { LedgerFiles, SortedNames } from './verifyNames.ts';
import type { CoverageStatement, LedgerReport } from './verifyTypes.ts';

export interface OpenedEvidence extends Evidence {
  /** Leaf hashes of the entries before the first that is included. */
  readonly before: Buffer;
}

const MOST_MANIFEST_BYTES = 512 * 1024 * 1024;
const MOST_LEAVES_BYTES = 512 * 1024 * 1024;
const MOST_COVERAGE_BYTES = 256 * 1024 * 1024;

const OWN: ReadonlySet<string> = new Set([EVIDENCE_FILE, COVERAGE_FILE, LEAVES_FILE, ...UNPROVED_FILES]);
const OWN_FORMS = [KEY_FILE, RECORD_FILE];

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

/**
 * Names what no bundle has: the manifest vouches for nothing, since whoever adds a file makes it anew. That a segment is of
 * no entry, or not of the range, shows where the entries are read.
 */
export function reportAdded(inspection: Inspection, { ledgers, others }: SortedNames, { log, first }: Evidence): void {
  const isOurs = (name: string) => OWN.has(name) || OWN_FORMS.some((form) => form.test(name));
  for (const name of others) {
    if (isOurs(name) && (name !== LEAVES_FILE || first > 0)) continue;
    inspection.error('file-added', name, 'is no file of a bundle: it was added');
  }
  for (const ledger of ledgers) {
    if (ledger.log === log) continue;
    inspection.error('file-added', ledger.log, 'is a ledger that the bundle is not about: its files were added');
  }
}

/** What the bundle is about; `undefined`, and a finding, when it does not say. */
export async function openEvidence(inspection: Inspection): Promise<OpenedEvidence | undefined> {
  const bytes = await inspection.read(EVIDENCE_FILE, MOST_EVIDENCE_BYTES);
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

/** An entry whose bytes are authentic; `undefined` where they are not an entry, which has been reported as such. */
export function entryOf(bytes: Buffer): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch {
    return undefined;
  }
}
