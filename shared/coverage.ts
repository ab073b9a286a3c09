/**
 * What the archive holds of a range, and how that is known: from the ledger alone.
 *
 * "Complete" never means more than what Microsoft Graph showed to our reads, and every answer says so.
 */
import { type CoverageSpan, type CoverageState, worstState } from './archive/coverage.ts';
import { DayCounter, type DayReport } from './archive/coverageDays.ts';
import {
  ACCESS_MEANS,
  type GapReport,
  gapReports,
  type LatenessReport,
  latenessReport,
  MEANS,
  type PieceReport,
  pieceReport,
  type SpanReport,
  spanReport,
} from './archive/coverageReport.ts';
import { eachSpan, type MergedSpan, SpanMerger } from './archive/coverageSpans.ts';
import { DAY } from './archive/hours.ts';
import { Lateness } from './archive/lateness.ts';
import { formatDuration, nextDue, type Schedule } from './archive/schedule.ts';
import { formatSeconds, type Instant, instantFromSeconds } from './archive/time.ts';
import type { Window } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import {
  coveredInstant,
  mergedSpans,
  overdueSeconds,
  type PinnedCoverage,
  pinCoverage,
  windowOfRange,
} from './coveragePin.ts';
import type { Deps } from './deps.ts';
import { type Ledger, LedgerTorn } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import type { Range } from './query/range.ts';
import { ContainerMissing } from './storage/port.ts';

/** What `GET /api/coverage/{logType}` answers. */
export interface CoverageAnswer {
  readonly logType: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Entries of the ledger that this was computed from. */
  readonly entries: number;
  readonly schedule: { readonly sweepAges: readonly string[]; readonly sourceRetentionDays: number | null };
  /** What a span that was read claims. */
  readonly claims: string;
  /** The worst of the range. */
  readonly state: CoverageState;
  /** Up to where the range was read without a hole, from its begin on. */
  readonly coveredTo: Instant;
  readonly spans: readonly SpanReport[];
  readonly gaps: readonly GapReport[];
  readonly lateness: readonly LatenessReport[];
  /** When something in the range is due to be read again; `null` when nothing is. */
  readonly nextSweep: string | null;
  /** With `detail=hours`. */
  readonly pieces?: readonly PieceReport[];
  /** With `detail=days`: those of which something is stored. */
  readonly days?: readonly DayReport[];
  readonly means: string;
}

/** What is told beside the spans: every piece with each of its re-reads, or what was stored by the day. */
export type Detail = 'hours' | 'days';

/** One log type in the answer of `GET /api/coverage`. */
export interface CoverageSummary {
  readonly logType: string;
  readonly state: CoverageState | 'torn' | 'misconfigured';
  /** What is wrong with the log type's ledger; then nothing else is known. */
  readonly error?: string;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly seconds?: Partial<Record<CoverageState, number>>;
  readonly coveredTo?: Instant;
  readonly openGaps?: number;
  /** When the next second that is missing is lost for good; `null` when none will be. */
  readonly nextDeadline?: string | null;
}

/** Without a range, the past is told from the start of the archive, but not of more days than this. */
const DEFAULT_DAYS = 31;

/**
 * @param range by default from the start of the archive, or 31 days before now, to now.
 * @throws LedgerTorn, LedgerBehind, ContainerMissing
 */
