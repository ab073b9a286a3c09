/** What the verifier is given and what it answers. */

import type { CoverageState } from './coverage.ts';
import type { SpanReport } from './coverageReport.ts';

/** The files to verify, in a folder or anywhere else. Both functions may answer at once or later, and may throw. */
export interface ArchiveFiles {
  /** Full names with `/` between folders, such as `ledger/<tenantId>/<logType>/000000000000.json`, in any order. */
  list(): Iterable<string> | AsyncIterable<string>;
  /** The bytes of a file; `undefined` when it is absent. Of one longer than `most` bytes, some more than `most`. */
  read(name: string, most: number): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

/** How much of each segment is looked at: all of it, its SHA-256 only, or nothing. */
export type SegmentDepth = 'full' | 'hash' | 'none';

export interface VerifyOptions {
  /** Fingerprints of the keys that are trusted: SHA-256 of the public key (SPKI in DER), lower-case hex. */
  readonly keys?: readonly string[];
  /** Checkpoints that were kept elsewhere; `name` is what findings call them. */
  readonly kept?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** The range to judge, in seconds since 1970; by default that of the evidence, or all that the archive owes. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** When coverage is judged at; by default the time of the newest entry under the checkpoint. */
  readonly now?: number | undefined;
  /** Seconds after which what was not read yet should have been. */
  readonly overdueSeconds?: number | undefined;
  readonly segments?: SegmentDepth | undefined;
}

/**
 * - `proved`: no error, and a key or a checkpoint from outside vouches.
 * - `self-consistent`: no error, and nothing from outside: all of it could have been made anew. Also where evidence that
 *   was made before it had to show its beginning does not.
 * - `broken`: something is missing, altered, or contradicts itself.
 */
export type Verdict = 'proved' | 'self-consistent' | 'broken';

/**
 * What a verdict is about: every record of a range, the single records that evidence holds, or the entries alone where
 * segments were not to be looked at.
 */
export type Claim = 'range' | 'records' | 'entries';

/** An error breaks the verdict, a warning does not. */
export type Severity = 'error' | 'warning';

export interface Finding {
  readonly severity: Severity;
  /** Stable, such as `entry-missing`. */
  readonly code: string;
  /** Where. */
  readonly file: string;
  /** What, for people. */
  readonly words: string;
}

export interface CheckpointReport {
  readonly file: string;
  /** Entries under it. */
  readonly size: number;
  /** Lower-case hex. */
  readonly root: string;
  /** Fingerprints of the keys that signed it. */
  readonly signedBy: readonly string[];
  /** `time` of the newest entry under it: a claim of whoever made that entry. */
  readonly time: string | null;
}

export interface SegmentsReport {
  /** Segments that entries name in the range, and how many of them were looked at. */
  readonly named: number;
  readonly checked: number;
  /** Those of them that are gone, as the ledger says: deleted after their retention. */
  readonly deleted: number;
  readonly depth: SegmentDepth;
  /** Stored bytes and records of those that were looked at and are as their entries say. */
  readonly bytes: number;
  readonly records: number;
}

/** What a ledger says of a range, computed from its entries alone. */
export interface CoverageStatement {
  readonly from: string;
  readonly to: string;
  /** When it is judged at. */
  readonly now: string;
  readonly schedule: { readonly sweepAges: readonly string[]; readonly sourceRetentionDays: number | null };
  readonly state: CoverageState;
  readonly coveredTo: string;
  readonly spans: readonly SpanReport[];
}

export interface LedgerReport {
  /** `<tenantId>/<logType>`. */
  readonly log: string;
  readonly verdict: Verdict;
  readonly claim: Claim;
  /** What vouches from outside: `key`, `checkpoint`, both, or nothing. */
  readonly outside: readonly ('key' | 'checkpoint')[];
  readonly checkpoint: CheckpointReport | null;
  /** Entries whose hashes tie them to the checkpoint, from `first` on; the hashes alone of those before are known. */
  readonly first: number;
  /** Whether no read before `first` can concern the range: every entry is here, `first` shows it, or nothing does. */
  readonly beginning: 'whole' | 'shown' | 'open';
  readonly entries: number;
  /** Entries after the checkpoint. They prove nothing yet. */
  readonly unsigned: number;
  readonly segments: SegmentsReport;
  /** Single records that were proved, versions of one id each for itself. */
  readonly records: number;
  /** Their ids; and those that were asked for, as the bundle says, or `null` where it does not say. */
  readonly recordIds: readonly string[];
  readonly askedIds: readonly string[] | null;
  /** Seconds after which what was not read counts as a gap: of evidence as it says itself, which nothing signs. */
  readonly overdueSeconds: number;
  readonly coverage: CoverageStatement | null;
}

export interface VerifyReport {
  readonly verdict: Verdict;
  readonly kind: 'evidence' | 'archive';
  readonly ledgers: readonly LedgerReport[];
  /** The first of them; `errors` and `warnings` count all. */
  readonly findings: readonly Finding[];
  readonly errors: number;
  readonly warnings: number;
}
