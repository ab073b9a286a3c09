/**
 * The flow to the end: what is past its retention and under no hold is deleted, and the ledger proves that it was.
 *
 * One ledger at a time, in this order, which is the protocol:
 *
 *   1. apply     the ledger's newest entries; a ledger that is torn is left alone
 *   2. carry out what earlier `delete` entries say, as far as a checkpoint covers them: DELETE each blob, and look that it
 *                is gone
 *   3. confirm   PUT entry `deleted`, create-only, which names those that are gone
 *   4. find      what is due: named by an entry and past its `retainUntil`, or named by none and as old as that
 *   5. mean it   PUT entry `delete`, create-only: FROM THIS ENTRY ON ITS SEGMENTS ARE DELETED, whatever becomes of us
 *
 * So what one run means, the next carries out, once it is signed: whoever finds a segment missing also finds a signature
 * over the entry that says why. Where nothing is ever signed there is nothing to wait for.
 *
 * A hold and a deletion that meet are put in order by the ledger. Step 5 takes the number after the last entry it has
 * seen: if a hold took it first, the deletion is planned anew and leaves alone what is held; if the deletion took it, the
 * hold comes after it and its answer says what was lost to it. No lock and no clock decides.
 *
 * Every step may be repeated and may be taken by several instances at once. Only this flow is given what deletes.
 */
