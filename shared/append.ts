/**
 * The commit: how an entry gets into a ledger. Nobody else writes one.
 *
 *   1. make      the entry that follows the newest: its number, and the hash of the bytes before it
 *   2. create    PUT it, create-only: THE ENTRY IS THE COMMIT. Of all who want the number the store lets one have it
 *   3. apply     what the ledger has now to the table: our entry, or the one that took the number
 *
 * A number that is taken by other bytes never means "lost", always "look again": the winner's entry may say what was to be
 * said, or make it wrong. Whoever appends judges anew by the ledger that has it and tries the next number, without a bound
 * and without a pause: every attempt that loses is an entry that another has won. Only a gap is tried once, because the
 * next step of the pull asks again whether there is one.
 */
import { type Entry, type EntryHead, encodeEntry, type OpaqueEntry } from './archive/entry.ts';
import { entryName, LEDGER_CONTAINER, ledgerName } from './archive/names.ts';
import { formatSeconds } from './archive/time.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import { applyLedger, type Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { APP_VERSION } from './version.ts';

type BodyOf<E> = E extends unknown ? Omit<E, keyof EntryHead> : never;

/** What an entry says beyond the fields that every entry begins with. */
export type EntryBody = BodyOf<Exclude<Entry, OpaqueEntry>>;

export interface Appended {
  /** `taken`: another entry has the number. */
  readonly outcome: 'stored' | 'taken';
  /** The ledger as it was applied afterwards, with the entry that has the number. */
  readonly ledger: Ledger;
}

/** The entry that follows the ledger's newest. */
export function nextEntry(
  deps: Pick<Deps, 'config' | 'clock'>,
  logType: LogType,
  ledger: Ledger,
  body: EntryBody,
): Entry {
  return {
    v: 1,
    log: ledgerName(deps.config.tenantId, logType.name),
    seq: ledger.seq + 1,
    prev: ledger.hash,
    time: formatSeconds(nowSeconds(deps)),
    app: APP_VERSION,
    ...body,
  };
}

/**
 * One attempt to append what `body` says.
 * @param ledger as it was just applied.
 * @throws EntryTooLarge, LedgerTorn, ContainerMissing or a storage error. If not even a look could tell whether the entry is
 *   stored, whoever applies the ledger next finds out.
 */
export async function append(deps: Deps, logType: LogType, ledger: Ledger, body: EntryBody): Promise<Appended> {
  const entry = nextEntry(deps, logType, ledger, body);
  const name = entryName(deps.config.tenantId, logType.name, entry.seq);
  // A crash before this line has done its work leaves no entry, and so nothing was said.
  const outcome = await deps.blobs.putIfAbsent(LEDGER_CONTAINER, name, encodeEntry(entry));
  // A crash from here on leaves the table one entry behind, which whoever applies the ledger next mends.
  const reached = await applyLedger(deps, logType.name);
  if (outcome === 'taken' && reached.seq < entry.seq) throw new Error(`${name} is taken, and no listing shows it`);
  return { outcome, ledger: reached };
}

/**
 * Appends one entry, behind whatever others append meanwhile.
 * @param ledger as it was just applied.
 * @param needed what the entry after this ledger is to say; `undefined` when nothing is left to be said. Asked first, and
 *   again each time the number was taken.
 * @returns the ledger afterwards.
 * @throws as `append`.
 */
export async function appendWhileNeeded(
  deps: Deps,
  logType: LogType,
  ledger: Ledger,
  needed: (ledger: Ledger) => EntryBody | undefined | Promise<EntryBody | undefined>,
): Promise<Ledger> {
  let reached = ledger;
  for (;;) {
    const body = await needed(reached);
    if (!body) return reached;
    const appended = await append(deps, logType, reached, body);
    if (appended.outcome === 'stored') return appended.ledger;
    reached = appended.ledger;
  }
}
