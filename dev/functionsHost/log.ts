/**
 * The host's log lines: `<time> <level> <function or host>: <message>`.
 *
 * It shows what an operator of the real host sees by default: what functions log from `information` up, what the
 * library logs about itself from `warning` up. It prints what it is given: keeping secrets out of it is the app's part.
 */

import type { LogCategory, LogLevel } from './coreTypes.ts';

/** Writes one line. `source` is a function's name, or `host`. */
export type Log = (level: LogLevel, source: string, message: string, category?: LogCategory) => void;

const SEVERITY: Record<LogLevel, number> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

const THRESHOLD: Record<LogCategory, LogLevel> = {
  user: 'information',
  system: 'warning',
  customMetric: 'none',
};

/** A log that writes to `write`, with times from `now` (milliseconds since 1970). */
export function createLog(write: (line: string) => void, now: () => number): Log {
  return (level, source, message, category = 'user') => {
    if (SEVERITY[level] < SEVERITY[THRESHOLD[category]]) return;
    write(`${new Date(now()).toISOString()} ${level} ${source}: ${message}`);
  };
}
