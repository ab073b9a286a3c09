/** Where a ledger stands: what its entries add up to. Pure: the same entries give the same, whoever counts them in. */
import { deletionsIn } from './deletions.ts';
import {
  type ConfigEntry,
  type Entry,
  type GapEntry,
  GENESIS_PREV,
  type ReadEntry,
  type SegmentInfo,
  type VerifyEntry,
} from './entryTypes.ts';
import { HOUR } from './hours.ts';
import { readAt } from './pieces.ts';
import { secondsOf } from './time.ts';

/** A log type's ledger, as far as its entries were counted in. Times are seconds since 1970 unless they are text. */
export interface Ledger {
  /** Sequence number of the newest entry; -1 before the first. */
  readonly seq: number;
  /** SHA-256 of the newest entry's bytes: `prev` of the next one. */
  readonly hash: string;
  /** Where the walk began and how far the head has been read. Absent before the first read. */
  readonly head: { readonly from: number; readonly to: number } | undefined;
  /** Where the first entry begins that says what was read, or that nothing could be. */
  readonly began: number | undefined;
  /** The latest second that any read or gap reaches. Beyond the head only where an entry is missing before it. */
  readonly reach: number | undefined;
  /** The newest head read: what density to expect. */
  readonly last: { readonly rows: number; readonly seconds: number } | undefined;
  /** What the newest `config` entry says, as JSON. */
  readonly config: string | undefined;
  /** Why the log type cannot be had, by the newest entry that says so and no read after it; and since when. */
  readonly unavailable: { readonly why: string; readonly cause: string; readonly at: number } | undefined;
  /** When a state type was last read whole, from the beginning on. */
  readonly snapshotAt: number | undefined;
  /** How far that has come: up to the head, unless something in between could not be read in one go. */
  readonly snapshotTo: number | undefined;
  /** When more than half of a re-read had changed: the source writes its records in another form than before. */
  readonly driftAt: number | undefined;
  /** SHA-256 of the public key that signs checkpoints, by the newest `key` entry. */
  readonly key: string | undefined;
  /** What the archive last found when it checked itself: the newest `verify` entry that is more than a heartbeat. */
  readonly audit:
    | {
        /** When, in seconds since 1970. */
        readonly at: number;
        /** Segments whose bytes were read and hashed. */
        readonly segments: number;
        /** Those of them that mismatched. */
        readonly mismatches: number;
        /** Full names of the first 64, as JSON. */
        readonly mismatched: string;
        readonly index: string;
      }
    | undefined;
  /** The newest `delete` entry; and of all of them the segments that had been committed, with their records. */
  readonly deleteSeq: number | undefined;
  readonly deletedSegments: number;
  readonly deletedRecords: number;
  /** Where the last UTC hour ends of which something was deleted. */
  readonly deletedTo: number | undefined;
  /** Legal holds that are open. */
  readonly openHolds: number;
  /** `time` of entry 0. */
  readonly startedAt: number | undefined;
  readonly records: number;
  readonly rawBytes: number;
  readonly segments: number;
  /** Compressed bytes. */
  readonly bytes: number;
  /** `time` of the newest entry. */
  readonly time: string | undefined;
}

export const EMPTY: Ledger = {
  seq: -1,
  hash: GENESIS_PREV,
  head: undefined,
  began: undefined,
  reach: undefined,
  last: undefined,
  config: undefined,
  unavailable: undefined,
  snapshotAt: undefined,
  snapshotTo: undefined,
  driftAt: undefined,
  key: undefined,
  audit: undefined,
  deleteSeq: undefined,
  deletedSegments: 0,
  deletedRecords: 0,
  deletedTo: undefined,
  openHolds: 0,
  startedAt: undefined,
  records: 0,
  rawBytes: 0,
  segments: 0,
  bytes: 0,
  time: undefined,
};

/** What the ledger says once this entry is counted in. */
export function advance(ledger: Ledger, entry: Entry, hash: string): Ledger {
  const segments: readonly SegmentInfo[] = 'segments' in entry ? entry.segments : [];
  const sum = (pick: (segment: SegmentInfo) => number) => segments.reduce((total, segment) => total + pick(segment), 0);
  return {
    ...moveHead(ledger, entry),
    ...stateAfter(ledger, entry),
    ...snapshotAfter(ledger, entry),
    ...deletionAfter(ledger, entry),
    seq: entry.seq,
    hash,
    began: ledger.began ?? beginningOf(entry),
    startedAt: ledger.startedAt ?? secondsOf(entry.time),
    records: ledger.records + sum((segment) => segment.records),
    rawBytes: ledger.rawBytes + sum((segment) => segment.rawBytes),
    segments: ledger.segments + segments.length,
    bytes: ledger.bytes + sum((segment) => segment.bytes),
    time: entry.time,
  };
}