export async function readCoverage(
  deps: Deps,
  logType: LogType,
  range: Range | undefined,
  detail?: Detail,
): Promise<CoverageAnswer> {
  const pinned = await pinCoverage(deps, logType, windowOf(deps, range));
  const { pin, window, known } = pinned;
  const merger = new SpanMerger();
  const lateness = new Lateness(known.schedule.ages);
  const days = new DayCounter();
  const pieces: PieceReport[] = [];
  let nextSweep = Number.POSITIVE_INFINITY;
  for (const span of eachSpan(known, window.from, window.to, nowSeconds(deps), overdueSeconds(deps))) {
    merger.add(span);
    if (span.piece) lateness.add(span.piece);
    nextSweep = Math.min(nextSweep, dueAt(span, known.schedule));
    if (detail === 'hours') pieces.push(pieceReport(span));
    if (detail === 'days') days.add(span);
  }
  const spans = merger.spans();
  const { ages, sourceDays } = known.schedule;
  return {
    logType: logType.name,
    ...standing(pinned, spans, range),
    entries: pin.seq + 1,
    schedule: { sweepAges: ages.map(formatDuration), sourceRetentionDays: sourceDays ?? null },
    claims: claimOf(logType),
    spans: spans.map(spanReport),
    gaps: gapReports(spans, nowSeconds(deps)),
    lateness: lateness.rows().map(latenessReport),
    nextSweep: nextSweep === Number.POSITIVE_INFINITY ? null : formatSeconds(nextSweep),
    ...(detail === 'hours' && { pieces }),
    ...(detail === 'days' && { days: days.days() }),
    means: logType.source === 'access' ? ACCESS_MEANS : MEANS,
  };
}

/** Every log type that is switched on, in short. A ledger that cannot be told from is a state of its log type. */
export async function summariseCoverage(deps: Deps, range: Range | undefined) {
  const logTypes = await Promise.all(deps.config.logTypes.map((logType) => summaryOf(deps, logType, range)));
  return { now: formatSeconds(nowSeconds(deps)), logTypes, means: MEANS };
}

async function summaryOf(deps: Deps, logType: LogType, range: Range | undefined): Promise<CoverageSummary> {
  try {
    const pinned = await pinCoverage(deps, logType, windowOf(deps, range));
    const spans = mergedSpans(deps, pinned);
    const gaps = gapReports(spans, nowSeconds(deps));
    return {
      logType: logType.name,
      ...standing(pinned, spans, range),
      seconds: secondsByState(spans),
      openGaps: gaps.length,
      nextDeadline: nextDeadline(gaps, nowSeconds(deps)),
    };
  } catch (error) {
    if (error instanceof LedgerTorn) return { logType: logType.name, state: 'torn', error: error.message };
    if (error instanceof ContainerMissing)
      return { logType: logType.name, state: 'misconfigured', error: error.message };
    throw error;
  }
}

function claimOf({ source, moving }: LogType): string {
  if (source === 'access') return 'every request with a valid token whose row was collected';
  return moving ? 'versions visible at our reads' : 'everything that Microsoft Graph showed to our reads';
}

function windowOf(deps: Deps, range: Range | undefined): (ledger: Ledger) => Window {
  if (range) return () => windowOfRange(range);
  const to = nowSeconds(deps);
  return ({ head }) => ({ from: Math.min(Math.max(head?.from ?? 0, to - DEFAULT_DAYS * DAY), to - 1), to });
}

function standing({ window }: PinnedCoverage, spans: readonly MergedSpan[], range: Range | undefined) {
  const { from, to } = range ?? { from: instantFromSeconds(window.from), to: instantFromSeconds(window.to) };
  return { from, to, state: worstState(spans), coveredTo: coveredInstant(spans, window, { from, to }) };
}

function secondsByState(spans: readonly MergedSpan[]): Partial<Record<CoverageState, number>> {
  const seconds: Partial<Record<CoverageState, number>> = {};
  for (const { from, to, state } of spans) seconds[state] = (seconds[state] ?? 0) + to - from;
  return seconds;
}

/** What was forgotten in part is being lost now. */
function nextDeadline(gaps: readonly GapReport[], now: number): string | null {
  const deadlines = gaps.flatMap(({ recoverable, recoverableUntil }) =>
    recoverable === 'yes' ? (recoverableUntil ?? []) : recoverable === 'partly' ? formatSeconds(now) : [],
  );
  return deadlines.sort()[0] ?? null;
}

/** What the source has forgotten is not read again, whatever it is owed. */
function dueAt({ piece, state }: CoverageSpan, schedule: Schedule): number {
  const due = piece && state === 'provisional' ? nextDue(piece, schedule) : undefined;
  return due?.at ?? Number.POSITIVE_INFINITY;
}
