/**
 * The entries of a ledger as bytes: their hashes, without a look at what they say.
 *
 * One exception, because a signature cannot be checked without a key: entries that announce a key are decoded for it.
 */
import { decodeEntry, entryHash, MAX_ENTRY_BYTES } from './entry.ts';
import type { KeyEntry } from './entryTypes.ts';
import { EMPTY_FRONTIER, frontierRoot, growFrontier } from './frontier.ts';
import { HASH_BYTES, leafHash } from './merkle.ts';
import { entryName, fullName, LEDGER_CONTAINER } from './names.ts';
import type { Inspection } from './verifyInspection.ts';
import type { LedgerFiles } from './verifyNames.ts';

/** What the bytes of a ledger's entries hash to. */
export interface HashedEntries {
  /** The first entry of the run that is at hand; of those before only the leaf hashes are known. */
  readonly first: number;
  /** Entries up to the first hole. */
  readonly size: number;
  /** Leaf hashes of entries 0 to `size` - 1. */
  readonly leaves: Buffer;
  /** Entries before the run that are at hand and in the tree. */
  readonly singles: readonly number[];
  /** What `key` entries announce; nothing vouches for it yet. */
  readonly announced: readonly KeyEntry[];
  /** Entries that do not name the hash of the one before. */
  readonly unchained: ReadonlySet<number>;
}

const KEY_KIND = Buffer.from('"kind":"key"');
const MOST_KEYS = 64;

/** The full name of an entry's file. */
export function entryFile({ tenantId, logType }: LedgerFiles, seq: number): string {
  return fullName(LEDGER_CONTAINER, entryName(tenantId, logType, seq));
}

/** @param before the leaf hashes of the entries before the run; none for a whole ledger. */
export async function hashEntries(inspection: Inspection, files: LedgerFiles, before: Buffer): Promise<HashedEntries> {
  const first = before.length / HASH_BYTES;
  const leaves = Buffer.alloc(before.length + files.seqs.length * HASH_BYTES);
  before.copy(leaves);
  const [singles, announced, unchained]: [number[], KeyEntry[], Set<number>] = [[], [], new Set()];
  let [size, torn, prev] = [first, false, ''];
  reportHoles(inspection, files, first);
  for (const seq of files.seqs) {
    const bytes = await inspection.read(entryFile(files, seq), MAX_ENTRY_BYTES);
    torn ||= !bytes || seq > size;
    if (!bytes) continue;
    if (bytes.includes(KEY_KIND) && announced.length < MOST_KEYS) announced.push(...announcedBy(bytes, files.log));
    const leaf = leafHash(bytes);
    if (seq < first) {
      if (isLeaf(leaves, seq, leaf)) singles.push(seq);
      else inspection.error('entry-altered', entryFile(files, seq), 'is not the entry that the tree has there');
      continue;
    }
    if (torn) continue;
    if (prev !== '' && !bytes.includes(prev)) {
      unchained.add(seq);
      inspection.error(
        'chain',
        entryFile(files, seq),
        `does not continue entry ${seq - 1}: one of the two was altered`,
      );
    }
    leaf.copy(leaves, seq * HASH_BYTES);
    prev = entryHash(bytes);
    size += 1;
  }
  return { first, size, leaves: leaves.subarray(0, size * HASH_BYTES), singles, announced, unchained };
}

/** Whether the leaf hash of entry `seq` is this one. */
export function isLeaf(leaves: Buffer, seq: number, leaf: Buffer): boolean {
  return leaf.equals(leaves.subarray(seq * HASH_BYTES, (seq + 1) * HASH_BYTES));
}

/** The roots over the first `size` entries, for ascending sizes. */
export function rootsAt(leaves: Buffer, sizes: readonly number[]): ReadonlyMap<number, Buffer> {
  const roots = new Map<number, Buffer>();
  let frontier = EMPTY_FRONTIER;
  for (const size of sizes) {
    if (size * HASH_BYTES > leaves.length) break;
    frontier = growFrontier(frontier, leaves.subarray(frontier.size * HASH_BYTES, size * HASH_BYTES));
    roots.set(size, frontierRoot(frontier));
  }
  return roots;
}

/** Names what is missing between entries that are there, and between the last of them and the newest checkpoint. */
function reportHoles(inspection: Inspection, files: LedgerFiles, first: number): void {
  let next = first;
  for (const seq of files.seqs) {
    if (seq < next) continue;
    if (seq > next) {
      const what = seq - next === 1 ? `entry ${next} is` : `entries ${next} to ${seq - 1} are`;
      inspection.error('entry-missing', entryFile(files, next), `${what} missing, and entry ${seq} exists`);
    }
    next = seq + 1;
  }
  const covered = files.sizes.at(-1) ?? 0;
  if (covered > next) {
    const what = covered - next === 1 ? `entry ${next} is` : `entries ${next} to ${covered - 1} are`;
    inspection.error(
      'entry-missing',
      entryFile(files, next),
      `${what} missing, and a checkpoint covers ${covered} entries`,
    );
  }
}

function announcedBy(bytes: Buffer, log: string): KeyEntry[] {
  try {
    const entry = decodeEntry(bytes);
    return entry.kind === 'key' && entry.log === log ? [entry] : [];
  } catch {
    // Not an entry: nothing is announced. It is named once its bytes are authenticated, or refused before.
    return [];
  }
}
