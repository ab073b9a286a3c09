/** Entries read one after the other, many at a time on the way: what rebuilding and auditing do with a whole ledger. */
import { entryName, LEDGER_CONTAINER } from '../archive/names.ts';
import type { Deps } from '../deps.ts';
import { type ChainedEntry, type Ledger, LedgerTorn, requireNext } from '../ledger.ts';

type EntryDeps = Pick<Deps, 'config' | 'blobs'>;

/** Reads under way at once. */
const AHEAD = 16;

/** The bytes of the entries `[from, to)`, in order. @throws LedgerTorn when one is missing. */
export async function* entryBytes(deps: EntryDeps, logType: string, from: number, to: number): AsyncGenerator<Buffer> {
  const read = (seq: number) => deps.blobs.get(LEDGER_CONTAINER, entryName(deps.config.tenantId, logType, seq));
  for (let first = from; first < to; first += AHEAD) {
    const seqs = Array.from({ length: Math.min(AHEAD, to - first) }, (_unused, n) => first + n);
    for (const [n, bytes] of (await Promise.all(seqs.map(read))).entries()) {
      if (!bytes) throw new LedgerTorn(`entry ${first + n} of ${logType} is missing, entry ${to - 1} exists`);
      yield bytes;
    }
  }
}

/** As `entryBytes`, each seen to continue the one before. @throws LedgerTorn also when one does not, or is damaged. */
export async function* chainedEntries(
  deps: EntryDeps,
  logType: string,
  from: number,
  to: number,
): AsyncGenerator<ChainedEntry> {
  let seq = from;
  let prev: string | undefined;
  for await (const bytes of entryBytes(deps, logType, from, to)) {
    const next = requireNext(deps, logType, bytes, seq, prev);
    prev = next.hash;
    seq += 1;
    yield next;
  }
}

/** As `chainedEntries`, up to the newest, seen to be the one that was applied. @throws LedgerTorn also when it is not. */
export async function* appliedEntries(
  deps: EntryDeps,
  logType: string,
  from: number,
  ledger: Ledger,
): AsyncGenerator<ChainedEntry> {
  let newest: string | undefined;
  for await (const next of chainedEntries(deps, logType, from, ledger.seq + 1)) {
    newest = next.hash;
    yield next;
  }
  if (newest !== ledger.hash) throw new LedgerTorn(`entry ${ledger.seq} of ${logType} is not the one that was applied`);
}
