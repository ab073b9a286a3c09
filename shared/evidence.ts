/**
 * Evidence of a range: a zip that convinces without us, without the tenant and without a network.
 *
 * It holds the segments of the range, or single records out of them; all entries from the first that concerns the range
 * to the newest checkpoint, so that no entry can have been left out; the leaf hashes of the entries before, which tie
 * that run to the signed root; the coverage statement, the public keys, a manifest and the verifier. The files are those
 * that `archive/verify.ts` reads, and `docs/AUDITOR.md` explains.
 */
import { hash } from 'node:crypto';
import { fingerprint } from './archive/ecdsa.ts';
import {
  COVERAGE_FILE,
  EVIDENCE_FILE,
  type Evidence,
  jsonFile,
  LEAVES_FILE,
  MANIFEST_FILE,
  manifestLine,
  UNPROVED_FILES,
} from './archive/evidenceFiles.ts';
import { HASH_BYTES } from './archive/merkle.ts';
import { entryName, fullName, LEDGER_CONTAINER, ledgerName } from './archive/names.ts';
import { publicKeyFile } from './archive/publicKeyFile.ts';
import { formatSeconds } from './archive/time.ts';
import { keyFileName } from './archive/verifyKeys.ts';
import { coverageOf } from './archive/verifyLedger.ts';
import { overdueSeconds, windowOfRange } from './coveragePin.ts';
import type { BlobDeps } from './deps.ts';
import { type EvidenceLedger, readForEvidence } from './evidenceLedger.ts';
import { evidenceReadme } from './evidenceReadme.ts';
import { findRecords, type ProvedRecord } from './evidenceRecords.ts';
import type { LogType } from './logTypes.ts';
import { entryBytes } from './proof/entries.ts';
import type { Range } from './query/range.ts';
import { loadSegment } from './segments.ts';
import { type ZipFile, zipped } from './zip.ts';

/** There is no checkpoint yet. */
export class NothingSigned extends Error {
  override readonly name = 'NothingSigned';
}

/** Nothing under the newest checkpoint concerns the range. */
export class NothingInRange extends Error {
  override readonly name = 'NothingInRange';
  /** Entries under the checkpoint. */
  readonly size: number;

  constructor(size: number) {
    super(`none of the ${size} signed entries concerns the range`);
    this.size = size;
  }
}

/** Records that were asked for are not in the range. */
export class RecordsUnknown extends Error {
  override readonly name = 'RecordsUnknown';
  readonly ids: readonly string[];

  constructor(ids: readonly string[]) {
    super('records that were asked for are not in the range');
    this.ids = ids;
  }
}

export interface EvidenceAsked {
  readonly logType: LogType;
  readonly range: Range;
  /** Only these records, instead of all segments of the range. */
  readonly ids?: readonly string[] | undefined;
  /** The bytes of `verify.mjs`. */
  readonly verifier: Uint8Array;
}

export interface OpenedEvidence {
  /** The zip. */
  readonly body: AsyncIterable<Uint8Array>;
  /** How many records are in it: those of whole segments, or those that were asked for in all their versions. */
  readonly records: number;
}

/**
 * Opens the evidence of a range. Everything that can be refused is refused before the first byte.
 * @throws NothingSigned, NothingInRange, RecordsUnknown, LedgerTorn; while streaming also SegmentMissing, DamagedSegment
 */
export async function openEvidence(deps: BlobDeps, asked: EvidenceAsked): Promise<OpenedEvidence> {
  const { logType, ids } = asked;
  const window = windowOfRange(asked.range);
  const ledger = await readForEvidence(deps, logType.name, window);
  if (!ledger) throw new NothingSigned(`the ledger of ${logType.name} has no checkpoint yet`);
  if (ledger.first === undefined) throw new NothingInRange(ledger.checkpoint.size);
  const overdue = overdueSeconds(deps);
  const about: Evidence = {
    v: 1,
    log: ledgerName(deps.config.tenantId, logType.name),
    from: formatSeconds(window.from),
    to: formatSeconds(window.to),
    overdueSeconds: overdue,
    first: ledger.first,
    holds: ids ? 'records' : 'segments',
    ...(ids && { ids }),
  };
  const records = ids && (await findRecords(deps, logType, ledger.segments, window, new Set(ids)));
  const unknown = ids?.filter((id) => !records?.some((record) => record.id === id)) ?? [];
  if (unknown.length > 0) throw new RecordsUnknown(unknown);
  const coverage = coverageOf(ledger.fold, ledger.first, window, { overdueSeconds: overdue });
  if (!coverage) throw new NothingInRange(ledger.checkpoint.size);
  const head = [file(EVIDENCE_FILE, jsonFile(about)), file(COVERAGE_FILE, jsonFile(coverage))];
  const files = filesOf(deps, logType.name, ledger, about, head, records);
  const inSegments = () => ledger.segments.reduce((sum, segment) => sum + segment.records, 0);
  return { body: zipped(withManifest(asked, files)), records: records?.length ?? inSegments() };
}

/** All files but the manifest, and those that it does not list. */
async function* filesOf(
  deps: BlobDeps,
  logType: string,
  ledger: EvidenceLedger,
  { first }: Evidence,
  head: readonly ZipFile[],
  records: readonly ProvedRecord[] | undefined,
): AsyncGenerator<ZipFile> {
  yield* head;
  if (first > 0) yield file(LEAVES_FILE, ledger.leaves.subarray(0, first * HASH_BYTES));
  const keys = new Map(ledger.keys.map((spki) => [keyFileName(fingerprint(spki)), publicKeyFile(spki)]));
  for (const [name, text] of keys) yield file(name, Buffer.from(text));
  yield file(fullName(LEDGER_CONTAINER, ledger.checkpoint.name), ledger.checkpoint.bytes);
  const nameOf = (seq: number) => fullName(LEDGER_CONTAINER, entryName(deps.config.tenantId, logType, seq));
  for (const [from, to] of [
    ...ledger.singles.map((seq) => [seq, seq + 1] as const),
    [first, ledger.checkpoint.size] as const,
  ]) {
    let seq = from;
    for await (const bytes of entryBytes(deps, logType, from, to)) yield file(nameOf(seq++), bytes);
  }
  for (const [n, { line, proof }] of (records ?? []).entries()) {
    const name = `records/${String(n + 1).padStart(8, '0')}`;
    yield file(`${name}.json`, Buffer.concat([line, Buffer.from('\n')]));
    yield file(`${name}.proof`, jsonFile(proof));
  }
  if (!records) for (const segment of ledger.segments) yield file(segment.name, await loadSegment(deps, segment));
}

async function* withManifest({ verifier, logType, range }: EvidenceAsked, files: AsyncIterable<ZipFile>) {
  const lines: string[] = [];
  yield file('README.txt', Buffer.from(evidenceReadme(logType.name, range)));
  yield file('verify.mjs', verifier);
  for await (const each of files) {
    if (!UNPROVED_FILES.has(each.name)) lines.push(manifestLine(each.name, hash('sha256', each.bytes)));
    yield each;
  }
  yield file(MANIFEST_FILE, Buffer.from(lines.sort().join('')));
}

function file(name: string, bytes: Uint8Array): ZipFile {
  return { name, bytes };
}
