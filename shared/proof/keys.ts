/**
 * The keys of a ledger: each is announced by an entry before it signs, and vouched for by the one before it.
 *
 * The entries keep the public keys, so that whoever has the ledger has every key it was ever signed with.
 */
import { appendWhileNeeded } from '../append.ts';
import { fingerprint } from '../archive/ecdsa.ts';
import { announceKey } from '../archive/keyEntry.ts';
import { ledgerName } from '../archive/names.ts';
import type { Signer } from '../archive/note.ts';
import type { Ledger } from '../ledger.ts';
import type { LogType } from '../logTypes.ts';
import type { SigningDeps } from './signing.ts';

/** The ledger's key is another than ours, and nobody vouches for ours. */
export class UnknownKey extends Error {
  override readonly name = 'UnknownKey';
}

/** Announces the signer's key in the ledger, unless its newest key is this one. @throws UnknownKey */
export async function announce(deps: SigningDeps, logType: LogType, ledger: Ledger, signer: Signer): Promise<Ledger> {
  const ours = fingerprint(signer.spki);
  if (ledger.key === ours) return ledger;
  const old = ledger.key === undefined ? undefined : await voucher(deps, logType, ledger.key, ours);
  const key = await announceKey(ledgerName(deps.config.tenantId, logType.name), signer.spki, old);
  return appendWhileNeeded(deps, logType, ledger, (reached) => {
    if (reached.key === ours) return undefined;
    // Whoever announced another key meanwhile has other settings: the next run looks again.
    if (reached.key !== ledger.key) throw new UnknownKey(`${logType.name} just got another key`);
    return { kind: 'key', key };
  });
}

/** The signer of the ledger's newest key; `undefined` where that key is lost. */
async function voucher(
  deps: SigningDeps,
  { name }: LogType,
  newest: string,
  ours: string,
): Promise<Signer | undefined> {
  const previous = await deps.signing.previous();
  if (previous === 'lost') return undefined;
  if (previous && fingerprint(previous.spki) === newest) return previous;
  throw new UnknownKey(
    `the ledger of ${name} is signed by the key ${newest}, and SIGNING_KEY is ${ours}: set SIGNING_KEY_PREVIOUS to the ` +
      "former, which must vouch for the new one, or to 'lost' if it cannot be used any more",
  );
}
