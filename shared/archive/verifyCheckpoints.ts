/** The checkpoints of a ledger: signature, then size, then the root over the bytes of the entries. */
import { type OpenedCheckpoint, openCheckpoint, originOf } from './checkpoint.ts';
import { fingerprint } from './ecdsa.ts';
import { checkpointName, fullName, LEDGER_CONTAINER } from './names.ts';
import { NoteError } from './noteKey.ts';
import { type HashedEntries, rootsAt } from './verifyEntries.ts';
import type { Inspection } from './verifyInspection.ts';
import type { LedgerFiles } from './verifyNames.ts';
import type { VerifyOptions } from './verifyTypes.ts';

/** A checkpoint that holds: a known key signed it, and the entries have its root. */
export interface Head extends OpenedCheckpoint {
  readonly file: string;
  /** It came from outside. */
  readonly isKept: boolean;
  /** Fingerprints of the keys that signed it. */
  readonly signers: readonly string[];
}

type Kept = NonNullable<VerifyOptions['kept']>[number];
type Opened = Omit<Head, 'signers'>;

/** More than any note has. */
const MOST_BYTES = 1_000_000;

/** Whether a kept checkpoint says that it is of this ledger. Only its first line is looked at. */
export function isOf({ bytes }: Kept, log: string): boolean {
  const line = Buffer.from(`${originOf(log)}\n`);
  return line.equals(bytes.subarray(0, line.length));
}

/** The checkpoints that hold, by size; a finding for each that does not. */
export async function openHeads(
  inspection: Inspection,
  files: LedgerFiles,
  entries: HashedEntries,
  keys: readonly Buffer[],
  kept: readonly Kept[],
): Promise<Head[]> {
  const opened: Opened[] = [];
  for (const size of files.sizes) {
    const file = fullName(LEDGER_CONTAINER, checkpointName(files.tenantId, files.logType, size));
    const bytes = await inspection.read(file, MOST_BYTES);
    const checkpoint = bytes && open(inspection, file, bytes, files.log, keys, false);
    if (checkpoint && checkpoint.size !== size) {
      inspection.error('checkpoint-name', file, `is the checkpoint over ${checkpoint.size} entries`);
    } else if (checkpoint) opened.push({ ...checkpoint, file, isKept: false });
  }
  for (const { name, bytes } of kept) {
    const checkpoint = open(inspection, name, bytes, files.log, keys, true);
    if (checkpoint) opened.push({ ...checkpoint, file: name, isKept: true });
  }
  opened.sort((a, b) => a.size - b.size);
  const roots = rootsAt(
    entries.leaves,
    opened.map(({ size }) => size),
  );
  return opened.filter((each) => hasRoot(inspection, entries, each, roots)).map(withSigners);
}

function open(
  inspection: Inspection,
  file: string,
  bytes: Uint8Array,
  log: string,
  keys: readonly Buffer[],
  isKept: boolean,
): OpenedCheckpoint | undefined {
  try {
    return openCheckpoint(bytes, log, keys);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    inspection.error(isKept ? 'kept-signature' : 'checkpoint-signature', file, `does not hold: ${error.message}`);
    return undefined;
  }
}

function hasRoot(
  inspection: Inspection,
  entries: HashedEntries,
  { file, size, root, isKept }: Opened,
  roots: ReadonlyMap<number, Buffer>,
): boolean {
  // Of a checkpoint over more entries than are here, the missing ones have been named.
  const found = roots.get(size);
  if (found?.equals(root)) return true;
  if (!found && isKept) {
    const words = `covers ${size} entries, and ${entries.size} are here: entries were removed, or this copy is older than it`;
    inspection.error('rolled-back', file, words);
  } else if (found && isKept) {
    inspection.error(
      'history-rewritten',
      file,
      `has another root than the first ${size} entries here: they were altered since`,
    );
  } else if (found) {
    inspection.error('root', file, `has another root than the first ${size} entries: at least one of them was altered`);
  }
  return false;
}

function withSigners(opened: Opened): Head {
  return { ...opened, signers: opened.signedBy.map(fingerprint) };
}
