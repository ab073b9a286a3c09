/**
 * The ledger and what the table knows of it.
 *
 * The blobs `<tenantId>/<logType>/<seq>.json` are the truth; the table is their reflection, one transaction an entry.
 * `applyLedger` brings the table up to date: after a crash, after another instance's commit, or from nothing when the
 * table was deleted. Repair is therefore the ordinary first step of every run, not a path of its own.
 */
import { DamagedEntry, decodeEntry, type Entry, entryHash } from './archive/entry.ts';
import { advance, type Ledger } from './archive/ledgerState.ts';
import { entryName, entryPrefix, LEDGER_CONTAINER, ledgerName, parseEntryName } from './archive/names.ts';
import { coverageChanges } from './coverageIndex.ts';
import { deletionChanges } from './deletionIndex.ts';
import type { Deps } from './deps.ts';
import { keyChanges } from './keyIndex.ts';
import { largestSize } from './proof/stored.ts';
import { partitionOf, segmentRow } from './segmentIndex.ts';
import type { Row, RowChange } from './storage/port.ts';
import { ledgerOf, valuesOf } from './watermarkRow.ts';

export type { Ledger };

/** The ledger contradicts itself. Nothing may be written until somebody has looked. */
export class LedgerTorn extends Error {
  override readonly name = 'LedgerTorn';
}

/** The table is so far behind that catching up would keep a reader waiting. */
export class LedgerBehind extends Error {
  override readonly name = 'LedgerBehind';
}

const WATERMARK_ROW = 'watermark';
/** Entries a reader applies itself before it answers 503: about a second's work. */
export const MOST_ENTRIES_BEHIND = 500;

/**
 * Applies every entry that the table does not know yet and returns where the ledger stands.
 * @param most entries to apply before giving up with `LedgerBehind`; a reader passes a small number.
 * @throws LedgerTorn when an entry is missing, does not continue the chain, or cannot be read.
 */
export async function applyLedger(deps: Deps, logType: string, most = Number.POSITIVE_INFINITY): Promise<Ledger> {
  const partition = partitionOf(deps, logType);
  let row = await deps.state.get(partition, WATERMARK_ROW);
  let ledger = ledgerOf(row?.values);
  // A table that knows nothing may have been lost together with the ledger's end. Listed before the entries: whoever
  // signs a checkpoint has seen them.
  const signed = row ? 0 : await largestSize(deps, logType);
  // The newest entry that the table knows is listed too: a ledger that ends before it has lost something.
  const seqs = await entriesFrom(deps, logType, Math.max(ledger.seq, 0));
  if (ledger.seq >= 0 && seqs[0] !== ledger.seq) {
    throw new LedgerTorn(`entry ${ledger.seq} of ${logType} is missing, though the table has seen it`);
  }
  const newest = seqs.at(-1) ?? -1;
  requireReach(logType, newest, signed);
  const behind = newest - ledger.seq;
  if (behind > most) throw new LedgerBehind(`the index of ${logType} is ${behind} entries behind its ledger`);
  // One after the other from where the table stands, whatever the listing named: it says only how far to go.
  while (ledger.seq < newest) {
    const next = await entryAfter(deps, logType, ledger, newest);
    // One transaction: the table never shows an entry's segments without its watermark, or the other way round.
    // A conflict says that another instance applied it first, or that our own answer was lost: the table tells which.
    const reached = advance(ledger, next.entry, next.hash);
    await deps.state.commit(partition, await changesFor(deps, logType, next.entry, reached, row));
    row = await deps.state.get(partition, WATERMARK_ROW);
    ledger = ledgerOf(row?.values);
  }
  return ledger;
}

/**
 * As `applyLedger`, and looks for a checkpoint beyond the ledger's end: how whoever writes begins, before the first entry.
 * What follows in the same run goes on with `applyLedger`: the table knows by then where the ledger ended, and the ledger
 * cannot end before that any more without being torn. One short listing; the timer that signs looks at all checkpoints.
 * @throws LedgerTorn also when a checkpoint was signed over more entries than there are.
 */
