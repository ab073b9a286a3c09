/** Entries that say something of the ledger itself. */
import { encodeEntry, type KeyEntry, type VerifyEntry } from '../archive/entry.ts';
import { entryName, LEDGER_CONTAINER } from '../archive/names.ts';
import type { Deps } from '../deps.ts';
import { applyLedger, type Ledger } from '../ledger.ts';
import type { LogType } from '../logTypes.ts';
import { entryHead } from '../parts.ts';

/** Losing the next number this often to other instances means something else is wrong. */
const MOST_TRIES = 20;

type Body = Pick<KeyEntry, 'kind' | 'key'> | Pick<VerifyEntry, 'kind' | 'verify'>;

/**
 * Appends one entry, behind whatever others append meanwhile.
 * @param ledger as it was just applied.
 * @param isNeeded asked anew each time another instance took the number.
 * @returns the ledger afterwards.
 */
export async function commitBody(
  deps: Deps,
  logType: LogType,
  ledger: Ledger,
  body: Body,
  isNeeded: (ledger: Ledger) => boolean,
): Promise<Ledger> {
  let reached = ledger;
  for (let tries = 0; isNeeded(reached); tries += 1) {
    if (tries === MOST_TRIES) throw new Error(`the next entry of ${logType.name} was taken by others ${tries} times`);
    const entry = { ...entryHead(deps, logType, reached), ...body };
    const name = entryName(deps.config.tenantId, logType.name, entry.seq);
    const answer = await deps.blobs.putIfAbsent(LEDGER_CONTAINER, name, encodeEntry(entry));
    reached = await applyLedger(deps, logType.name);
    if (answer === 'stored') return reached;
  }
  return reached;
}
