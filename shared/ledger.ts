/**
 * The ledger and what the table knows of it.
 *
 * The blobs `<tenantId>/<logType>/<seq>.json` are the truth; the table is their reflection, one transaction an entry.
 * `applyLedger` brings the table up to date: after a crash, after another instance's commit, or from nothing when the
 * table was deleted. Repair is therefore the ordinary first step of every run, not a path of its own.
 */
import { decodeEntry, type Entry, entryHash, GENESIS_PREV, type SegmentInfo } from './archive/entry.ts';
import { entryName, entryPrefix, LEDGER_CONTAINER, ledgerName, parseEntryName } from './archive/names.ts';
import { parseSeconds } from './archive/time.ts';
import type { Deps } from './deps.ts';
import { partitionOf, segmentRow } from './segmentIndex.ts';
import type { Row, RowChange, RowValues } from './storage/port.ts';

/** A log type's ledger, as far as the table reflects it. */
export interface Ledger {
  /** Sequence number of the newest entry; -1 before the first. */
  readonly seq: number;
  /** SHA-256 of the newest entry's bytes: `prev` of the next one. */
  readonly hash: string;
  /** Where the walk began and how far the head has been read, seconds since 1970. Absent before the first read. */
  readonly head: { readonly from: number; readonly to: number } | undefined;
  /** The newest head read: what density to expect. */
  readonly last: { readonly rows: number; readonly seconds: number } | undefined;
  readonly records: number;
  readonly rawBytes: number;
  readonly segments: number;
  /** Compressed bytes. */
  readonly bytes: number;
  /** `time` of the newest entry. */
  readonly time: string | undefined;
}

/** The ledger contradicts itself. Nothing may be written until somebody has looked. */
export class LedgerTorn extends Error {
  override readonly name = 'LedgerTorn';
}

/** The table is so far behind that catching up would keep a reader waiting. */
export class LedgerBehind extends Error {
  override readonly name = 'LedgerBehind';
}

export const WATERMARK_ROW = 'watermark';

/**
 * Applies every entry that the table does not know yet and returns where the ledger stands.
 * @param most entries to apply before giving up with `LedgerBehind`; a reader passes a small number.
 * @throws LedgerTorn when an entry is missing, does not continue the chain, or cannot be read.
 */
export async function applyLedger(deps: Deps, logType: string, most = Number.POSITIVE_INFINITY): Promise<Ledger> {
  const partition = partitionOf(deps, logType);
  let row = await deps.state.get(partition, WATERMARK_ROW);
  let ledger = row ? ledgerOf(row.values) : EMPTY;
  // The newest entry that the table knows is listed too: a ledger that ends before it has lost something.
  const seqs = await entriesFrom(deps, logType, Math.max(ledger.seq, 0));
  if (ledger.seq >= 0 && seqs[0] !== ledger.seq) {
    throw new LedgerTorn(`entry ${ledger.seq} of ${logType} is missing, though the table has seen it`);
  }
  const newest = seqs.at(-1) ?? -1;
  const behind = newest - ledger.seq;
  if (behind > most) throw new LedgerBehind(`the index of ${logType} is ${behind} entries behind its ledger`);
  // One after the other from where the table stands, whatever the listing named: it says only how far to go.
  while (ledger.seq < newest) {
    const next = await readEntry(deps, logType, ledger, newest);
    // One transaction: the table never shows an entry's segments without its watermark, or the other way round.
    // A conflict says that another instance applied it first, or that our own answer was lost: the table tells which.
    await deps.state.commit(partition, changesFor(next.entry, advance(ledger, next), row));
    row = await deps.state.get(partition, WATERMARK_ROW);
    ledger = row ? ledgerOf(row.values) : EMPTY;
  }
  return ledger;
}

interface ReadEntry {
  readonly entry: Entry;
  readonly hash: string;
}