import type { ExpiryFacts } from './alarms.ts';
import { appendWhileNeeded } from './append.ts';
import type { DoomedSegment } from './archive/entry.ts';
import { splitName } from './archive/names.ts';
import { openDeletions } from './deletionIndex.ts';
import type { ExpireDeps } from './expiry/deps.ts';
import { forgetDerived } from './expiry/derived.ts';
import { dueSecond, inBatches, stillDue } from './expiry/due.ts';
import { noteExpiry, noteFailure } from './expiry/expiryRow.ts';
import { findDue } from './expiry/find.ts';
import { applyLedger, applySigned, type Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { newestHead } from './proof/heads.ts';

export interface ExpirySummary {
  /** Segments that are gone and confirmed by this run, and those that the store refused to delete. */
  readonly deleted: number;
  readonly refused: number;
  /** Log types whose deletions did not get on. */
  readonly failed: readonly string[];
}

type Carried = ExpiryFacts & { readonly deleted: number };

const NOTHING: Carried = { deleted: 0, refused: 0, cause: undefined, error: undefined };

/**
 * Deletes what is due of every ledger. What goes wrong with one is noted and reaches no other.
 * @param stopping aborted when the host shuts down; what is not done is left to the next run.
 */
export async function expireLedgers(deps: ExpireDeps, stopping: AbortSignal): Promise<ExpirySummary> {
  const deadline = deps.clock.elapsed() + deps.config.runBudgetSeconds * 1000;
  const hasTime = () => !stopping.aborted && deps.clock.elapsed() < deadline;
  const failed: string[] = [];
  let [deleted, refused] = [0, 0];
  for (const logType of deps.config.everyLogType) {
    if (!hasTime()) break;
    try {
      const carried = await expireLedger(deps, logType, hasTime);
      [deleted, refused] = [deleted + carried.deleted, refused + carried.refused];
      const { deleted: _counted, ...notes } = carried;
      await noteExpiry(deps, logType, notes);
    } catch (error) {
      if (stopping.aborted) break;
      failed.push(logType.name);
      await noteFailure(deps, logType, error);
    }
  }
  return { deleted, refused, failed };
}

async function expireLedger(deps: ExpireDeps, logType: LogType, hasTime: () => boolean): Promise<Carried> {
  // 1. A ledger without entries has nothing to delete, and one that is torn nothing that may be.
  const ledger = await applySigned(deps, logType.name);
  if (ledger.seq < 0) return NOTHING;

  // 2. and 3. What was meant before comes first. While the store refuses that, nothing more is meant: it would be served to
  // nobody, and be there all the same.
  const before = await carryOut(deps, logType, await signedUpTo(deps, logType, ledger), hasTime);
  if (before.refused > 0) return before;

  // 4. and 5.
  const { due, back } = await findDue(deps, logType, await dueSecond(deps, logType));
  for (const batch of inBatches(due)) if (hasTime()) await mean(deps, logType, batch);
  await removeAgain(deps, logType, back);

  // Where nothing is signed nothing is waited for: what was just meant is carried out.
  const signed = await signedUpTo(deps, logType, ledger);
  if (signed !== Number.POSITIVE_INFINITY) return before;
  const after = await carryOut(deps, logType, signed, hasTime);
  return { ...after, deleted: before.deleted + after.deleted, error: after.error ?? before.error };
}

/** Entries under the newest checkpoint; without limit where none was ever signed and no key is set. */
async function signedUpTo(deps: ExpireDeps, logType: LogType, { seq }: Ledger): Promise<number> {
  const newest = await newestHead(deps, logType.name, seq + 1);
  if (newest) return newest.head.size;
  return deps.config.signingKey === undefined ? Number.POSITIVE_INFINITY : 0;
}

/** Steps 2 and 3, entry by entry, the oldest first. */
async function carryOut(deps: ExpireDeps, logType: LogType, signed: number, hasTime: () => boolean): Promise<Carried> {
  let { deleted, refused, cause, error } = NOTHING;
  for (const { seq, segments } of await openDeletions(deps, logType.name)) {
    if (seq >= signed || !hasTime()) continue;
    const gone: DoomedSegment[] = [];
    for (const segment of segments) {
      // A crash from here on leaves blobs that are gone, under an entry that says that they are going to be: the next run
      // finds them absent, which is what it wants.
      const kept = await remove(deps, segment);
      if (kept === undefined) gone.push(segment);
      else [refused, cause] = [refused + 1, kept];
    }
    // What was made of them goes too: none of it is needed to prove anything, and all of it tells of them. Where the store
    // keeps it the proof does not wait: it is of the segments.
    const kept = await forgetDerived(deps, logType, gone);
    if (kept !== undefined) {
      error = `${kept}. Give the app Storage Blob Data Contributor on that container and empty it: all of it is made anew`;
      deps.log('warn', error, { logType: logType.name });
    }
    // A crash up to here leaves the ledger saying less than is true; from here on it says so.
    await confirm(deps, logType, gone);
    deleted += gone.length;
  }
  return { deleted, refused, cause, error };
}

/** Deletes one blob and looks that it is gone. @returns why it is still there; `undefined` where it is not. */
async function remove(deps: ExpireDeps, { name }: Pick<DoomedSegment, 'name'>): Promise<string | undefined> {
  const [container, blob] = splitName(name);
  const answer = await deps.deleter.delete(container, blob);
  if (answer.outcome === 'refused') return answer.cause;
  // The store's word is not taken for it: an entry will say that it is gone.
  return (await deps.deleter.exists(container, blob)) ? 'it is still there after it was deleted' : undefined;
}

/**
 * What an entry says is gone, and is there: a write has brought it back that the network had held back, or somebody has.
 * The ledger has said all there is to say, so it is only deleted again.
 */
async function removeAgain(deps: ExpireDeps, logType: LogType, back: readonly string[]): Promise<void> {
  if (back.length === 0) return;
  const open = await openDeletions(deps, logType.name);
  const names = new Set(open.flatMap(({ segments }) => segments.map(({ name }) => name)));
  for (const name of back.filter((each) => !names.has(each))) {
    const kept = await remove(deps, { name });
    const became = kept === undefined ? 'it was deleted again' : `it cannot be deleted again: ${kept}`;
    deps.log('warn', `${name} was there although the ledger says that it is deleted; ${became}`, {
      logType: logType.name,
    });
  }
}

/** Step 3. Another instance may have confirmed some or all of them meanwhile. */
async function confirm(deps: ExpireDeps, logType: LogType, gone: readonly DoomedSegment[]): Promise<void> {
  await appendWhileNeeded(deps, logType, await applyLedger(deps, logType.name), async () => {
    const open = await openDeletions(deps, logType.name);
    const names = new Set(open.flatMap(({ segments }) => segments.map(({ name }) => name)));
    const segments = gone.filter(({ name }) => names.has(name));
    // A crash once it is there leaves nothing to be done.
    return segments.length === 0 ? undefined : { kind: 'deleted', deleted: { segments } };
  });
}

/** Step 5. A crash before the entry is there leaves nothing; after it, what step 2 of the next run finds. */
async function mean(deps: ExpireDeps, logType: LogType, batch: readonly DoomedSegment[]): Promise<void> {
  // Everything that was committed before it is seen: holds, releases, reads that name what nobody named before. An entry
  // that took the number may be a hold, so all is looked at again.
  await appendWhileNeeded(deps, logType, await applyLedger(deps, logType.name), async (ledger) => {
    const segments = await stillDue(deps, logType, batch, ledger);
    return segments.length === 0 ? undefined : { kind: 'delete', delete: { segments } };
  });
}
