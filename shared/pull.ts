/**
 * One run of a pull timer: window after window of the log types that share a Graph budget, until all are up to date or
 * the time is used.
 *
 * Which step is next is decided anew each time: first what the source forgets within two days, of whatever kind, then
 * heads, then sweeps that are due, then sweeps somebody asked for; of equals, what is forgotten soonest. A log type that fails waits until
 * the others are done, and is left alone for the rest of the run after a few tries: it never stops another. Every step
 * is durable by itself, so a run may end, or be killed, at any moment. What time is left goes to the sketches.
 */
import { isUrgent } from './archive/sweepPlan.ts';
import type { Deps } from './deps.ts';
import { commitUnavailable } from './gaps.ts';
import { GraphFailure } from './graph/failure.ts';
import { LedgerTorn } from './ledger.ts';
import type { GraphBudget } from './logTypes.ts';
import { reportRun } from './runReport.ts';
import { keepSketches, type Target } from './sketchUpkeep.ts';
import { recordFailure } from './statusRow.ts';
import { ContainerMissing } from './storage/port.ts';
import {
  learnFrom,
  lookAt,
  newTurn,
  noteAnswer,
  noteWaiting,
  openWork,
  outlookOf,
  type Turn,
  takeStep,
  type Work,
} from './turn.ts';
import { unavailability } from './unavailable.ts';

export interface PullSummary {
  /** Steps that moved a head. */
  readonly windows: number;
  /** Windows that were read again. */
  readonly sweeps: number;
  readonly failed: readonly string[];
  /** Log types that are not up to date yet. */
  readonly behind: readonly string[];
}

/** Windows of one log type that may be given up for narrower ones in a run: enough to find a second in a day, twice. */
const MOST_NARROWINGS = 40;
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
  for (const turn of turns) await attempt(deps, turn, 'head', ends, () => lookAt(deps, turn).then(() => false));
  const done: Record<Work, number> = { head: 0, sweep: 0, request: 0 };
  while (clock.elapsed() < deadline && !ends.either.aborted) {
    const next = mostUrgent(turns, clock.now() / 1000);
    if (!next) break;
    const { turn, work } = next;
    if (await attempt(deps, turn, work, ends, () => takeStep(deps, turn, work, until, ends.either))) done[work] += 1;
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

/** Takes one step of a log type. What goes wrong is noted with it and reaches no other. @returns what the step did. */
async function attempt(deps: Deps, turn: Turn, work: Work, ends: Ends, step: () => Promise<boolean>): Promise<boolean> {
  try {
    return await step();
  } catch (error) {
    // The host is going down: that is no failure of the log type.
    if (ends.stopping.aborted) return false;
    await fail(deps, turn, work, ends, error);
    return false;
  }
}

/** Learns from a failure, and notes it unless the log type can go on as if nothing had happened. */
async function fail(deps: Deps, turn: Turn, work: Work, ends: Ends, error: unknown): Promise<void> {
  const overdue = ends.overdue.aborted;
  const cause = overdue ? new Error(`a window took longer than ${longestRunSeconds(deps)} s`) : error;
  const learned = await settle(deps, turn, () => learnFrom(deps, turn, work, error, overdue, ends.either));
  if (learned && turn.narrowings <= MOST_NARROWINGS) return;
  turn.failures[work] = isRefusal(error) ? Number.POSITIVE_INFINITY : turn.failures[work] + 1;
  turn.done = stopsAll(error);
  await recordFailure(deps, turn.logType, turn.ledger, cause);
  await settle(deps, turn, async () => {
    await noteWaiting(deps, turn, work, cause instanceof Error ? cause.message : String(cause));
    const kind = unavailability(error);
    if (!kind) return true;
    // Graph gives that answer to those who have it now and then: what the ledger says for good takes two runs.
    if (turn.unavailable !== kind) await noteAnswer(deps, turn, kind);
    else if (turn.ledger) turn.ledger = await commitUnavailable(deps, turn.logType, turn.ledger, kind);
    return true;
  });
}

/** What follows a failure may fail too; that is logged, and the next run meets it again. */
async function settle(deps: Deps, turn: Turn, step: () => Promise<boolean>): Promise<boolean> {
  try {
    return await step();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    deps.log('warn', `what a failure calls for failed too: ${message}`, { logType: turn.logType.name });
    return false;
  }
}

/** The log types whose ledgers could be read. */
function targetsOf(turns: readonly Turn[]): Target[] {
  return turns.flatMap(({ logType, ledger }) => (ledger?.head ? [{ logType, headTo: ledger.head.to }] : []));
}

function longestRunSeconds({ config }: Deps): number {
  return config.runBudgetSeconds + GRACE_SECONDS;
}

/** Licences, rights and containers do not come back within a run, and a torn ledger needs a person. */
function stopsAll(error: unknown): boolean {
  return error instanceof LedgerTorn || error instanceof ContainerMissing || unavailability(error) !== undefined;
}

/** The same question gets the same answer; of another window Graph may think otherwise. */
function isRefusal(error: unknown): boolean {
  return error instanceof GraphFailure && error.kind === 'refused';
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
