/** What the entries under a checkpoint say, and whether the segments they name are there. Only authenticated bytes get here. */
import { CoverageFold } from './coverageFold.ts';
import { DamagedEntry, decodeEntry, type Entry, entryHash, MAX_ENTRY_BYTES, type SegmentInfo } from './entry.ts';
import { leafHash } from './merkle.ts';
import { MAX_SEGMENT_BYTES } from './segment.ts';
import { instantFromSeconds } from './time.ts';
import { DeletionChecks } from './verifyDeletions.ts';
import { entryFile, type HashedEntries, isLeaf } from './verifyEntries.ts';
import type { Inspection } from './verifyInspection.ts';
import type { LedgerFiles } from './verifyNames.ts';
import { faultOfSegment } from './verifySegment.ts';
import type { SegmentDepth, SegmentsReport } from './verifyTypes.ts';
import type { Window } from './window.ts';

export interface ContentScope {
  /** Entries under the checkpoint. */
  readonly size: number;
  /** Whether it is the newest checkpoint there is; segments of entries after an older one are named all the same. */
  readonly isNewest: boolean;
  /** The segments of this range are looked at; of all where there is none. */
  readonly window: Window | undefined;
  readonly depth: SegmentDepth;
  /** Whether a segment of the range that is not there is missing. Evidence of single records holds none. */
  readonly segmentsExpected: boolean;
  /** Whether a segment that is here and is not looked at is an error: evidence has none, a copy of an archive may. */
  readonly isEvidence: boolean;
}

export interface Contents {
  readonly fold: CoverageFold;
  readonly segments: SegmentsReport;
}

/** Reads the entries under the checkpoint once more, in order. */
export async function readContents(
  inspection: Inspection,
  files: LedgerFiles,
  hashed: HashedEntries,
  scope: ContentScope,
): Promise<Contents> {
  const fold = new CoverageFold();
  const deletions = new DeletionChecks(inspection, hashed.first === 0);
  const checks = new SegmentChecks(inspection, files, scope, deletions);
  const run = files.seqs.filter((seq) => seq >= hashed.first);
  let before = { seq: Number.NaN, hash: '' };
  for (const seq of [...hashed.singles, ...run].filter((each) => each < scope.size)) {
    const bytes = await readAuthentic(inspection, files, hashed, seq);
    const entry = bytes && decode(inspection, entryFile(files, seq), bytes, files.log, seq);
    const hash = bytes ? entryHash(bytes) : '';
    if (entry) {
      if (before.seq === seq - 1 && entry.prev !== before.hash && !hashed.unchained.has(seq)) {
        inspection.error('chain', entryFile(files, seq), `does not continue entry ${seq - 1}`);
      }
      fold.add(entry, hash);
      deletions.add(entryFile(files, seq), entry);
      if (entry.kind === 'read')
        for (const segment of entry.segments) await checks.check(entryFile(files, seq), segment);
    }
    before = { seq: bytes ? seq : Number.NaN, hash };
  }
  checks.judgeAbsent();
  if (scope.isNewest) checks.reportUnreferenced();
  return { fold, segments: checks.report() };
}

/** The bytes of an entry that are in the tree; reading them again must give the same. */
export async function readAuthentic(
  inspection: Inspection,
  files: LedgerFiles,
  { leaves }: HashedEntries,
  seq: number,
): Promise<Buffer | undefined> {
  const bytes = await inspection.read(entryFile(files, seq), MAX_ENTRY_BYTES);
  if (!bytes || isLeaf(leaves, seq, leafHash(bytes))) return bytes;
  inspection.error('entry-altered', entryFile(files, seq), 'was altered while it was verified');
  return undefined;
}

function decode(inspection: Inspection, file: string, bytes: Buffer, log: string, seq: number): Entry | undefined {
  let entry: Entry;
  try {
    entry = decodeEntry(bytes);
  } catch (error) {
    if (!(error instanceof DamagedEntry)) throw error;
    inspection.error('entry-invalid', file, `is not an entry: ${error.field} is not as the format has it`);
    return undefined;
  }
  if (entry.log === log && entry.seq === seq) return entry;
  inspection.error('entry-name', file, 'bears another ledger or number inside than in its name');
  return undefined;
}