export async function applySigned(deps: Deps, logType: string): Promise<Ledger> {
  const ledger = await applyLedger(deps, logType);
  const signed = await largestSize(deps, logType, ledger.seq + 1);
  if (signed <= ledger.seq + 1) return ledger;
  // Another instance may have written the entries, and signed them, since.
  const newer = await applyLedger(deps, logType);
  requireReach(logType, newer.seq, signed);
  return newer;
}

/** @throws LedgerTorn when a checkpoint was signed over more entries than there are. */
export function requireReach(logType: string, newest: number, signed: number): void {
  if (signed <= newest + 1) return;
  throw new LedgerTorn(`${logType} has ${newest + 1} entries, though a checkpoint was signed over ${signed}`);
}

/** An entry as it lies in its ledger. */
export interface ChainedEntry {
  readonly entry: Entry;
  readonly bytes: Buffer;
  /** `prev` of the next entry. */
  readonly hash: string;
}

/**
 * Reads entry `seq` of a ledger and sees that it is this one and continues the one before.
 * @param prev the hash of entry `seq` - 1; `undefined` where that entry is not known.
 * @throws LedgerTorn
 */
export function requireNext(
  { config }: Pick<Deps, 'config'>,
  logType: string,
  bytes: Buffer,
  seq: number,
  prev: string | undefined,
): ChainedEntry {
  const entry = decode(bytes, logType, seq);
  if (entry.seq !== seq || entry.log !== ledgerName(config.tenantId, logType))
    throw new LedgerTorn(`entry ${seq} of ${logType} bears another name inside`);
  if (prev !== undefined && entry.prev !== prev)
    throw new LedgerTorn(`entry ${seq} of ${logType} does not continue entry ${seq - 1}`);
  return { entry, bytes, hash: entryHash(bytes) };
}

function decode(bytes: Buffer, logType: string, seq: number): Entry {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    // Anything else says something of us, not of the ledger.
    if (!(error instanceof DamagedEntry)) throw error;
    throw new LedgerTorn(`entry ${seq} of ${logType} is damaged`, { cause: error });
  }
}

/** The entry that follows what is known. `newest` is one that exists, so a missing one before it is a hole. */
async function entryAfter(deps: Deps, logType: string, known: Ledger, newest: number): Promise<ChainedEntry> {
  const seq = known.seq + 1;
  const bytes = await deps.blobs.get(LEDGER_CONTAINER, entryName(deps.config.tenantId, logType, seq));
  if (!bytes) throw new LedgerTorn(`entry ${seq} of ${logType} is missing, entry ${newest} exists`);
  return requireNext(deps, logType, bytes, seq, known.hash);
}

/** The sequence numbers that exist from `first` on. Looks at the block of 1,000 numbers and the next, to see a hole. */
async function entriesFrom(deps: Deps, logType: string, first: number): Promise<number[]> {
  const seqs: number[] = [];
  for (let block = first; ; block += 1000) {
    const before = seqs.length;
    for await (const { name } of deps.blobs.list(LEDGER_CONTAINER, entryPrefix(deps.config.tenantId, logType, block))) {
      const parsed = parseEntryName(name);
      if (parsed && parsed.seq >= first) seqs.push(parsed.seq);
    }
    if (seqs.length === before && block > first) return seqs;
  }
}

function segmentRows(entry: Entry): RowChange[] {
  if (entry.kind !== 'read') return [];
  return entry.segments.map((segment, n) => ({ kind: 'upsert', ...segmentRow(entry, n, segment) }));
}

/** One entry as rows: the segments it names, what it says was read, and the watermark. */
async function changesFor(
  deps: Deps,
  logType: string,
  entry: Entry,
  ledger: Ledger,
  row: Row | undefined,
): Promise<RowChange[]> {
  const values = valuesOf(ledger);
  return [
    // Upsert: after the watermark row alone was lost, the rows of the index are still there and still right.
    ...segmentRows(entry),
    ...(await coverageChanges(deps, logType, entry)),
    ...keyChanges(entry),
    ...(await deletionChanges(deps, logType, entry)),
    row
      ? { kind: 'replace', key: WATERMARK_ROW, values, etag: row.etag }
      : { kind: 'insert', key: WATERMARK_ROW, values },
  ];
}
