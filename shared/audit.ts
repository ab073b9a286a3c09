/**
 * The archive checks itself, once a day: whether the index says what the ledger says, whether the ledger is what was
 * signed, and whether segments still are what the ledger says of them.
 *
 * Every ledger is read whole. Of its segments a thirtieth is read and hashed each day; which ones follows from the day
 * and their names, so nothing has to be remembered and all have their turn within thirty days. Those that were found
 * wrong are looked at again every day. What was found is an entry of the ledger.
 */
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { appendWhileNeeded } from './append.ts';
import { namedIn } from './archive/deletions.ts';
import { MAX_SEGMENTS_PER_ENTRY, type SegmentInfo, type VerifyEntry } from './archive/entry.ts';
import { DAY } from './archive/hours.ts';
import { advance, EMPTY } from './archive/ledgerState.ts';
import { HASH_BYTES, leafHash } from './archive/merkle.ts';
import { splitName } from './archive/names.ts';
import { NoteError } from './archive/noteKey.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import { eachLedger } from './eachLedger.ts';
import { messageOf } from './errors.ts';
import { noteOrLog } from './hintRow.ts';
import { knownSpkis } from './keyIndex.ts';
import { applyLedger, applySigned, type Ledger, LedgerTorn } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { appliedEntries } from './proof/entries.ts';
import { storedHead } from './proof/heads.ts';
import { noteProof, readProofNotes } from './proof/proofRow.ts';
import { RowsDigest } from './proof/rowsDigest.ts';
import { largestSize } from './proof/stored.ts';
import { type GrownTree, storeTree, treeOf } from './proof/tree.ts';
import { isDeleted, partitionOf, SEGMENT_ROWS, segmentRow } from './segmentIndex.ts';
import { valuesOf } from './watermarkRow.ts';

export interface AuditSummary {
  readonly segments: number;
  readonly mismatches: number;
  /** Log types whose audit could not be finished. */
  readonly failed: readonly string[];
}

/** Days within which every segment is hashed. */
const TURNS = 30;
/** Segments hashed at once, of 16 MB at most. */
const AT_ONCE = 4;

/** Whether a segment is hashed on this day: number of the day since 1970. */
export function isDue(name: string, day: number): boolean {
  return hash('sha256', name, 'buffer').readUInt32BE() % TURNS === day % TURNS;
}

/**
 * Checks every ledger that has entries. What goes wrong with one is noted and reaches no other.
 * @param stopping aborted when the host shuts down; the audit under way is then left to the next day.
 */
export async function auditLedgers(deps: Deps, stopping: AbortSignal): Promise<AuditSummary> {
  const found: VerifyEntry['verify'][] = [];
  const step = async (logType: LogType) => {
    const verify = await auditLedger(deps, logType, stopping);
    if (verify) found.push(verify);
  };
  const failed = await eachLedger(deps, stopping, step, (logType, error) => noteFailure(deps, logType, error));
  const sum = (pick: 'segments' | 'mismatches') => found.reduce((total, each) => total + each[pick], 0);
  return { segments: sum('segments'), mismatches: sum('mismatches'), failed };
}

async function auditLedger(
  deps: Deps,
  logType: LogType,
  stopping: AbortSignal,
): Promise<VerifyEntry['verify'] | undefined> {
  const ledger = await applySigned(deps, logType.name);
  if (ledger.seq < 0) return undefined;
  const { due, leaves, isIndexed } = await readWhole(deps, logType, ledger);
  const tree = await signedTree(deps, logType, leaves);
  if (tree) await restoreTiles(deps, logType, tree);
  const mismatched = await stillNamed(deps, logType, await hashSegments(deps, due, stopping));
  const verify = {
    segments: due.length,
    mismatches: mismatched.length,
    mismatched: mismatched.map(({ name }) => name).slice(0, MAX_SEGMENTS_PER_ENTRY),
    index: isIndexed ? ('same' as const) : ('differs' as const),
  };
  for (const { name } of mismatched) {
    deps.log('error', `the segment ${name} is missing or has another SHA-256 than the ledger says`, {
      logType: logType.name,
    });
  }
  if (!isIndexed) deps.log('error', 'the index is not what the ledger says', { logType: logType.name });
  await appendWhileNeeded(deps, logType, ledger, () => ({ kind: 'verify', verify }));
  await noteProof(deps, logType.name, { contradiction: undefined });
  return verify;
}

interface WholeLedger {
  readonly due: readonly SegmentInfo[];
  readonly leaves: Buffer;
  /** The table says what the entries say. */
  readonly isIndexed: boolean;
}

