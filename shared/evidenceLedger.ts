/**
 * The ledger as evidence of a range needs it: everything under the newest checkpoint, read once and checked against its
 * root before a byte of it is handed out.
 */
import { type OpenedCheckpoint, openCheckpoint } from './archive/checkpoint.ts';
import { CoverageFold } from './archive/coverageFold.ts';
import type { Entry, SegmentInfo } from './archive/entry.ts';
import { isBeginning, reachesInto } from './archive/evidenceBeginning.ts';
import { HASH_BYTES, leafHash, rootOf } from './archive/merkle.ts';
import { checkpointName, ledgerName } from './archive/names.ts';
import { NoteError } from './archive/noteKey.ts';
import { type Instant, instantFromSeconds } from './archive/time.ts';
import type { Window } from './archive/window.ts';
import type { BlobDeps } from './deps.ts';
import { type ChainedEntry, LedgerTorn } from './ledger.ts';
import { chainedEntries } from './proof/entries.ts';
import { signedBytes, signedSizes } from './proof/stored.ts';

/** A segment of the range, and the entry that names it. */
export interface NamedSegment extends SegmentInfo {
  readonly seq: number;
}

export interface EvidenceLedger {
  readonly checkpoint: { readonly name: string; readonly bytes: Buffer; readonly size: number };
  /** Leaf hashes of all entries under the checkpoint. */
  readonly leaves: Buffer;
  /** The newest entry that shows that no read before it concerns the range; `undefined` when none concerns it. */
  readonly first: number | undefined;
  /** Entries before it that are needed all the same: keys, and the settings in force. */
  readonly singles: readonly number[];
  /** Public keys that the ledger announces. */
  readonly keys: readonly Buffer[];
  /** Those of the range that are not deleted. */
  readonly segments: readonly NamedSegment[];
  readonly fold: CoverageFold;
}

/**
 * Reads the ledger up to its newest checkpoint.
 * @returns `undefined` when there is no checkpoint.
 * @throws LedgerTorn when an entry is missing or the checkpoint is not that of the entries.
 */
export async function readForEvidence(
  deps: BlobDeps,
  logType: string,
  window: Window,
): Promise<EvidenceLedger | undefined> {
  const size = (await signedSizes(deps, logType)).at(-1);
  const bytes = size === undefined ? undefined : await signedBytes(deps, logType, size);
  if (size === undefined || !bytes) return undefined;
  const { tenantId } = deps.config;
  const reader = new Reader(window, size);
  for await (const next of chainedEntries(deps, logType, 0, size)) reader.add(next);
  const checkpoint = open(bytes, ledgerName(tenantId, logType), reader.keys);
  if (checkpoint.size !== size || !checkpoint.root.equals(rootOf(reader.leaves))) {
    throw new LedgerTorn(`the newest checkpoint of ${logType} is not that of its first ${size} entries`);
  }
  return { ...reader.result(), checkpoint: { name: checkpointName(tenantId, logType, size), bytes, size } };
}

function open(bytes: Buffer, log: string, keys: readonly Buffer[]): OpenedCheckpoint {
  try {
    return openCheckpoint(bytes, log, keys);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new LedgerTorn(`the newest checkpoint of ${log} is signed by no key that its ledger announces`, {
      cause: error,
    });
  }
}

type Known = Pick<ChainedEntry, 'entry' | 'hash'>;

class Reader {
  readonly leaves: Buffer;
  readonly keys: Buffer[] = [];
  readonly #window: { readonly start: number; readonly from: Instant; readonly to: Instant };
  readonly #fold = new CoverageFold();
  readonly #segments = new Map<string, NamedSegment>();
  /** The newest entry that the evidence can begin with, and those after it, until one concerns the range. */
  #waiting: Known[] = [];
  /** Of the entries before: those that are needed all the same. */
  #config: Known | undefined;
  readonly #holds: Known[] = [];
  readonly #keyEntries: number[] = [];
  #canBegin = false;
  #first: number | undefined;

  constructor({ from, to }: Window, size: number) {
    this.#window = { start: from, from: instantFromSeconds(from), to: instantFromSeconds(to) };
    this.leaves = Buffer.alloc(size * HASH_BYTES);
  }

  add({ entry, hash, bytes }: ChainedEntry): void {
    leafHash(bytes).copy(this.leaves, entry.seq * HASH_BYTES);
    if (entry.kind === 'key') this.keys.push(Buffer.from(entry.key.spki, 'base64'));
    const known = { entry, hash };
    if (this.#first === undefined) this.#lookForFirst(known);
    else this.#take(known);
  }

  result(): Omit<EvidenceLedger, 'checkpoint'> {
    const needed = this.#needed().map(({ entry }) => entry.seq);
    const singles = this.#first === 0 ? [] : [...needed, ...this.#keyEntries].sort((a, b) => a - b);
    const [first, fold, segments] = [this.#first, this.#fold, [...this.#segments.values()]];
    return { leaves: this.leaves, keys: this.keys, first, singles, segments, fold };
  }

  /** Evidence begins with the newest entry that shows its own beginning; where none does, with entry 0. */
  #lookForFirst(known: Known): void {
    const { start } = this.#window;
    if (isBeginning(known.entry, start)) {
      for (const { entry, hash } of this.#waiting) this.#pass(entry, hash);
      this.#waiting = [];
      this.#canBegin = true;
    }
    this.#waiting.push(known);
    if (!reachesInto(known.entry, start)) return;
    this.#first = this.#canBegin ? this.#waiting[0]?.entry.seq : 0;
    for (const { entry, hash } of this.#needed()) this.#fold.add(entry, hash);
    for (const each of this.#waiting) this.#take(each);
  }

  #pass(entry: Entry, hash: string): void {
    if (entry.kind === 'config') this.#config = { entry, hash };
    if (entry.kind === 'hold' || entry.kind === 'release') this.#holds.push({ entry, hash });
    if (entry.kind === 'key') this.#keyEntries.push(entry.seq);
  }

  #take({ entry, hash }: Known): void {
    this.#fold.add(entry, hash);
    if (entry.kind === 'read')
      for (const each of this.#inRange(entry.segments)) this.#segments.set(each.name, { ...each, seq: entry.seq });
    if (entry.kind === 'delete') for (const { name } of entry.delete.segments) this.#segments.delete(name);
  }

  /** What coverage of the range depends on of the entries before it, in order. */
  #needed(): Known[] {
    return [...(this.#config ? [this.#config] : []), ...this.#holds].sort((a, b) => a.entry.seq - b.entry.seq);
  }

  #inRange(segments: readonly SegmentInfo[]): SegmentInfo[] {
    const { from, to } = this.#window;
    return segments.filter(({ minTime, maxTime }) => minTime < to && maxTime >= from);
  }
}
