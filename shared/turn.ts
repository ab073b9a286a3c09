/**
 * One log type within a run: what there is to do for it, and doing one step. What a failure means says `setback.ts`.
 *
 * A step is a head window, a re-read that is due, or a window of a sweep somebody asked for. Each is durable by itself.
 */
import type { Unavailability } from './archive/entry.ts';
import { forgottenAt } from './archive/schedule.ts';
import { formatSeconds } from './archive/time.ts';
import { beforeUnreadable, type Window } from './archive/window.ts';
import { type CollectOptions, collectNext, collectWindow } from './collect.ts';
import type { Deps } from './deps.ts';
import { commitUnreadable } from './gaps.ts';
import { applyLedger, applySigned, type Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import type { WindowRead } from './readWindow.ts';
import { forgottenPart, nextRequest, requestWindow, type SweepRequest } from './requests.ts';
import { commitConfig } from './schedule.ts';
import { nextSweep, type Sweep } from './sweep.ts';
import { knownUnavailable } from './unavailable.ts';
import { knownUnreadable, type Walk } from './unreadable.ts';

export type Work = 'head' | 'sweep' | 'request';

export interface Turn {
  readonly logType: LogType;
  ledger: Ledger | undefined;
  /** Failures in a row. A re-read that fails does not keep the head from being read. */
  readonly failures: Record<Work, number>;
  /** Windows given up for narrower ones in this run. */
  narrowings: number;
  /** Nothing more in this run. */
  done: boolean;
  headDone: boolean;
  sweep: Sweep | undefined;
  request: SweepRequest | undefined;
  /** The window being read. */
  window: Window | undefined;
  /** Rows that its read has shown, once it is whole: what is committed of it may be several entries. */
  rows: number | undefined;
  readonly unreadable: Record<Walk, Window | undefined>;
  /** That it cannot be had, by the last run that said so, if nothing was read since. */
  unavailable: Unavailability | undefined;
  notBefore: number | undefined;
  /** Rows that Graph has lately shown in a second. */
  rowsPerSecond: number | undefined;
  /** Sign-ins came without the policies that were applied to them. */
  lacksPolicies: boolean | undefined;
}

/** Rows a window should hold. Without dependable order pages are merged by decoding, so windows stay smaller. */
const AIMED_ROWS = { ordered: 50_000, unordered: 10_000 };
const LEAST_ROWS = 1000;
/** Failures of one kind of work after which the rest of the run goes on without it. */
const MOST_FAILURES = 3;
/** The share of a run that one window should take at most. */
const SHARE = 1 / 4;

export function newTurn(logType: LogType): Turn {
  return {
    logType,
    ledger: undefined,
    failures: { head: 0, sweep: 0, request: 0 },
    narrowings: 0,
    done: false,
    headDone: false,
    sweep: undefined,
    request: undefined,
    window: undefined,
    rows: undefined,
    unreadable: { head: undefined, reread: undefined },
    unavailable: undefined,
    notBefore: undefined,
    rowsPerSecond: undefined,
    lacksPolicies: undefined,
  };
}

/** Finds out where a log type stands and what is to be done for it; says in its ledger what schedule is in force. */
export async function lookAt(deps: Deps, turn: Turn): Promise<void> {
  const { logType } = turn;
  turn.ledger = await applySigned(deps, logType.name);
  turn.ledger = await commitConfig(deps, logType, turn.ledger);
  turn.sweep = await nextSweep(deps, logType, turn.ledger);
  turn.request = await nextRequest(deps, logType, turn.ledger);
  for (const walk of ['head', 'reread'] as const) turn.unreadable[walk] = await knownUnreadable(deps, logType, walk);
  turn.unavailable = await knownUnavailable(deps, logType);
}

/** What a log type still has to do in this run. */
export function openWork({ done, headDone, sweep, request, failures }: Turn): Work[] {
  if (done) return [];
  const open: Work[] = [
    ...(headDone ? [] : ['head' as const]),
    ...(sweep ? ['sweep' as const] : []),
    ...(request ? ['request' as const] : []),
  ];
  return open.filter((work) => failures[work] < MOST_FAILURES);
}

/** Where a step would begin to read, and when the source forgets that: seconds since 1970. Those never read come first. */
export function outlookOf({ logType, ledger, sweep, request }: Turn, work: Work): { from: number; expires: number } {
  if (work === 'sweep' && sweep) return { from: sweep.window.from, expires: sweep.expires };
  const from = work === 'request' ? request?.reached : ledger?.head?.to;
  if (from === undefined) return { from: 0, expires: 0 };
  return { from, expires: forgottenAt(from, { sourceDays: logType.sourceRetentionDays }) };
}

/** Does one step. @returns whether it read a window. */
export async function takeStep(
  deps: Deps,
  turn: Turn,
  work: Work,
  until: number,
  signal: AbortSignal,
): Promise<boolean> {
  const began = deps.clock.elapsed();
  const options = optionsOf(deps, turn, until, signal);
  turn.window = undefined;
  turn.rows = undefined;
  const moved = work === 'head' ? await takeHead(deps, turn, options) : await takeReread(deps, turn, work, options);
  const seconds = (deps.clock.elapsed() - began) / 1000;
  if (work === 'head' && turn.rows !== undefined && seconds > 0) turn.rowsPerSecond = turn.rows / seconds;
  return moved;
}

async function takeHead(deps: Deps, turn: Turn, options: CollectOptions): Promise<boolean> {
  let late = false;
  const { ledger, due } = await collectNext(deps, turn.logType, {
    ...options,
    unreadable: turn.unreadable.head,
    onLate: () => {
      late = true;
    },
  });
  turn.ledger = ledger;
  // By Graph's clock nothing more is due; by ours the next window would be the second that has passed meanwhile.
  turn.headDone = !due || late;
  return due;
}

async function takeReread(
  deps: Deps,
  turn: Turn,
  work: Exclude<Work, 'head'>,
  options: CollectOptions,
): Promise<boolean> {
  const { logType, sweep, request } = turn;
  const planned = work === 'sweep' ? sweep?.window : request && requestWindow(request);
  const why = work === 'sweep' ? (sweep?.why ?? 'sweep') : 'request';
  if (!planned) return false;
  const before = await applyLedger(deps, logType.name);
  const lost = work === 'request' ? forgottenPart(deps, logType, planned) : undefined;
  if (lost) {
    turn.ledger = await commitUnreadable(deps, logType, before, lost, 'the source forgot it before it was read again');
    turn.request = await nextRequest(deps, logType, turn.ledger);
    return true;
  }
  // A snapshot goes up to the head, which may have moved since it was planned.
  const to = why === 'snapshot' ? (before.head?.to ?? planned.to) : planned.to;
  const window = beforeUnreadable({ from: planned.from, to }, turn.unreadable.reread);
  turn.ledger = (await collectWindow(deps, logType, before, window, why, options)) ?? before;
  if (turn.ledger.driftAt !== before.driftAt) {
    const fields = { logType: logType.name, from: formatSeconds(window.from), to: formatSeconds(window.to) };
    deps.log('error', 'more than half of what was read again had changed: Graph writes these records anew', fields);
  }
  await planAgain(deps, turn, work, turn.ledger);
  return true;
}

/** The re-read that comes after one that was done, or given up. */
export async function planAgain(deps: Deps, turn: Turn, work: Work, ledger: Ledger): Promise<void> {
  if (work === 'sweep') {
    const next = await nextSweep(deps, turn.logType, ledger);
    // With a clock far ahead of Graph's a span stays due however often it is read: once in a run is enough.
    turn.sweep = next && isSame(next, turn.sweep) ? undefined : next;
  }
  if (work === 'request') turn.request = await nextRequest(deps, turn.logType, ledger);
}

function isSame(a: Sweep, b: Sweep | undefined): boolean {
  return a.why === b?.why && a.window.from === b.window.from && a.window.to === b.window.to;
}

function optionsOf(deps: Deps, turn: Turn, until: number, signal: AbortSignal): CollectOptions {
  const { logType } = turn;
  const most = logType.newestFirst ? AIMED_ROWS.ordered : AIMED_ROWS.unordered;
  const inTime = turn.rowsPerSecond === undefined ? most : turn.rowsPerSecond * deps.config.runBudgetSeconds * SHARE;
  return {
    until,
    signal,
    failures: turn.failures.head,
    aimedRows: Math.max(LEAST_ROWS, Math.min(most, Math.floor(inTime))),
    settleSeconds: deps.config.settleMinutes * 60,
    notBefore: turn.notBefore,
    onWindow: (window) => {
      turn.window = window;
    },
    onRead: (read) => {
      turn.rows = rowsIn(read);
      turn.lacksPolicies = read.lacksPolicies ?? turn.lacksPolicies;
    },
  };
}

function rowsIn({ hours }: WindowRead): number {
  return [...hours.values()].reduce((sum, hour) => sum + hour.new + hour.changed + hour.duplicate + hour.gone, 0);
}

/** Where a step's windows are narrowed. */
export function walkOf(work: Work): Walk {
  return work === 'head' ? 'head' : 'reread';
}