/** Reads every entry up to where the ledger stood. @throws LedgerTorn */
async function readWhole(deps: Deps, logType: LogType, ledger: Ledger): Promise<WholeLedger> {
  const day = Math.floor(nowSeconds(deps) / DAY);
  const again = new Set(ledger.audit ? (JSON.parse(ledger.audit.mismatched) as string[]) : []);
  const leaves = Buffer.alloc((ledger.seq + 1) * HASH_BYTES);
  const due = new Map<string, SegmentInfo>();
  const expected = new RowsDigest();
  let said = EMPTY;
  for await (const { entry, bytes, hash: entryHash } of appliedEntries(deps, logType.name, 0, ledger)) {
    leafHash(bytes).copy(leaves, entry.seq * HASH_BYTES);
    said = advance(said, entry, entryHash);
    for (const name of entry.kind === 'delete' ? namedIn(entry) : []) {
      expected.add(name, { deleteSeq: entry.seq });
      due.delete(name);
    }
    if (entry.kind !== 'read') continue;
    for (const [n, segment] of entry.segments.entries()) {
      const { key, values } = segmentRow(entry, n, segment);
      expected.add(key, values);
      if (isDue(segment.name, day) || again.has(segment.name)) due.set(segment.name, segment);
    }
  }
  const isIndexed =
    isDeepStrictEqual(valuesOf(said), valuesOf(ledger)) && expected.equals(await indexed(deps, logType, ledger));
  return { due: [...due.values()], leaves, isIndexed };
}

/** Without those that were deleted while the audit ran. */
async function stillNamed(
  deps: Deps,
  { name: logType }: LogType,
  segments: readonly SegmentInfo[],
): Promise<SegmentInfo[]> {
  if (segments.length > 0) await applyLedger(deps, logType);
  const named: SegmentInfo[] = [];
  for (const segment of segments) if (!(await isDeleted(deps, logType, segment.name))) named.push(segment);
  return named;
}

/** The rows of the index that reflect entries up to where the ledger stood. */
async function indexed(deps: Deps, logType: LogType, ledger: Ledger): Promise<RowsDigest> {
  const found = new RowsDigest();
  for await (const { key, values } of deps.state.list(partitionOf(deps, logType.name), ...SEGMENT_ROWS)) {
    const { deleteSeq, ...row } = values;
    if (Number(row.seq) > ledger.seq) continue;
    // Of a segment that is deleted the row says the same as before, and which entry deletes it.
    found.add(key, row);
    if (deleteSeq !== undefined && Number(deleteSeq) <= ledger.seq) found.add(String(row.name), { deleteSeq });
  }
  return found;
}

/**
 * The tree under the newest checkpoint, out of the entries: they are those it was signed over.
 * @returns `undefined` where nothing is signed.
 * @throws LedgerTorn, or NoteError when the checkpoint cannot be believed.
 */
async function signedTree(deps: Deps, { name }: LogType, leaves: Buffer): Promise<GrownTree | undefined> {
  const size = Math.min(await largestSize(deps, name), leaves.length / HASH_BYTES);
  const stored = size === 0 ? undefined : await storedHead(deps, name, size, await knownSpkis(deps, name));
  // Signed since the ledger was read: the next audit has it.
  return stored && treeOf(name, leaves.subarray(0, size * HASH_BYTES), stored.head);
}

/** Stores again the tiles of a tree that were lost. */
async function restoreTiles(deps: Deps, { name }: LogType, tree: GrownTree): Promise<void> {
  const noted = await readProofNotes(deps, name);
  const { generation } = await storeTree(deps, name, noted.generation, () => tree);
  if (generation !== noted.generation) await noteProof(deps, name, { generation });
}

/** @returns those that are missing or have another hash. */
async function hashSegments(
  deps: Deps,
  segments: readonly SegmentInfo[],
  stopping: AbortSignal,
): Promise<readonly SegmentInfo[]> {
  const mismatched: SegmentInfo[] = [];
  for (let at = 0; at < segments.length; at += AT_ONCE) {
    stopping.throwIfAborted();
    const group = segments.slice(at, at + AT_ONCE);
    const sound = await Promise.all(group.map((segment) => isSound(deps, segment)));
    mismatched.push(...group.filter((_segment, n) => !sound[n]));
  }
  return mismatched;
}

async function isSound(deps: Deps, { name, sha256 }: SegmentInfo): Promise<boolean> {
  const bytes = await deps.blobs.get(...splitName(name));
  return bytes !== undefined && hash('sha256', bytes) === sha256;
}

async function noteFailure(deps: Deps, { name }: LogType, error: unknown): Promise<void> {
  const cause = messageOf(error).slice(0, 2000);
  const torn = error instanceof LedgerTorn || error instanceof NoteError;
  deps.log(torn ? 'error' : 'warn', `the audit of ${name} was not finished: ${cause}`, { logType: name });
  const note = () => noteProof(deps, name, { contradiction: cause });
  if (torn) await noteOrLog(deps, name, `what the audit of ${name} met`, note);
}