class SegmentChecks {
  readonly #inspection: Inspection;
  readonly #files: LedgerFiles;
  readonly #scope: ContentScope;
  readonly #deletions: DeletionChecks;
  /** Those that are not here, and what is said of them if that is wrong; `undefined` where nobody expects them. */
  readonly #absent = new Map<string, string | undefined>();
  readonly #range: { readonly from: string; readonly to: string } | undefined;
  #counts = { named: 0, checked: 0, deleted: 0, bytes: 0, records: 0 };

  constructor(inspection: Inspection, files: LedgerFiles, scope: ContentScope, deletions: DeletionChecks) {
    this.#inspection = inspection;
    this.#files = files;
    this.#scope = scope;
    this.#deletions = deletions;
    const { window } = scope;
    this.#range = window && { from: instantFromSeconds(window.from), to: instantFromSeconds(window.to) };
  }

  async check(entry: string, segment: SegmentInfo): Promise<void> {
    const { name } = segment;
    const met = this.#files.segments.get(name);
    if (met === true || this.#absent.has(name)) {
      this.#inspection.error('segment-named-twice', entry, `names ${name}, which an earlier entry names`);
      return;
    }
    if (met !== undefined) this.#files.segments.set(name, true);
    const inRange = !this.#range || (segment.minTime < this.#range.to && segment.maxTime >= this.#range.from);
    // A later entry may say that it was deleted.
    const words = `is missing, and ${entry} names it with ${segment.records} records`;
    if (met === undefined) this.#absent.set(name, inRange ? words : undefined);
    if (!inRange) {
      if (met !== undefined && this.#scope.isEvidence)
        this.#inspection.error('segment-added', name, 'is not of the range: it was added, and was not looked at');
      return;
    }
    this.#counts.named += 1;
    if (met !== undefined) await this.#look(segment);
  }

  report(): SegmentsReport {
    return { ...this.#counts, depth: this.#scope.depth };
  }

  /** What is absent and should not be, and what is here and should not be. After all entries. */
  judgeAbsent(): void {
    // Who does not look at segments need not have them: what is named is counted.
    const isExpected = this.#scope.segmentsExpected && this.#scope.depth !== 'none';
    for (const [name, words] of this.#absent) {
      if (words === undefined) continue;
      const fate = this.#deletions.fateOf(name);
      if (fate) this.#counts.deleted += 1;
      else if (isExpected) this.#inspection.error('segment-missing', name, words);
      if (fate !== 'delete' || !isExpected) continue;
      this.#inspection.warning(
        'deletion-unfinished',
        name,
        'is gone after an entry that means to, and none says so yet',
      );
    }
    for (const [name, isNamed] of this.#files.segments) {
      const isGone = isNamed ? this.#deletions.fateOf(name) === 'deleted' : this.#deletions.isGoneOrphan(name);
      if (isGone)
        this.#inspection.warning('segment-not-deleted', name, 'is still here, and an entry says that it is deleted');
    }
  }

  reportUnreferenced(): void {
    for (const [name, isNamed] of this.#files.segments) {
      if (isNamed || this.#deletions.isGoneOrphan(name)) continue;
      const words = 'is named by no entry under the checkpoint: it proves nothing';
      if (this.#scope.isEvidence) this.#inspection.error('segment-added', name, words);
      else this.#inspection.warning('segment-unreferenced', name, words);
    }
  }

  async #look(segment: SegmentInfo): Promise<void> {
    const { depth } = this.#scope;
    if (depth === 'none') return;
    const bytes = await this.#inspection.read(segment.name, MAX_SEGMENT_BYTES);
    if (!bytes) return;
    const fault = await faultOfSegment(bytes, segment, depth);
    if (fault !== undefined) {
      this.#inspection.error('segment-altered', segment.name, fault);
      return;
    }
    this.#counts.checked += 1;
    this.#counts.bytes += bytes.length;
    this.#counts.records += segment.records;
  }
}
