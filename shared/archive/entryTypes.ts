/**
 * What a ledger entry can say, as types, and the limits of the format. Every field is explained in docs/FORMAT.md.
 *
 * Times are `YYYY-MM-DDTHH:MM:SSZ`, except those of records, which have seven fraction digits; spans are half-open,
 * `[from, to)`; digests are lower-case hex.
 */
import type { Instant } from './time.ts';

/** What every entry begins with. */
export interface EntryHead {
  readonly v: 1;
  /** `<tenantId>/<logType>`. */
  readonly log: string;
  readonly seq: number;
  /** SHA-256 of the bytes of the entry before; `GENESIS_PREV` in entry 0. */
  readonly prev: string;
  /** When the entry was made. */
  readonly time: string;
  /** Version of the app that made it. */
  readonly app: string;
}

/** Versions by novelty in one hour. Never all zero. */
export interface HourCounts {
  readonly new: number;
  readonly changed: number;
  readonly vanished: number;
}

export interface SegmentInfo {
  /** Full name: `<container>/<blob name>`. */
  readonly name: string;
  readonly sha256: string;
  /** Stored bytes. */
  readonly bytes: number;
  /** Inflated bytes. */
  readonly rawBytes: number;
  readonly records: number;
  readonly recordsRoot: string;
  readonly minTime: Instant;
  readonly maxTime: Instant;
  readonly retainUntil: string;
}

/** One window was read whole. */
export interface ReadEntry extends EntryHead {
  readonly kind: 'read';
  readonly read: {
    readonly why: 'head' | 'sweep' | 'request' | 'snapshot';
    readonly from: string;
    readonly to: string;
    readonly api: string;
    readonly pages: number;
    readonly fetched: number;
    readonly new: number;
    readonly changed: number;
    readonly duplicate: number;
    readonly vanished: number;
    /** By UTC hour, `YYYY-MM-DDTHH`. */
    readonly hours: Readonly<Record<string, HourCounts>>;
    readonly graphDate: string;
    readonly requestIds: readonly string[];
  };
  readonly segments: readonly SegmentInfo[];
}

/** Why a log type cannot be had: no licence, no permission, or not offered in this cloud. */
export type Unavailability = 'unlicensed' | 'forbidden' | 'absent';

/** A span should have been read and was not. */
export interface GapEntry extends EntryHead {
  readonly kind: 'gap';
  readonly gap: {
    readonly from: string;
    readonly to: string;
    readonly cause: string;
    /** `null` when the source keeps without limit. */
    readonly recoverableUntil: string | null;
    /** The log type could not be had at all. Absent where it could, and this span could not. */
    readonly unavailable?: Unavailability;
  };
}

/** The settings in force from here on. */
export interface ConfigEntry extends EntryHead {
  readonly kind: 'config';
  readonly config: {
    readonly retentionDays: number;
    /** ISO 8601 durations. */
    readonly sweepAges: readonly string[];
    /** `null` when the source keeps without limit. */
    readonly sourceRetentionDays: number | null;
    readonly api: string;
  };
}

/** A key that signs checkpoints from here on. */
export interface KeyEntry extends EntryHead {
  readonly kind: 'key';
  readonly key: {
    /** The public key: SPKI in DER, base64. */
    readonly spki: string;
    /** SHA-256 of the public key. */
    readonly sha256: string;
    /** SHA-256 of the public key that vouches for this one; `null` where none does, as for the first. */
    readonly signedBy: string | null;
    /** Its signature over `keyStatement`: DER, base64. `null` where none vouches. */
    readonly signature: string | null;
  };
}

/** The archive checked itself, or only says that it is alive. */
export interface VerifyEntry extends EntryHead {
  readonly kind: 'verify';
  readonly verify: {
    /** Segments whose bytes were read and hashed. */
    readonly segments: number;
    /** Those of them that are missing or have another hash. */
    readonly mismatches: number;
    /** Full names of the mismatched ones; the first 64. */
    readonly mismatched: readonly string[];
    /** Whether the index says what the ledger says; `null` when it was not compared. */
    readonly index: 'same' | 'differs' | null;
  };
}

/** What a legal hold says of one ledger: nothing of the UTC hours that it touches is deleted until it is released. */
export interface HoldTerms {
  /** UUID, lower case: the same in every ledger that the hold concerns. */
  readonly id: string;
  /** SHA-256 of the text that names the case. The text itself stands in no ledger. */
  readonly case: string;
  readonly from: string;
  readonly to: string;
}

/** A legal hold begins. */
export interface HoldEntry extends EntryHead {
  readonly kind: 'hold';
  readonly hold: HoldTerms;
}

/** A legal hold ends. */
export interface ReleaseEntry extends EntryHead {
  readonly kind: 'release';
  readonly release: HoldTerms;
}

/** A segment that is deleted. */
export interface DoomedSegment {
  /** Full name: `<container>/<blob name>`. */
  readonly name: string;
  readonly sha256: string;
  /** `null` for one that no entry names: nothing vouches for what is in it. */
  readonly records: number | null;
  /** When its retention ended: as its entry says, or its creation and the days of its container. */
  readonly retainUntil: string;
  /** No entry names it. */
  readonly orphan?: true;
}

/** Segments whose retention is over, and that no hold concerns, are going to be deleted. From here on they are not served. */
export interface DeleteEntry extends EntryHead {
  readonly kind: 'delete';
  readonly delete: { readonly segments: readonly DoomedSegment[] };
}

/** Segments that an earlier `delete` names are gone from the store. */
export interface DeletedEntry extends EntryHead {
  readonly kind: 'deleted';
  readonly deleted: { readonly segments: readonly DoomedSegment[] };
}

/** An entry of a kind that this version hashes but does not interpret. */
export interface OpaqueEntry extends EntryHead {
  readonly kind: 'opaque';
  /** The kind as written. */
  readonly kindName: string;
}

export type Entry =
  | ReadEntry
  | GapEntry
  | ConfigEntry
  | KeyEntry
  | VerifyEntry
  | HoldEntry
  | ReleaseEntry
  | DeleteEntry
  | DeletedEntry
  | OpaqueEntry;

/** `prev` of entry 0. */
export const GENESIS_PREV: string = '0'.repeat(64);
/** Most bytes of one entry. */
export const MAX_ENTRY_BYTES = 60_000;
/** Most segments that one entry names: committed, mismatched or deleted. */
export const MAX_SEGMENTS_PER_ENTRY = 64;
/**
 * Most segments that an entry of ours names. The proof of a record carries the entry, as gzip in base64: 183 bytes for
 * each segment, of which 12 leave it within 6 KB whatever else the entry says.
 */
export const SEGMENTS_PER_WRITTEN_ENTRY = 12;