/** The head moves with a read or a gap that joins it; whatever lies elsewhere leaves it where it is. */
function moveHead(ledger: Ledger, entry: Entry): Ledger {
  const span = spanOf(entry);
  if (!span) return ledger;
  const { from, to } = span;
  const reach = Math.max(ledger.reach ?? to, to);
  const head = ledger.head ?? { from, to: from };
  if (from > head.to || to <= head.to) return { ...ledger, head, reach };
  const last = entry.kind === 'read' ? { rows: entry.read.fetched, seconds: to - from } : ledger.last;
  return { ...ledger, head: { from: head.from, to }, reach, last };
}

function beginningOf(entry: Entry): number | undefined {
  if (entry.kind === 'read') return secondsOf(entry.read.from);
  return entry.kind === 'gap' ? secondsOf(entry.gap.from) : undefined;
}

/** Where the archive owes something: from its first read on, or from where it could not read at first; and up to where. */
export function owedSpan({ began, head, reach }: Ledger): { readonly from: number; readonly to: number } | undefined {
  return head && { from: Math.min(began ?? head.from, head.from), to: reach ?? head.to };
}

/** What an entry says was read, or is not waited for. */
function spanOf(entry: Entry): { from: number; to: number } | undefined {
  const span = entry.kind === 'read' ? entry.read : entry.kind === 'gap' && isPassed(entry) ? entry.gap : undefined;
  return span && { from: secondsOf(span.from), to: secondsOf(span.to) };
}

/** Whether the head goes on behind a gap. A log type that cannot be had waits before it, as long as it may come back. */
function isPassed({ time, gap }: GapEntry): boolean {
  return gap.unavailable === undefined || (gap.recoverableUntil !== null && gap.recoverableUntil <= time);
}

/** What an entry says beside how far was read. */
function stateAfter(ledger: Ledger, entry: Entry): Partial<Ledger> {
  if (entry.kind === 'config') return { config: configText(entry.config) };
  if (entry.kind === 'key') return { key: entry.key.sha256 };
  if (entry.kind === 'verify') return auditAfter(entry);
  const at = secondsOf(entry.time);
  if (entry.kind === 'gap' && entry.gap.unavailable !== undefined) {
    return { unavailable: { why: entry.gap.unavailable, cause: entry.gap.cause, at } };
  }
  if (entry.kind !== 'read') return {};
  return {
    unavailable: undefined,
    driftAt: isDrift(entry) ? at : ledger.driftAt,
  };
}

/** A heartbeat looks at nothing and so says nothing of what an audit found. */
function auditAfter({ time, verify }: VerifyEntry): Partial<Ledger> {
  const { segments, mismatches, mismatched, index } = verify;
  if (index === null) return {};
  return { audit: { at: secondsOf(time), segments, mismatches, mismatched: JSON.stringify(mismatched), index } };
}

function deletionAfter(ledger: Ledger, entry: Entry): Partial<Ledger> {
  if (entry.kind === 'hold') return { openHolds: ledger.openHolds + 1 };
  if (entry.kind === 'release') return { openHolds: ledger.openHolds - 1 };
  if (entry.kind !== 'delete') return {};
  const hours = deletionsIn(entry);
  const sum = (pick: 'segments' | 'records') => hours.reduce((total, each) => total + each[pick], 0);
  return {
    deleteSeq: entry.seq,
    deletedSegments: ledger.deletedSegments + sum('segments'),
    deletedRecords: ledger.deletedRecords + sum('records'),
    deletedTo: hours.reduce<number | undefined>((to, { hour }) => Math.max(to ?? 0, hour + HOUR), ledger.deletedTo),
  };
}

/** A read from the beginning on begins a snapshot; whatever joins it, a given-up second too, carries it on. */
function snapshotAfter({ snapshotAt, snapshotTo }: Ledger, entry: Entry): Partial<Ledger> {
  const span = spanOf(entry);
  if (!span) return {};
  if (entry.kind === 'read' && span.from === 0) {
    const at = readAt(secondsOf(entry.time), secondsOf(entry.read.graphDate));
    return { snapshotAt: at, snapshotTo: span.to };
  }
  if (snapshotTo === undefined || span.from > snapshotTo || span.to <= snapshotTo) return {};
  return { snapshotAt, snapshotTo: span.to };
}

/** Rows from which on their half says something. */
const LEAST_ROWS = 20;

function isDrift({ read }: ReadEntry): boolean {
  return read.why !== 'head' && read.fetched >= LEAST_ROWS && 2 * read.changed > read.fetched;
}

/** A `config` entry's content as text that can be compared. */
export function configText(config: ConfigEntry['config']): string {
  return JSON.stringify(config);
}
