/**
 * What the ledger says of a range, at one size of the ledger: the same for an export and for what it claims to hold.
 */
import { type Known, type KnownGap, LATE_SECONDS } from './archive/coverage.ts';
import type { Deletion } from './archive/coverageMarks.ts';
import { coveredTo, eachSpan, type MergedSpan, SpanMerger } from './archive/coverageSpans.ts';
import { termsWindow } from './archive/deletions.ts';
import { ceilHour, floorHour } from './archive/hours.ts';
import { owedSpan } from './archive/ledgerState.ts';
import { unread } from './archive/pieces.ts';
import { type Instant, instantFromSeconds, LAST_SECOND, secondsOf } from './archive/time.ts';
import type { Window } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import { knownGaps, pinnedPieces, wideReads } from './coverageIndex.ts';
import { isOpenAt, knownHolds } from './deletionIndex.ts';
import type { Deps } from './deps.ts';
import { applyLedger, type Ledger, MOST_ENTRIES_BEHIND } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import type { Range } from './query/range.ts';
import { scheduleOf } from './schedule.ts';
import { deletedBetween } from './segmentIndex.ts';

export interface PinnedCoverage {
  /** Where the ledger stood. */
  readonly pin: Ledger;
  readonly window: Window;
  readonly known: Known;
}

/**
 * Applies the ledger and reads what coverage of a window is computed from.
 * @param windowOf the window, once it is known where the ledger stands.
 * @throws LedgerTorn, LedgerBehind
 */
export async function pinCoverage(
  deps: Deps,
  logType: LogType,
  windowOf: (ledger: Ledger) => Window,
): Promise<PinnedCoverage> {
  for (;;) {
    const pin = await applyLedger(deps, logType.name, MOST_ENTRIES_BEHIND);
    const window = windowOf(pin);
    const [{ pieces, newest }, wide] = await Promise.all([
      pinnedPieces(deps, logType.name, window.from, window.to),
      logType.state ? wideReads(deps, logType.name) : [],
    ]);
    // Somebody committed in between: what these rows claim goes beyond the pin. Whoever did got on, so this ends.
    if (newest > pin.seq) continue;
    // Gaps explain what nobody read; where all was read they need not be looked up.
    const missing = wide.length > 0 || unread(pieces, window.from, window.to).length > 0;
    const gaps = missing ? await knownGaps(deps, logType.name) : [];
    const marks = {
      deletions: await deletionsAt(deps, logType, pin, window),
      holds: await holdsAt(deps, logType, pin),
    };
    return { pin, window, known: { ...knownAt(pin, logType, pieces, wide, gaps), ...marks } };
  }
}

/** What was deleted of a window, hour by hour. */
async function deletionsAt(deps: Deps, { name }: LogType, pin: Ledger, window: Window): Promise<Deletion[]> {
  const to = Math.min(window.to, pin.deletedTo ?? 0);
  if (to <= window.from) return [];
  const deletions: Deletion[] = [];
  const [from, end] = [floorHour(window.from), ceilHour(to)].map(instantFromSeconds) as [Instant, Instant];
  for await (const { deleteSeq = 0, minTime, records } of deletedBetween(deps, name, from, end, pin.seq)) {
    deletions.push({ seq: deleteSeq, hour: floorHour(secondsOf(minTime)), segments: 1, records });
  }
  return deletions;
}

/** The holds that were open. */
async function holdsAt(deps: Deps, { name }: LogType, pin: Ledger): Promise<Window[]> {
  if (pin.openHolds === 0) return [];
  return (await knownHolds(deps, name)).filter((hold) => isOpenAt(hold, pin.seq)).map(termsWindow);
}

function knownAt(
  pin: Ledger,
  logType: LogType,
  pieces: Known['pieces'],
  wide: Known['wide'],
  gaps: readonly KnownGap[],
): Known {
  return {
    pieces,
    gaps: gaps.filter(({ seq }) => seq <= pin.seq),
    wide: wide.filter(({ seq }) => seq <= pin.seq),
    schedule: scheduleOf(pin, logType),
    reach: owedSpan(pin),
    unavailable: pin.unavailable?.cause,
  };
}

/** The spans of the window, neighbours of one state joined. */
export function mergedSpans(deps: Deps, { known, window }: PinnedCoverage): readonly MergedSpan[] {
  const merger = new SpanMerger();
  for (const span of eachSpan(known, window.from, window.to, nowSeconds(deps), overdueSeconds(deps))) merger.add(span);
  return merger.spans();
}

/**
 * Up to where a range was read without a hole, from its begin on: its begin where not even that was, its end where all
 * of it was.
 */
export function coveredInstant(spans: readonly MergedSpan[], { from }: Window, range: Range): Instant {
  const reached = instantFromSeconds(coveredTo(spans, from));
  return reached < range.from ? range.from : reached > range.to ? range.to : reached;
}

/** The whole seconds that a range touches. */
export function windowOfRange({ from, to }: Range): Window {
  const end = secondsOf(to);
  return { from: secondsOf(from), to: instantFromSeconds(end) === to ? end : Math.min(end + 1, LAST_SECOND) };
}

/** Seconds after which what was not read yet should have been. */
export function overdueSeconds({ config }: Pick<Deps, 'config'>): number {
  return config.settleMinutes * 60 + LATE_SECONDS;
}
