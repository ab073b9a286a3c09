/**
 * The files that an evidence bundle has beside those of the archive itself (docs/AUDITOR.md describes them).
 *
 *     evidence.json        what the bundle is about
 *     coverage.json        the coverage statement of its range
 *     leaves.bin           the leaf hashes of the entries before the first that is included, 32 bytes each
 *     keys/<sha256>.pem    public keys
 *     records/<n>.json     single records, one line each, and beside each of them
 *     records/<n>.proof    where it is stored, and its path to the recordsRoot of its segment
 *     MANIFEST.sha256      the SHA-256 of all of these and of the archive's files
 *     README.txt           what to do; nothing vouches for it
 *     verify.mjs           the verifier; nothing vouches for it: better take it from elsewhere
 */
import { fromBase64 } from './base64.ts';
import { LATE_SECONDS } from './coverage.ts';
import { type Check, FieldError, list, oneOf, secondTime, shape, text, whole } from './fields.ts';
import { HOUR } from './hours.ts';
import { HASH_BYTES } from './merkle.ts';
import { parseLedgerName } from './names.ts';
import type { CoverageStatement } from './verifyTypes.ts';

export const EVIDENCE_FILE = 'evidence.json';
export const COVERAGE_FILE = 'coverage.json';
export const LEAVES_FILE = 'leaves.bin';
export const MANIFEST_FILE = 'MANIFEST.sha256';
/** A single record, or its proof. */
export const RECORD_FILE = /^records\/(\d{8})\.(json|proof)$/;
/** Files that nothing vouches for. */
export const UNPROVED_FILES: ReadonlySet<string> = new Set(['README.txt', 'verify.mjs', MANIFEST_FILE]);
/** Most bytes of the path of a record, and of `evidence.json`, which may name many records. */
export const MOST_JSON_BYTES = 20_000;
export const MOST_EVIDENCE_BYTES = 4_000_000;
/** Most that `SETTLE_MINUTES` can be, and what is late beyond it. More would hide a gap as something that is still to come. */
const MOST_OVERDUE = 24 * HOUR + LATE_SECONDS;
const MOST_IDS = 10_000;

/**
 * What a bundle is about. Nothing signs it: whoever passes a bundle on can write another one. What becomes of each member:
 *
 *     log              its entries bear it, and the signed text does
 *     from, to         a claim, which the verdict repeats: a shorter range is as true; a wider one lacks segments or entries
 *     overdueSeconds   a claim, which the report repeats: what is not read that long is a gap; bounded by what can be set
 *     first            the entry there has to show that no read before it concerns the range
 *     holds            a claim, which the verdict repeats: of single records nothing follows for the range
 *     ids              a claim, which the report repeats beside the ids that are proved
 */
export interface Evidence {
  readonly v: 1;
  /** `<tenantId>/<logType>`. */
  readonly log: string;
  readonly from: string;
  readonly to: string;
  /** Seconds after which what was not read yet should have been. */
  readonly overdueSeconds: number;
  /** The first entry that is included whole, with all after it up to the checkpoint. */
  readonly first: number;
  /** The segments of the range whole, or single records out of them. */
  readonly holds: 'segments' | 'records';
  /** The ids that were asked for, of single records; absent in bundles that were made before they said so. */
  readonly ids?: readonly string[];
}

/** Where a single record is stored, and the path from its leaf to the `recordsRoot` of its segment. */
export interface RecordProof {
  readonly v: 1;
  /** The entry that names the segment. */
  readonly entry: number;
  readonly segment: string;
  /** The line in the segment, from 0 on. */
  readonly line: number;
  /** SHA-256 in base64, from the leaf's sibling up. */
  readonly path: readonly string[];
}

const version: Check<1> = (value, path) => {
  if (value !== 1) throw new FieldError(path, 'is not 1');
  return 1;
};
const log: Check<string> = (value, path) => {
  if (typeof value !== 'string' || !parseLedgerName(value)) throw new FieldError(path, 'is not <tenantId>/<logType>');
  return value;
};
const hashText: Check<string> = (value, path) => {
  const isHash = typeof value === 'string' && fromBase64(value)?.length === HASH_BYTES;
  if (!isHash) throw new FieldError(path, 'is not a SHA-256 in base64');
  return value;
};

const idText: Check<string> = (value, path) => {
  if (typeof value !== 'string') throw new FieldError(path, 'is not a text');
  return value;
};

const evidence = shape<Evidence>(
  {
    v: version,
    log,
    from: secondTime,
    to: secondTime,
    overdueSeconds: whole(0, MOST_OVERDUE),
    first: whole(0, 1e12 - 1),
    holds: oneOf('segments', 'records'),
    ids: list(idText, MOST_IDS),
  },
  ['ids'],
);

const recordProof = shape<RecordProof>({
  v: version,
  entry: whole(0, 1e12 - 1),
  segment: text(/\//, '<container>/<name>'),
  line: whole(0),
  path: list(hashText, 64),
});

/** The bytes of a JSON file of a bundle: one line. */
export function jsonFile(value: Evidence | RecordProof | CoverageStatement): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

/** Reads `evidence.json`; `undefined` unless the bytes are what `jsonFile` makes of it. */
export function readEvidence(bytes: Uint8Array): Evidence | undefined {
  const found = readJson(bytes, evidence);
  return found && found.from < found.to ? found : undefined;
}

/** Reads the proof of a record; `undefined` unless the bytes are what `jsonFile` makes of it. */
export function readRecordProof(bytes: Uint8Array): RecordProof | undefined {
  return readJson(bytes, recordProof);
}

/** One line of the manifest, as `sha256sum` writes and checks it. */
export function manifestLine(name: string, sha256: string): string {
  return `${sha256}  ${name}\n`;
}

/** Reads a manifest; `undefined` unless every line is one, and no name stands twice. */
export function readManifest(bytes: Uint8Array): Map<string, string> | undefined {
  const listed = new Map<string, string>();
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  if (lines.pop() !== '') return undefined;
  for (const line of lines) {
    const [, sha256, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sha256 === undefined || name === undefined || listed.has(name)) return undefined;
    listed.set(name, sha256);
  }
  return listed;
}

function readJson<T extends Evidence | RecordProof>(bytes: Uint8Array, check: Check<T>): T | undefined {
  try {
    const value = check(JSON.parse(Buffer.from(bytes).toString('utf8')), '');
    return jsonFile(value).equals(bytes) ? value : undefined;
  } catch (error) {
    if (error instanceof FieldError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
