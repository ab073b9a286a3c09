/**
 * One run of a pull timer: window after window of the log types that share a Graph budget, until all are up to date or
 * the time is used.
 *
 * Which step is next is decided anew each time: first what the source forgets within two days, of whatever kind, then
 * heads, then sweeps that are due, then sweeps somebody asked for; of equals, what is forgotten soonest. A log type that
 * fails waits until the others are done, and is left alone for the rest of the run after a few tries: it never stops
 * another. Every step is durable by itself, so a run may end, or be killed, at any moment. What time is left goes to the
 * sketches.
 */
import { isUrgent } from './archive/sweepPlan.ts';
import type { Deps } from './deps.ts';
import type { GraphBudget } from './logTypes.ts';
import { reportRun } from './runReport.ts';
import { takeSetback, takeSuccess } from './setback.ts';
import { keepSketches, type Target } from './sketchUpkeep.ts';
import { lookAt, newTurn, openWork, outlookOf, type Turn, takeStep, type Work } from './turn.ts';

export interface PullSummary {
  /** Steps that moved a head. */
  readonly windows: number;
  /** Windows that were read again. */
  readonly sweeps: number;
  readonly failed: readonly string[];
  /** Log types that are not up to date yet. */
  readonly behind: readonly string[];
}

/** A window under way may overrun the budget by this much before it is given up. */
const GRACE_SECONDS = 180;

/**
 * @param budget the log types to pull: those counted against this Graph budget.
 * @param stopping aborted when the host shuts down; the window under way is then discarded.
 */
export async function pull(deps: Deps, budget: GraphBudget, stopping: AbortSignal): Promise<PullSummary> {
  const { clock, config } = deps;
  const deadline = clock.elapsed() + config.runBudgetSeconds * 1000;
  const overdue = AbortSignal.timeout(longestRunSeconds(deps) * 1000);
  const ends: Ends = { stopping, overdue, either: AbortSignal.any([stopping, overdue]) };
  // Fixed for the run: a log type that has reached it is done, or its last window would shrink with every turn.
  const until = wholeMinute(clock.now() / 1000 - config.settleMinutes * 60);
  const turns = config.logTypes.filter((logType) => logType.budget === budget).map(newTurn);
  // All are looked at before the first is chosen: who is urgent depends on where each stands.
  for (const turn of turns) await attempt(deps, turn, 'head', ends, () => lookAt(deps, turn));
  const done: Record<Work, number> = { head: 0, sweep: 0, request: 0 };
  while (clock.elapsed() < deadline && !ends.either.aborted) {
    const next = mostUrgent(turns, clock.now() / 1000);
    if (!next) break;
    const { turn, work } = next;
    if (await attempt(deps, turn, work, ends, () => oneStep(deps, turn, work, until, ends.either))) done[work] += 1;
  }
  await keepSketches(deps, targetsOf(turns), () => clock.elapsed() < deadline && !ends.either.aborted);
  if (!stopping.aborted) await reportRun(deps, turns);
  return {
    windows: done.head,
    sweeps: done.sweep + done.request,
    failed: turns.filter(hasFailed).map((turn) => turn.logType.name),
    behind: turns.filter((turn) => (turn.ledger?.head?.to ?? 0) < until).map((turn) => turn.logType.name),
  };
}

/** What ends a run before its work is done: the host, or a window that outlasts it. */
interface Ends {
  readonly stopping: AbortSignal;
  readonly overdue: AbortSignal;
  readonly either: AbortSignal;
}

/** Does one step of a log type, and takes back what earlier failures left. @returns whether it read a window. */
async function oneStep(deps: Deps, turn: Turn, work: Work, until: number, signal: AbortSignal): Promise<boolean> {
  const moved = await takeStep(deps, turn, work, until, signal);
  await takeSuccess(deps, turn, work);
  return moved;
}

/** Does something for a log type. What goes wrong is a setback of this one and reaches no other: `undefined` then. */
async function attempt<T>(
  deps: Deps,
  turn: Turn,
  work: Work,
  ends: Ends,
  step: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    // The host is going down: that is no failure of the log type.
    if (ends.stopping.aborted) return undefined;
    const outlasted = ends.overdue.aborted ? longestRunSeconds(deps) : undefined;
    await takeSetback(deps, turn, { work, error, outlasted, signal: ends.either });
    return undefined;
  }
}

/** The log types whose ledgers could be read. */
function targetsOf(turns: readonly Turn[]): Target[] {
  return turns.flatMap(({ logType, ledger }) => (ledger?.head ? [{ logType, headTo: ledger.head.to }] : []));
}

function longestRunSeconds({ config }: Deps): number {
  return config.runBudgetSeconds + GRACE_SECONDS;
}

const RANK: Readonly<Record<Work, number>> = { head: 1, sweep: 2, request: 3 };

/** The step to take next. What failed comes after all others: its waits would use up the time of those that work. */
function mostUrgent(turns: readonly Turn[], now: number): { turn: Turn; work: Work } | undefined {
  const steps = turns.flatMap((turn) =>
    openWork(turn).map((work) => {
      const { from, expires } = outlookOf(turn, work);
      // One that cannot be had is asked for last: it would be the first for ever.
      const rank = turn.ledger?.unavailable ? 4 : isUrgent(expires, now) ? 0 : RANK[work];
      return { turn, work, failures: turn.failures[work], from, expires, rank };
    }),
  );
  // Of what is never forgotten the oldest: none of a few that each take a whole run is left for ever.
  return steps.sort(
    (a, b) => a.failures - b.failures || a.rank - b.rank || ascending(a.expires, b.expires) || a.from - b.from,
  )[0];
}

/** Compares two numbers that may both be infinite. */
function ascending(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function hasFailed({ failures }: Turn): boolean {
  return Object.values(failures).some((count) => count > 0);
}

function wholeMinute(seconds: number): number {
  return Math.floor(seconds / 60) * 60;
}
