/** Coverage in the words and times of an answer: what `GET /api/coverage` says of spans, gaps and lateness. */
import { BEFORE_ARCHIVE, type CoverageSpan, type CoverageState } from './coverage.ts';
import type { MergedSpan } from './coverageSpans.ts';
import type { LatenessRow } from './lateness.ts';
import { formatDuration } from './schedule.ts';
import { formatSeconds } from './time.ts';

/** What "complete" means here, and what nobody can archive. It stands on every answer. */
export const MEANS =
  'Complete means that everything Microsoft Graph showed to our reads is held, and no more than that; no API offers ' +
  "AD FS sign-ins, sign-ins of Microsoft's first-party service principals, or Microsoft Graph activity logs, so the " +
  'archive cannot hold them.';

/** What it means of our own access log. */
export const ACCESS_MEANS =
  'Complete means that every row written before the answer to a request is archived; rows are collected up to the ' +
  'watermark, and later ones when they come. A request that could not be noted was refused. Reads of the storage ' +
  'account that do not go through this API are in its own diagnostic logs.';

interface Times {
  readonly oldest: string;
  readonly newest: string;
}

export interface SpanReport {
  readonly from: string;
  readonly to: string;
  readonly state: CoverageState;
  readonly cause?: string;
  readonly recoverableUntil?: string;
  /** A legal hold concerns it: nothing of its hours is deleted. */
  readonly held?: true;
  /** Segments that were deleted with proof after their retention, and the records in them. */
  readonly deleted?: { readonly segments: number; readonly records: number };
  /** When its parts were read first, and last; absent where nothing was read. */
  readonly firstRead?: Times;
  readonly lastRead?: Times;
  /** Re-reads that each part had. */
  readonly rereads?: { readonly fewest: number; readonly most: number };
  /** Versions that the first reads stored, and those that only a re-read found. */
  readonly records?: number;
  readonly late?: { readonly new: number; readonly changed: number };
  readonly vanished?: number;
}

export interface GapReport {
  readonly from: string;
  readonly to: string;
  readonly state: 'gap' | 'unavailable';
  readonly cause: string;
  /** When the source begins to forget it; `null` when it keeps without limit. */
  readonly recoverableUntil: string | null;
  /** Whether the source still has it. */
  readonly recoverable: 'yes' | 'partly' | 'no';
}

export interface LatenessReport {
  /** ISO 8601 duration; `null` for the re-reads that measure no age of the schedule. */
  readonly age: string | null;
  readonly hours: number;
  readonly new: number;
  readonly changed: number;
  readonly vanished: number;
  readonly records: number;
  /** Of the records held before; `null` when none were. */
  readonly perMillion: { readonly new: number; readonly changed: number } | null;
}

/** One piece of the past as the ledger knows it. The counts of a re-read are those of the piece's whole hour. */
export interface PieceReport {
  readonly from: string;
  readonly to: string;
  readonly state: CoverageState;
  readonly cause?: string;
  readonly recoverableUntil?: string;
  readonly held?: true;
  readonly firstRead?: string;
  readonly records?: number;
  readonly rereads?: readonly {
    readonly seq: number;
    readonly at: string;
    readonly new: number;
    readonly changed: number;
    readonly vanished: number;
  }[];
}

export function spanReport({ reads, ...span }: MergedSpan): SpanReport {
  if (!reads) return bounds(span);
  const times = ({ least, most }: { least: number; most: number }): Times => ({
    oldest: formatSeconds(least),
    newest: formatSeconds(most),
  });
  return {
    ...bounds(span),
    firstRead: times(reads.first),
    lastRead: times(reads.last),
    rereads: { fewest: reads.rereads.least, most: reads.rereads.most },
    records: reads.records,
    late: { new: reads.new, changed: reads.changed },
    vanished: reads.vanished,
  };
}

export function pieceReport({ piece, gone: _gone, ...span }: CoverageSpan): PieceReport {
  if (!piece) return bounds(span);
  return {
    ...bounds(span),
    firstRead: formatSeconds(piece.firstAt),
    records: piece.records,
    rereads: piece.rereads.map((reread) => ({ ...reread, at: formatSeconds(reread.at) })),
  };
}

/**
 * The spans that are missing though the source had them in the archive's time.
 */
export function gapReports(spans: readonly MergedSpan[], now: number): GapReport[] {
  return spans.flatMap((span): GapReport[] => {
    const { from, to, state, cause = '', recoverableUntil } = span;
    if ((state !== 'gap' && state !== 'unavailable') || cause === BEFORE_ARCHIVE) return [];
    const until = recoverableUntil === undefined ? null : formatSeconds(recoverableUntil);
    const left = (recoverableUntil ?? Number.POSITIVE_INFINITY) - now;
    const recoverable = left > 0 ? 'yes' : left + (to - from) > 0 ? 'partly' : 'no';
    return [{ ...bounds(span), state, cause, recoverableUntil: until, recoverable }];
  });
}

export function latenessReport({ age, ...counts }: LatenessRow): LatenessReport {
  const { records } = counts;
  const rate = (count: number) => Math.round((count * 1e6) / records);
  return {
    age: age === undefined ? null : formatDuration(age),
    ...counts,
    perMillion: records > 0 ? { new: rate(counts.new), changed: rate(counts.changed) } : null,
  };
}

function bounds(span: Omit<MergedSpan, 'reads'>) {
  const { from, to, state, cause, recoverableUntil, held, deleted } = span;
  return {
    from: formatSeconds(from),
    to: formatSeconds(to),
    state,
    ...(cause !== undefined && { cause }),
    ...(recoverableUntil !== undefined && { recoverableUntil: formatSeconds(recoverableUntil) }),
    ...(held && { held }),
    ...(deleted && { deleted: { segments: deleted.segments, records: deleted.records } }),
  };
}
