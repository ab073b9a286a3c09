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
  /** How far the head has been read; `null` before the first read. */
  readonly watermark?: string | null;
  /** All that the archive has stored of the log type so far; bytes compressed, and as they came. */
  readonly storedRecords?: number;
  readonly storedBytes?: number;
  readonly storedRawBytes?: number;

  /** Of a run: steps that moved a head, windows read again, log types that failed, and those that are not up to date. */
  readonly windows?: number;
  readonly sweeps?: number;
  readonly failed?: readonly string[];
  readonly behind?: readonly string[];

  /** Of a run of the timer that collects the access log: records that were archived. */
  readonly records?: number;

  /** Of a run of the timer that signs: ledgers whose every entry is under a checkpoint. */
  readonly signed?: number;
  /** Of an audit: segments that were hashed, and those of them that are missing or have another hash. */
  readonly segments?: number;
  readonly mismatches?: number;

  /**
   * What the access log could not note: a request, which was refused for it; how one ended; or what was counted in the
   * last minute, which is kept and tried again.
   */
  readonly accessLog?: 'refused' | 'unfinished' | 'uncounted';
  /** Of a run of deletion: segments that are gone and confirmed, and those that the store refused to delete. */
  readonly deleted?: number;
  readonly refused?: number;

  /** The id that a failed request was answered with. */
  readonly invocationId?: string;
  readonly stack?: string | undefined;
}

/** Writes one structured line. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/**
 * What JSON leaves as it is, and readers of logs take for the end of a line (C1 controls, U+2028, U+2029), for a command
 * to the terminal (DEL, C1), or for a reason to show the line in another order (bidirectional marks).
 */
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A line as it is written: one JSON object, in one line whatever it is made of. */
export function logLine(level: LogLevel, message: string, fields: LogFields = {}): string {
  return JSON.stringify({ message, level, ...fields }).replace(UNSAFE, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
