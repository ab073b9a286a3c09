/** The range that a certificate is made for where nobody chose one. Milliseconds since 1970. */
import type { LogTypeStatus } from '../../api/answers.ts';
import type { Span } from '../../state/ranges.ts';
import { calendarSpan } from './days.ts';

/** A log type that is further behind than this is told as it is, and keeps no other from being certified. */
const LATE_MS = 2 * 3_600_000;

/**
 * The days of the calendar, but nothing from before every log type had begun, and nothing that is not due yet: neither
 * says anything of how complete the archive is.
 */
export function certifiedSpan(
  logTypes: readonly Pick<LogTypeStatus, 'logType' | 'from' | 'watermark'>[],
  now: number,
): Span {
  const times = (of: 'from' | 'watermark', from: typeof logTypes) =>
    from.flatMap((status) => (status[of] === null ? [] : Date.parse(status[of])));
  // Our own access log begins with the first request, however far back the others go.
  const pulled = logTypes.filter(({ logType }) => logType !== 'archiveAccess');
  const from = Math.max(calendarSpan(now).from, ...times('from', pulled));
  const to = Math.min(now, ...times('watermark', logTypes).filter((each) => now - each < LATE_MS));
  return from < to ? { from, to } : { from: calendarSpan(now).from, to: now };
}
