/** The coverage of a range as a statement that anybody who holds the entries can compute again, to the byte. */
import { worstState } from './coverage.ts';
import type { CoverageFold } from './coverageFold.ts';
import { spanReport } from './coverageReport.ts';
import { coveredTo, eachSpan, SpanMerger } from './coverageSpans.ts';
import { formatDuration } from './schedule.ts';
import { formatSeconds } from './time.ts';
import type { CoverageStatement } from './verifyTypes.ts';
import type { Window } from './window.ts';

export interface StatementOptions {
  /** When it is judged at, in seconds since 1970. */
  readonly now: number;
  /** Seconds after which what was not read yet should have been. */
  readonly overdue: number;
  /** Where the archive began, at the latest, when the first entries are not at hand. */
  readonly began?: number | undefined;
}

export function coverageStatement(fold: CoverageFold, window: Window, options: StatementOptions): CoverageStatement {
  const known = fold.known(options.began);
  const merger = new SpanMerger();
  for (const span of eachSpan(known, window.from, window.to, options.now, options.overdue)) merger.add(span);
  const spans = merger.spans();
  return {
    from: formatSeconds(window.from),
    to: formatSeconds(window.to),
    now: formatSeconds(options.now),
    schedule: {
      sweepAges: known.schedule.ages.map(formatDuration),
      sourceRetentionDays: known.schedule.sourceDays ?? null,
    },
    state: worstState(spans),
    coveredTo: formatSeconds(coveredTo(spans, window.from)),
    spans: spans.map(spanReport),
  };
}
