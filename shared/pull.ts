/**
 * One run of a pull timer: window after window of the log types that share a Graph budget, until all are up to date or
 * the time is used.
 *
 * Whose window is next is decided anew each time: the log type whose oldest unread record the source forgets soonest.
 * A log type that fails is left alone for the rest of the run after a few tries; it never stops another. Every window is
 * durable by itself, so a run may end, or be killed, at any moment.
 */
import { collectNext } from './collect.ts';
import type { Deps } from './deps.ts';
import { GraphFailure } from './graph/failure.ts';
import { type Ledger, LedgerTorn } from './ledger.ts';
import type { GraphBudget, LogType } from './logTypes.ts';
import { recordFailure, recordSuccess } from './status.ts';

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
  const started = clock.elapsed();
  const deadline = started + config.runBudgetSeconds * 1000;
  const signal = AbortSignal.any([stopping, AbortSignal.timeout((config.runBudgetSeconds + GRACE_SECONDS) * 1000)]);
  // Fixed for the run: a log type that has reached it is done, or its last window would shrink with every turn.
  const until = wholeMinute(clock.now() / 1000 - config.settleMinutes * 60);
  const turns = config.logTypes
    .filter((logType) => logType.budget === budget)
    .map((logType): Turn => ({ logType, ledger: undefined, failures: 0, done: false }));
  let windows = 0;
  while (clock.elapsed() < deadline && !signal.aborted) {
    const turn = mostUrgent(turns);
    if (!turn) break;
    if (await takeTurn(deps, turn, until, signal)) windows += 1;
  }
  return {
    windows,
    failed: turns.filter((turn) => turn.failures > 0).map((turn) => turn.logType.name),
    behind: turns.filter((turn) => (turn.ledger?.head?.to ?? 0) < until).map((turn) => turn.logType.name),
  };
}

async function takeTurn(deps: Deps, turn: Turn, until: number, signal: AbortSignal): Promise<boolean> {
  const { logType } = turn;
  try {
    const { ledger, due } = await collectNext(deps, logType, {
      until,
      signal,
      failures: turn.failures,
      aimedRows: logType.newestFirst ? AIMED_ROWS.ordered : AIMED_ROWS.unordered,
      settleSeconds: deps.config.settleMinutes * 60,
    });
    turn.ledger = ledger;
    turn.failures = 0;
    turn.done = !due;
    await recordSuccess(deps, logType);
    return due;
  } catch (error) {
    if (signal.aborted) return false;
    turn.failures += 1;
    turn.done = turn.failures >= MOST_FAILURES || !worthTryingAgain(error);
    await recordFailure(deps, logType, turn.ledger, error);
    return false;
  }
}

/** Licences and rights do not come back within a run, and a torn ledger needs a person. */
function worthTryingAgain(error: unknown): boolean {
  const final: ReadonlySet<string> = new Set(['forbidden', 'absent', 'refused']);
  return !(error instanceof LedgerTorn || (error instanceof GraphFailure && final.has(error.kind)));
}

/** The log type whose oldest unread record is forgotten soonest; those not looked at yet come first. */
function mostUrgent(turns: readonly Turn[]): Turn | undefined {
  return turns.filter((turn) => !turn.done).sort((a, b) => forgottenAt(a) - forgottenAt(b))[0];
}

function forgottenAt({ logType, ledger }: Turn): number {
  if (!ledger?.head) return Number.NEGATIVE_INFINITY;
  return ledger.head.to + (logType.sourceRetentionDays ?? 3650) * DAY;
}

function wholeMinute(seconds: number): number {
  return Math.floor(seconds / 60) * 60;
}
