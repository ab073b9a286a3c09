/**
 * One run of a pull timer: window after window of the log types that share a Graph budget, until all are up to date or
 * the time is used.
 *
 * Whose window is next is decided anew each time: the log type whose oldest unread record the source forgets soonest.
 * A log type that fails waits until the others are up to date, and is left alone for the rest of the run after a few
 * tries: it never stops another. Every window is durable by itself, so a run may end, or be killed, at any moment.
 */
import { collectNext } from './collect.ts';
import type { Deps } from './deps.ts';
import { GraphFailure } from './graph/failure.ts';
import { applyLedger, type Ledger, LedgerTorn } from './ledger.ts';
import type { GraphBudget, LogType } from './logTypes.ts';
import { recordFailure, recordSuccess } from './status.ts';
import { ContainerMissing } from './storage/port.ts';

export interface PullSummary {
  readonly windows: number;
  readonly failed: readonly string[];
  /** Log types that are not up to date yet. */
  readonly behind: readonly string[];
}

/** Rows a window should hold. Without dependable order pages are merged by decoding, so windows stay smaller. */
const AIMED_ROWS = { ordered: 50_000, unordered: 10_000 };
/** Failures of one log type after which the rest of the run goes on without it. */
const MOST_FAILURES = 3;
/** A window under way may overrun the budget by this much before it is given up. */
const GRACE_SECONDS = 180;
const DAY = 86_400;

interface Turn {
  readonly logType: LogType;
  ledger: Ledger | undefined;
  failures: number;
  done: boolean;
}

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
  const turns = config.logTypes
    .filter((logType) => logType.budget === budget)
    .map((logType): Turn => ({ logType, ledger: undefined, failures: 0, done: false }));
  // All are looked at before the first is chosen: who is urgent depends on where each stands.
  for (const turn of turns) await attempt(deps, turn, ends, () => lookAt(deps, turn));
  let windows = 0;
  while (clock.elapsed() < deadline && !ends.either.aborted) {
    const turn = mostUrgent(turns);
    if (!turn) break;
    if (await attempt(deps, turn, ends, () => takeTurn(deps, turn, until, ends))) windows += 1;
  }
  return {
    windows,
    failed: turns.filter((turn) => turn.failures > 0).map((turn) => turn.logType.name),
    behind: turns.filter((turn) => (turn.ledger?.head?.to ?? 0) < until).map((turn) => turn.logType.name),
  };
}

/** What ends a run before its work is done: the host, or a window that outlasts it. */
interface Ends {
  readonly stopping: AbortSignal;
  readonly overdue: AbortSignal;
  readonly either: AbortSignal;
}

async function lookAt(deps: Deps, turn: Turn): Promise<boolean> {
  turn.ledger = await applyLedger(deps, turn.logType.name);
  return false;
}

/** Collects one window. @returns whether one was due. */
async function takeTurn(deps: Deps, turn: Turn, until: number, ends: Ends): Promise<boolean> {
  const { logType } = turn;
  const { ledger, due } = await collectNext(deps, logType, {
    until,
    signal: ends.either,
    failures: turn.failures,
    aimedRows: logType.newestFirst ? AIMED_ROWS.ordered : AIMED_ROWS.unordered,
    settleSeconds: deps.config.settleMinutes * 60,
  });
  turn.ledger = ledger;
  turn.failures = 0;
  turn.done = !due;
  await recordSuccess(deps, logType);
  return due;
}

/** Takes one step of a log type. What goes wrong is noted with it and reaches no other. @returns what the step did. */
async function attempt(deps: Deps, turn: Turn, ends: Ends, step: () => Promise<boolean>): Promise<boolean> {
  try {
    return await step();
  } catch (error) {
    // The host is going down: that is no failure of the log type.
    if (ends.stopping.aborted) return false;
    turn.failures += 1;
    turn.done = turn.failures >= MOST_FAILURES || !worthTryingAgain(error);
    const cause = ends.overdue.aborted ? new Error(`a window took longer than ${longestRunSeconds(deps)} s`) : error;
    await recordFailure(deps, turn.logType, turn.ledger, cause);
    return false;
  }
}

function longestRunSeconds({ config }: Deps): number {
  return config.runBudgetSeconds + GRACE_SECONDS;
}

/** Licences, rights and containers do not come back within a run, and a torn ledger needs a person. */
function worthTryingAgain(error: unknown): boolean {
  const final: ReadonlySet<string> = new Set(['unlicensed', 'forbidden', 'absent', 'refused']);
  if (error instanceof LedgerTorn || error instanceof ContainerMissing) return false;
  return !(error instanceof GraphFailure && final.has(error.kind));
}

/**
 * The log type whose oldest unread record is forgotten soonest. One that failed comes after all others: its waits would
 * use up the time of those that work.
 */
function mostUrgent(turns: readonly Turn[]): Turn | undefined {
  const open = turns.filter((turn) => !turn.done);
  return open.sort((a, b) => a.failures - b.failures || forgottenAt(a) - forgottenAt(b))[0];
}

/** Second since 1970; those never read come first. */
function forgottenAt({ logType, ledger }: Turn): number {
  if (!ledger?.head) return 0;
  return ledger.head.to + (logType.sourceRetentionDays ?? 3650) * DAY;
}

function wholeMinute(seconds: number): number {
  return Math.floor(seconds / 60) * 60;
}
