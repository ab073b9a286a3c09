/**
 * Ledger entries as bytes: the small JSON objects that commit what the archive claims.
 *
 * Encoding gives the exact bytes that are stored, hashed and signed; decoding gives the typed entry or throws. The rules
 * for both are in `entryChecks.ts`. A kind or a field that this version does not know is skipped, so that later
 * releases can add some; another `v` is refused. Entries hold no personal data. The format: docs/FORMAT.md.
 *
 * Outside of `archive/` this is the one door to entries, their types and limits included.
 */
import { hash } from 'node:crypto';
import { checkEntry } from './entryChecks.ts';
import { type Entry, type HourCounts, MAX_ENTRY_BYTES, MAX_SEGMENTS_PER_ENTRY } from './entryTypes.ts';
import { FieldError } from './fields.ts';

export type {
  ConfigEntry,
  DeletedEntry,
  DeleteEntry,
  DoomedSegment,
  Entry,
  EntryHead,
  GapEntry,
  HoldEntry,
  HoldTerms,
  HourCounts,
  KeyEntry,
  OpaqueEntry,
  ReadEntry,
  ReleaseEntry,
  SegmentInfo,
  Unavailability,
  VerifyEntry,
} from './entryTypes.ts';
export { GENESIS_PREV, MAX_ENTRY_BYTES, MAX_SEGMENTS_PER_ENTRY, SEGMENTS_PER_WRITTEN_ENTRY } from './entryTypes.ts';

/** The entry would break a limit of the format: cut the window into several before anything is committed. */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge';
}

/** Stored bytes are not an entry that can be used. No retry helps. */
export class DamagedEntry extends Error {
  override readonly name = 'DamagedEntry';
  /** The field at fault, such as `segments[3].sha256`. */
  readonly field: string;

  constructor(field: string, problem: string, options?: ErrorOptions) {
    super(
      `A ledger entry is not usable: ${field} ${problem}. Keep the blob as evidence, compare it with a copy and with ` +
        "the checkpoints that cover it (docs/FORMAT.md, 'Check a ledger').",
      options,
    );
    this.field = field;
  }
}

/**
 * The exact bytes of an entry: one line of JSON in the key order of the format, ended by a newline. Hours are sorted,
 * hours that count nothing are left out.
 * @throws EntryTooLarge above 64 segments or 60,000 bytes.
 * @throws RangeError when a field is not valid, the numbers disagree, or the entry is opaque.
 */
export function encodeEntry(entry: Entry): Buffer {
  if (entry.kind === 'opaque') throw new RangeError(`an entry of kind ${entry.kindName} cannot be written`);
  if (entry.kind === 'read' && entry.segments.length > MAX_SEGMENTS_PER_ENTRY) {
    throw new EntryTooLarge(`An entry names at most ${MAX_SEGMENTS_PER_ENTRY} segments, not ${entry.segments.length}.`);
  }
  const valid = checkEntry(entry.kind === 'read' ? withTidyHours(entry) : entry);
  const bytes = toBytes(valid);
  if (bytes.length > MAX_ENTRY_BYTES) {
    throw new EntryTooLarge(`An entry has at most ${MAX_ENTRY_BYTES} bytes, not ${bytes.length}.`);
  }
  return bytes;
}

/**
 * Reads an entry. The bytes must be what `JSON.stringify` makes of what they say, plus a newline: no two readers can
 * then understand them differently (duplicate keys, odd numbers, broken UTF-8).
 * @throws DamagedEntry naming the field.
 */
export function decodeEntry(bytes: Uint8Array): Entry {
  const value = parse(bytes);
  try {
    const entry = checkEntry(value);
    if (!isAsWritten(value, bytes)) throw new FieldError('the entry', 'is not written as JSON.stringify writes it');
    return entry;
  } catch (error) {
    if (error instanceof FieldError) throw new DamagedEntry(error.path, error.problem, { cause: error });
    throw error;
  }
}

/** SHA-256 of an entry's bytes, lower-case hex: `prev` of the next entry. Its leaf in the tree is `leafHash(bytes)`. */
export function entryHash(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}

function withTidyHours(entry: Extract<Entry, { kind: 'read' }>): Entry {
  const counted = Object.entries(entry.read.hours).filter(([, hour]) => hour.new + hour.changed + hour.vanished !== 0);
  const hours: Record<string, HourCounts> = Object.fromEntries(counted.sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...entry, read: { ...entry.read, hours } };
}

function parse(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_ENTRY_BYTES) {
    throw new DamagedEntry('the entry', `has ${bytes.length} bytes, more than ${MAX_ENTRY_BYTES}`);
  }
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    // Without the cause: the parser's message quotes what it reads.
    throw new DamagedEntry('the entry', 'is not JSON');
  }
}

function isAsWritten(value: unknown, bytes: Uint8Array): boolean {
  try {
    return toBytes(value).equals(bytes);
  } catch {
    // Nested deeper than JSON.stringify goes, so JSON.stringify did not write it.
    return false;
  }
}

function toBytes(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`, 'utf8');
}