/** The entry that follows what is known. `newest` is one that exists, so a missing one before it is a hole. */
async function readEntry(deps: Deps, logType: string, known: Ledger, newest: number): Promise<ReadEntry> {
  const seq = known.seq + 1;
  const bytes = await deps.blobs.get(LEDGER_CONTAINER, entryName(deps.config.tenantId, logType, seq));
  if (!bytes) throw new LedgerTorn(`entry ${seq} of ${logType} is missing, entry ${newest} exists`);
  let entry: Entry;
  try {
    entry = decodeEntry(bytes);
  } catch (error) {
    throw new LedgerTorn(`entry ${seq} of ${logType} is damaged`, { cause: error });
  }
  const log = ledgerName(deps.config.tenantId, logType);
  if (entry.seq !== seq || entry.log !== log)
    throw new LedgerTorn(`entry ${seq} of ${logType} bears another name inside`);
  if (entry.prev !== known.hash) throw new LedgerTorn(`entry ${seq} of ${logType} does not continue entry ${seq - 1}`);
  return { entry, hash: entryHash(bytes) };
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

const EMPTY: Ledger = {
  seq: -1,
  hash: GENESIS_PREV,
  head: undefined,
  last: undefined,
  records: 0,
  rawBytes: 0,
  segments: 0,
  bytes: 0,
  time: undefined,
};

/** What the ledger says once this entry is counted in. Pure: a rebuild from nothing gives the very same row. */
function advance(ledger: Ledger, { entry, hash }: ReadEntry): Ledger {
  const segments: readonly SegmentInfo[] = 'segments' in entry ? entry.segments : [];
  const sum = (pick: (segment: SegmentInfo) => number) => segments.reduce((total, segment) => total + pick(segment), 0);
  return {
    ...moveHead(ledger, entry),
    seq: entry.seq,
    hash,
    records: ledger.records + sum((segment) => segment.records),
    rawBytes: ledger.rawBytes + sum((segment) => segment.rawBytes),
    segments: ledger.segments + segments.length,
    bytes: ledger.bytes + sum((segment) => segment.bytes),
    time: entry.time,
  };
}

/** The head moves with a read or a gap that joins it; whatever lies elsewhere leaves it where it is. */
function moveHead(ledger: Ledger, entry: Entry): Ledger {
  const span = entry.kind === 'read' ? entry.read : entry.kind === 'gap' ? entry.gap : undefined;
  if (!span) return ledger;
  const from = wholeSeconds(span.from);
  const to = wholeSeconds(span.to);
  const head = ledger.head ?? { from, to: from };
  if (from > head.to || to <= head.to) return { ...ledger, head };
  const last = entry.kind === 'read' ? { rows: entry.read.fetched, seconds: to - from } : ledger.last;
  return { ...ledger, head: { from: head.from, to }, last };
}

/** Seconds since 1970 of a bound that `decodeEntry` has validated. */
function wholeSeconds(text: string): number {
  const seconds = parseSeconds(text);
  if (seconds === undefined) throw new LedgerTorn(`'${text}' is no whole second`);
  return seconds;
}

function changesFor(entry: Entry, ledger: Ledger, row: Row | undefined): RowChange[] {
  const segments = 'segments' in entry ? entry.segments : [];
  const values = valuesOf(ledger);
  return [
    // Upsert: after the watermark row alone was lost, the rows of the index are still there and still right.
    ...segments.map((segment, n): RowChange => ({ kind: 'upsert', ...segmentRow(entry.seq, n, segment) })),
    row
      ? { kind: 'replace', key: WATERMARK_ROW, values, etag: row.etag }
      : { kind: 'insert', key: WATERMARK_ROW, values },
  ];
}

function valuesOf(ledger: Ledger): RowValues {
  const { head, last, time, ...counts } = ledger;
  return {
    ...counts,
    ...(head && { headFrom: head.from, headTo: head.to }),
    ...(last && { lastRows: last.rows, lastSeconds: last.seconds }),
    ...(time && { time }),
  };
}

function ledgerOf(values: RowValues): Ledger {
  const number = (name: string) => Number(values[name]);
  return {
    seq: number('seq'),
    hash: String(values.hash),
    head: values.headTo === undefined ? undefined : { from: number('headFrom'), to: number('headTo') },
    last: values.lastRows === undefined ? undefined : { rows: number('lastRows'), seconds: number('lastSeconds') },
    records: number('records'),
    rawBytes: number('rawBytes'),
    segments: number('segments'),
    bytes: number('bytes'),
    time: values.time === undefined ? undefined : String(values.time),
  };
}
