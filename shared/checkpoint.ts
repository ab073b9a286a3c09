/**
 * Signs what each ledger says: a checkpoint over all its entries, once an hour.
 *
 *   1. apply      the ledger's newest entries, see that it reaches as far as was signed, and say that it is alive if it has
 *                 been silent
 *   2. announce   the key, if the ledger does not know it yet
 *   3. grow       the tree from the last signed head to the ledger's end, and CHECK that it begins with that head
 *   4. store      the tiles, which can be lost
 *   5. sign       and PUT the checkpoint, create-only
 *   6. note       how far that came, forwards only
 *
 * The last head comes from the immutable checkpoints, never from what can be rebuilt: whoever rewrites a ledger gets no
 * signature for it. No clock and no lock is needed: two instances sign the same root, and the store keeps one of the
 * two signatures. A crash anywhere leaves less to do for the next run. Ingestion depends on none of it.
 */
import { appendWhileNeeded } from './append.ts';
import { signCheckpoint } from './archive/checkpoint.ts';
import { HOUR } from './archive/hours.ts';
import { checkpointName, LEDGER_CONTAINER, ledgerName } from './archive/names.ts';
import type { Signer } from './archive/note.ts';
import { NoteError } from './archive/noteKey.ts';
import { parseSeconds } from './archive/time.ts';
import type { TreeHead } from './archive/treeProof.ts';
import { nowSeconds } from './clock.ts';
import { eachLedger } from './eachLedger.ts';
import { messageOf } from './errors.ts';
import { noteOrLog } from './hintRow.ts';
import { knownSpkis } from './keyIndex.ts';
import { applyLedger, type Ledger, LedgerTorn, requireReach } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { storedHead } from './proof/heads.ts';
import { announce } from './proof/keys.ts';
import { noteProof, readProofNotes } from './proof/proofRow.ts';
import type { SigningDeps } from './proof/signing.ts';
import { largestSize } from './proof/stored.ts';
import { type GrownTree, growTree, storeTree } from './proof/tree.ts';

export interface CheckpointSummary {
  /** Ledgers whose every entry is under a checkpoint now. */
  readonly signed: number;
  /** Log types whose ledger could not be signed. */
  readonly failed: readonly string[];
}

/** A ledger without an entry for this long says that it is alive. Less than an hour: timers are not exact. */
const SILENT_SECONDS = HOUR - 600;

/**
 * Signs every ledger that has entries. What goes wrong with one is noted and reaches no other.
 * @param stopping aborted when the host shuts down.
 */
export async function signLedgers(deps: SigningDeps, stopping: AbortSignal): Promise<CheckpointSummary> {
  let signed = 0;
  // A vault that does not answer is waited for once in a run, not once for each ledger.
  const asked = onceInRun(() => deps.signing.current());
  const step = async (logType: LogType) => {
    if (await signLedger(deps, logType, asked)) signed += 1;
  };
  const failed = await eachLedger(deps, stopping, step, (logType, error) => noteFailure(deps, logType, error));
  return { signed, failed };
}

/** Signs one ledger. @returns whether it has entries. */
async function signLedger(deps: SigningDeps, logType: LogType, asked: () => Promise<Signer>): Promise<boolean> {
  // Before the entries: whoever signs one has seen them, so the ledger must reach as far.
  const signed = await largestSize(deps, logType.name);
  const applied = await applyLedger(deps, logType.name);
  requireReach(logType.name, applied.seq, signed);
  const alive = await sayAlive(deps, logType, applied);
  if (alive.seq < 0) return false;
  const signer = await asked();
  const ledger = await announce(deps, logType, alive, signer);
  const size = ledger.seq + 1;

  const last = await openLast(deps, logType, signed, signer);
  const notes = await readProofNotes(deps, logType.name);
  const { tree, generation } = await storeTree(deps, logType.name, notes.generation, (each) =>
    growTree(deps, logType.name, ledger, last, each),
  );
  if (signed < size) await putCheckpoint(deps, logType, tree, signer);
  const root = tree.root.toString('base64');
  const signedAt = nowSeconds(deps);
  const well = { error: undefined, refused: undefined };
  await noteProof(deps, logType.name, { size, root, signedAt, generation, ...well });
  return true;
}

/** Says that a silent ledger is alive: the time of its newest entry is what a checkpoint claims. */
async function sayAlive(deps: SigningDeps, logType: LogType, ledger: Ledger): Promise<Ledger> {
  const now = deps.clock.now() / 1000;
  const isSilent = ({ time }: Ledger) => time !== undefined && now - (parseSeconds(time) ?? 0) >= SILENT_SECONDS;
  const verify = { segments: 0, mismatches: 0, mismatched: [], index: null };
  return appendWhileNeeded(deps, logType, ledger, (reached) =>
    isSilent(reached) ? { kind: 'verify', verify } : undefined,
  );
}

/** The newest of the immutable checkpoints, opened. @throws LedgerTorn when it cannot be. */
async function openLast(
  deps: SigningDeps,
  { name }: LogType,
  size: number,
  signer: Signer,
): Promise<TreeHead | undefined> {
  if (size === 0) return undefined;
  try {
    const keys = [signer.spki, ...(await knownSpkis(deps, name))];
    return (await storedHead(deps, name, size, keys))?.head;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new LedgerTorn(`checkpoint ${size} of ${name} cannot be believed: ${error.message}`, { cause: error });
  }
}

async function putCheckpoint(deps: SigningDeps, logType: LogType, tree: GrownTree, signer: Signer): Promise<void> {
  const { tenantId } = deps.config;
  const { size, root } = tree;
  const note = await signCheckpoint({ log: ledgerName(tenantId, logType.name), size, root }, [signer]);
  const name = checkpointName(tenantId, logType.name, size);
  if ((await deps.blobs.putIfAbsent(LEDGER_CONTAINER, name, note)) === 'stored') return;
  // Another instance signed the same size: no two signatures are alike, but the root must be.
  const keys = [signer.spki, ...(await knownSpkis(deps, logType.name))];
  const theirs = await storedHead(deps, logType.name, size, keys);
  if (!theirs?.head.root.equals(root)) {
    throw new LedgerTorn(`checkpoint ${size} of ${logType.name} was signed over other entries than those there are`);
  }
}

async function noteFailure(deps: SigningDeps, { name }: LogType, error: unknown): Promise<void> {
  const cause = messageOf(error).slice(0, 2000);
  const torn = error instanceof LedgerTorn;
  deps.log(torn ? 'error' : 'warn', `no checkpoint of ${name} was signed: ${cause}`, { logType: name });
  await noteOrLog(deps, name, `what keeps ${name} from being signed`, () =>
    noteProof(deps, name, { error: cause, ...(torn && { refused: cause }) }),
  );
}

/** Asks once, and gives everybody the same answer, or the same error. */
function onceInRun<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
