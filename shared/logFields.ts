/**
 * The one place that names what a log line may carry, so that a query of the logs can be written against this file.
 *
 * A field that is not here does not compile. None of them can hold content of a record: they are names, times, counts
 * and causes of our own, or what Graph says of a request that failed.
 */
import type { Alarm } from './alarms.ts';

export type LogLevel = 'info' | 'warn' | 'error';

export interface LogFields {
  /** Name of the log type, as in `LOG_TYPES`. */
  readonly logType?: string;
  /** How the log type is doing: one of `LogTypeState`. */
  readonly state?: string;
  /** Bounds of the span that the line is about: `YYYY-MM-DDTHH:MM:SSZ`, half open. */
  readonly from?: string;
  readonly to?: string;
  /** Why a span is a gap, in the words of its entry. */
  readonly cause?: string;
  /** When the source forgets what is missing; `null` where it keeps without limit. */
  readonly recoverableUntil?: string | null;
  /** Why a window was narrowed. */
  readonly why?: string;
  /** The class of an error, such as `GraphFailure`. */
  readonly kind?: string;

  /** Seconds between now and the watermark; `null` before the first read. */
  readonly lagSeconds?: number | null;
  /** The oldest span that is missing and that the source still has; `null` when nothing is missing. */
  readonly oldestGapFrom?: string | null;
  readonly oldestGapTo?: string | null;
  readonly oldestGapCause?: string | null;
  /** Seconds until the oldest missing second is lost for good; `null` when nothing is, or nothing can be. */
  readonly countdownSeconds?: number | null;
  /** Hours that were read since the last one with a record. */
  readonly hoursSinceLastRecord?: number | null;
  /** The longest run of hours without a record in the four weeks before that. */
  readonly longestQuietBefore?: number | null;
  /** What needs somebody's attention; empty when nothing does. */
  readonly alarms?: readonly Alarm[];

  /** Of a run: steps that moved a head, windows read again, log types that failed, and those that are not up to date. */
  readonly windows?: number;
  readonly sweeps?: number;
  readonly failed?: readonly string[];
  readonly behind?: readonly string[];

  /** Of a run of the timer that signs: ledgers whose every entry is under a checkpoint. */
  readonly signed?: number;
  /** Of an audit: segments that were hashed, and those of them that are missing or have another hash. */
  readonly segments?: number;
  readonly mismatches?: number;

  /** Of a run of deletion: segments that are gone and confirmed, and those that the store refused to delete. */
  readonly deleted?: number;
  readonly refused?: number;

  /** The id that a failed request was answered with. */
  readonly invocationId?: string;
  readonly stack?: string | undefined;
}

/** Writes one structured line. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** A line as it is written: one JSON object. */
export function logLine(level: LogLevel, message: string, fields: LogFields = {}): string {
  return JSON.stringify({ message, level, ...fields });
}
