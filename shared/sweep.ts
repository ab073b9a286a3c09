/**
 * Which re-read is due next, and why.
 *
 * Graph shows some records late and changes some after the fact, and there is no way to ask for what came since: only
 * reading a span again finds them. What is due follows from the coverage rows, hence from the ledger alone; a sweep that
 * found nothing commits an entry all the same, and so moves what is due.
 */
import { allPieces, type KnownGap } from './archive/coverage.ts';
import { DAY, floorHour, HOUR } from './archive/hours.ts';
import type { Piece } from './archive/pieces.ts';
import { forgottenAt, type Schedule } from './archive/schedule.ts';
import { planSweep } from './archive/sweepPlan.ts';
import { hourOf, instantFromSeconds } from './archive/time.ts';
import type { Window } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import { knownGaps, piecesBetween, wideReads } from './coverageIndex.ts';
import type { Deps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import type { ReadReason } from './parts.ts';
import { scheduleOf } from './schedule.ts';
import { deletedBetween } from './segmentIndex.ts';

export interface Sweep {
  readonly window: Window;
  readonly why: Extract<ReadReason, 'sweep' | 'snapshot'>;
  /** When the source forgets the first of it, second since 1970. */
  readonly expires: number;
}

/** Rows a sweep should hold. */
const AIMED_ROWS = 20_000;
/** How far back the sweeps of a source without limit are looked for, beyond the last age of the schedule. */
const MARGIN_SECONDS = 7 * DAY;

/** The next re-read of a log type that stands at `ledger`; `undefined` when none is due. */
export async function nextSweep(deps: Deps, logType: LogType, ledger: Ledger): Promise<Sweep | undefined> {
  const { head } = ledger;
  if (!head) return undefined;
  const now = nowSeconds(deps);
  const schedule = scheduleOf(ledger, logType);
  const snapshot = logType.state ? snapshotFrom(ledger, head.to, now) : undefined;
  if (snapshot !== undefined) {
    const window = { from: snapshot, to: head.to };
    return { window, why: 'snapshot', expires: Number.POSITIVE_INFINITY };
  }
  const from = horizon(schedule, now);
  const known = { pieces: await piecesBetween(deps, logType.name, from, head.to), wide: await widesOf(deps, logType) };
  const all = known.pieces.length === 0 ? [] : allPieces(known, known.pieces[0]?.from ?? from, head.to);
  const pieces = await keptPieces(deps, logType, ledger, all);
  const gaps = (await knownGaps(deps, logType.name)).filter((gap) => gap.to > from && gap.to <= head.to);
  const window = planSweep(pieces, newestOf(gaps), schedule, now, AIMED_ROWS);
  if (!window) return undefined;
  return {
    // The newest hour may not have been read to its end yet.
    window: { from: window.from, to: Math.min(window.to, head.to) },
    why: 'sweep',
    expires: forgottenAt(window.from, schedule),
  };
}

/** Without those of hours of which something was deleted: what they would show again is past its own retention. */
async function keptPieces(
  deps: Deps,
  logType: LogType,
  { deletedTo }: Ledger,
  pieces: readonly Piece[],
): Promise<readonly Piece[]> {
  const [first] = pieces;
  if (!first || deletedTo === undefined || first.from >= deletedTo) return pieces;
  const gone = new Set<string>();
  const [from, to] = [instantFromSeconds(floorHour(first.from)), instantFromSeconds(deletedTo)];
  for await (const { minTime } of deletedBetween(deps, logType.name, from, to)) gone.add(hourOf(minTime));
  return pieces.filter((piece) => !gone.has(hourOf(instantFromSeconds(piece.from))));
}

/**
 * Where to read a state type whole from: it is done once a day, for what it shows now says nothing of when that came to
 * be. One that came to something it could not read goes on behind that. `undefined` when none is due.
 */
function snapshotFrom({ snapshotAt, snapshotTo }: Ledger, head: number, now: number): number | undefined {
  if (snapshotAt === undefined) return undefined;
  if (now - snapshotAt >= DAY) return 0;
  return snapshotTo !== undefined && snapshotTo < head ? snapshotTo : undefined;
}

/** The first second whose hour can still be owed a sweep. */
function horizon({ ages, sourceDays }: Schedule, now: number): number {
  const oldest = sourceDays === undefined ? (ages.at(-1) ?? 0) + MARGIN_SECONDS : sourceDays * DAY;
  return Math.max(0, now - oldest - HOUR);
}

async function widesOf(deps: Deps, logType: LogType) {
  return logType.state ? wideReads(deps, logType.name) : [];
}

/** Of gaps that say the same span again, the last. */
function newestOf(gaps: readonly KnownGap[]): KnownGap[] {
  return [...new Map(gaps.map((gap) => [`${gap.from}-${gap.to}`, gap])).values()];
}
