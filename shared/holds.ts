/**
 * Legal holds: while one is open, nothing of the hours that it touches is deleted.
 *
 * A hold is an entry in each ledger that it concerns; the ledgers are the only place where it is kept. Of the case only
 * the hash is in them. Placing and releasing may be repeated: a ledger that has the entry stays as it is.
 */
import { hash } from 'node:crypto';
import { appendWhileNeeded } from './append.ts';
import { termsWindow } from './archive/deletions.ts';
import type { HoldTerms } from './archive/entry.ts';
import { heldHours } from './archive/holds.ts';
import { instantFromSeconds, LAST_SECOND } from './archive/time.ts';
import { UNDATED_SPAN } from './archive/undated.ts';
import { findHold, isOpenAt, type KnownHold, knownHolds, openDeletions } from './deletionIndex.ts';
import type { Deps } from './deps.ts';
import { causeOf } from './errors.ts';
import { applyLedger, applySigned, type Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { deletedBetween } from './segmentIndex.ts';

/** A hold of this id says something else, or was released: an id is used once. */
export class HoldDiffers extends Error {
  override readonly name = 'HoldDiffers';
}

/** A hold in one ledger, and what came too early for it. */
export interface PlacedHold {
  readonly hold: KnownHold;
  /** Segments of the held hours that the ledger had deleted before: those that were still there, and the others. */
  readonly beingDeleted: readonly string[];
  readonly deleted: number;
}

/** All holds, and which ledgers could not be asked. */
export interface HoldsListed {
  readonly holds: readonly HoldReport[];
  readonly unread: readonly { readonly logType: string; readonly error: string }[];
}

/** A hold in all ledgers that know it. */
export interface HoldReport extends HoldTerms {
  /** By log type. */
  readonly ledgers: readonly (Pick<KnownHold, 'seq' | 'at' | 'releasedSeq' | 'releasedAt'> & { logType: string })[];
  /** In no ledger that could be read is it open any more. */
  readonly isReleased: boolean;
}

/** What stands for the text of a case in the ledgers. */
export function caseHash(text: string): string {
  return hash('sha256', text);
}

/**
 * Places a hold in one ledger, or finds that it is there.
 * @throws HoldDiffers, LedgerTorn, ContainerMissing or a storage error.
 */
export async function placeHold(deps: Deps, logType: LogType, terms: HoldTerms): Promise<PlacedHold> {
  // The entry that came first, a deletion perhaps, is applied by then: the order of the two is said by the ledger.
  const ledger = await appendWhileNeeded(deps, logType, await applySigned(deps, logType.name), async () =>
    (await findHold(deps, logType.name, terms.id)) ? undefined : { kind: 'hold', hold: terms },
  );
  const known = await findHold(deps, logType.name, terms.id);
  if (!known)
    throw new Error(`the hold ${terms.id} is in the ledger of ${logType.name}, and its index does not show it`);
  return withLosses(deps, logType, requireSame(known, terms, ledger));
}

/** Releases a hold in one ledger; one that is released, or was never placed, stays so. */
export async function releaseHold(deps: Deps, logType: LogType, id: string): Promise<KnownHold | undefined> {
  await appendWhileNeeded(deps, logType, await applySigned(deps, logType.name), async (ledger) => {
    const known = await findHold(deps, logType.name, id);
    if (!known || !isOpenAt(known, ledger.seq)) return undefined;
    const { case: hashed, from, to } = known;
    return { kind: 'release', release: { id, case: hashed, from, to } };
  });
  return findHold(deps, logType.name, id);
}

/**
 * Every hold that the ledgers tell of, the newest first. A ledger that cannot be read (it is torn, its container is missing,
 * the store does not answer) takes nothing from the others: it is told of in `unread`.
 */
export async function listHolds(deps: Deps): Promise<HoldsListed> {
  const found = new Map<string, (KnownHold & { logType: string })[]>();
  const unread: { logType: string; error: string }[] = [];
  for (const { name: logType } of deps.config.everyLogType) {
    try {
      await applyLedger(deps, logType);
      for (const hold of await knownHolds(deps, logType)) {
        found.set(hold.id, [...(found.get(hold.id) ?? []), { ...hold, logType }]);
      }
    } catch (error) {
      unread.push({ logType, error: causeOf(error) });
    }
  }
  const holds = [...found.values()].map(reportOf);
  return { holds: holds.sort((a, b) => ((a.ledgers[0]?.at ?? '') > (b.ledgers[0]?.at ?? '') ? -1 : 1)), unread };
}

function reportOf(holds: readonly (KnownHold & { logType: string })[]): HoldReport {
  const [{ id, case: hashed, from, to }] = holds as unknown as [KnownHold];
  const ledgers = holds.map(({ logType, seq, at, releasedSeq, releasedAt }) => ({
    logType,
    seq,
    at,
    ...(releasedSeq !== undefined && { releasedSeq, releasedAt }),
  }));
  return {
    id,
    case: hashed,
    from,
    to,
    ledgers,
    isReleased: ledgers.every(({ releasedSeq }) => releasedSeq !== undefined),
  };
}

function requireSame(known: KnownHold, terms: HoldTerms, ledger: Ledger): KnownHold {
  const isSame = known.case === terms.case && known.from === terms.from && known.to === terms.to;
  if (!isSame) throw new HoldDiffers(`the hold ${terms.id} names another case or range`);
  if (!isOpenAt(known, ledger.seq)) throw new HoldDiffers(`the hold ${terms.id} was released`);
  return known;
}

/** What the ledger had deleted of the held hours before it knew of the hold. */
async function withLosses(deps: Deps, logType: LogType, hold: KnownHold): Promise<PlacedHold> {
  const open = await openDeletions(deps, logType.name);
  const underWay = new Set(open.flatMap(({ segments }) => segments.map(({ name }) => name)));
  const { from, to } = heldHours(termsWindow(hold));
  // Once each, though a hold may name the hour of the undated ones, which it holds in any case.
  const lost = new Set<string>();
  // The hour that the calendar ends with ends after it.
  const span = [instantFromSeconds(from), instantFromSeconds(Math.min(to, LAST_SECOND))] as const;
  for (const each of [UNDATED_SPAN, span]) {
    for await (const { name, deleteSeq = hold.seq } of deletedBetween(deps, logType.name, ...each)) {
      if (deleteSeq < hold.seq) lost.add(name);
    }
  }
  const beingDeleted = [...lost].filter((name) => underWay.has(name));
  return { hold, beingDeleted, deleted: lost.size - beingDeleted.length };
}
