/** Entries read one after the other, many at a time on the way: what rebuilding and auditing do with a whole ledger. */
import { DamagedEntry, decodeEntry, type Entry, entryHash } from '../archive/entry.ts';
import { entryName, LEDGER_CONTAINER } from '../archive/names.ts';
import type { Deps } from '../deps.ts';
import { LedgerTorn } from '../ledger.ts';

/** Reads under way at once. */
const AHEAD = 16;

/** The bytes of the entries `[from, to)`, in order. @throws LedgerTorn when one is missing. */
export async function* entryBytes(
  deps: Pick<Deps, 'config' | 'blobs'>,
  logType: string,
  from: number,
  to: number,
): AsyncGenerator<Buffer> {
  const read = (seq: number) => deps.blobs.get(LEDGER_CONTAINER, entryName(deps.config.tenantId, logType, seq));
  for (let first = from; first < to; first += AHEAD) {
    const seqs = Array.from({ length: Math.min(AHEAD, to - first) }, (_unused, n) => first + n);
    for (const [n, bytes] of (await Promise.all(seqs.map(read))).entries()) {
      if (!bytes) throw new LedgerTorn(`entry ${first + n} of ${logType} is missing, entry ${to - 1} exists`);
      yield bytes;
    }
  }
}

export interface StoredEntry {
  readonly entry: Entry;
  readonly bytes: Buffer;
}

/** As `entryBytes`, each seen to continue the one before. @throws LedgerTorn also when one does not, or is damaged. */
export async function* chainedEntries(
  deps: Pick<Deps, 'config' | 'blobs'>,
  logType: string,
  from: number,
  to: number,
): AsyncGenerator<StoredEntry> {
  let seq = from;
  let before: string | undefined;
  for await (const bytes of entryBytes(deps, logType, from, to)) {
    const entry = decode(bytes, logType, seq);
    if (entry.seq !== seq) throw new LedgerTorn(`entry ${seq} of ${logType} bears another name inside`);
    if (before !== undefined && entry.prev !== before) {
      throw new LedgerTorn(`entry ${seq} of ${logType} does not continue entry ${seq - 1}`);
    }
    before = entryHash(bytes);
    seq += 1;
    yield { entry, bytes };
  }
}

function decode(bytes: Buffer, logType: string, seq: number): Entry {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    if (!(error instanceof DamagedEntry)) throw error;
    throw new LedgerTorn(`entry ${seq} of ${logType} is damaged`, { cause: error });
  }
}
