/**
 * One log type within a run: what there is to do for it, doing one step, and what a failure means for the next.
 *
 * A step is a head window, a re-read that is due, or a window of a sweep somebody asked for. Each is durable by itself.
 */
import type { Unavailability } from './archive/entry.ts';
import { DAY, HOUR } from './archive/hours.ts';
import { forgottenAt } from './archive/schedule.ts';
import { formatSeconds } from './archive/time.ts';
import { beforeUnreadable, unreadableAfter, type Window } from './archive/window.ts';
import { type CollectOptions, collectNext, collectWindow } from './collect.ts';
import type { Deps } from './deps.ts';
import { commitUnreadable } from './gaps.ts';
import { GraphFailure } from './graph/failure.ts';
import { applyLedger, applySigned, type Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import type { WindowRead } from './readWindow.ts';
import { forgottenPart, nextRequest, noteRequestFailure, requestWindow, type SweepRequest } from './requests.ts';
import { commitConfig } from './schedule.ts';
import { recordSuccess } from './statusRow.ts';
import { nextSweep, type Sweep } from './sweep.ts';
import { knownUnavailable, noteUnavailable } from './unavailable.ts';
import {
  behindUnreadable,
  callsForNarrowing,
  hasReadableNeighbour,
  isReadable,
  knownUnreadable,
  noteUnreadable,
  suspected,
  type Walk,
} from './unreadable.ts';

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
  const { logType } = turn;
  const began = deps.clock.elapsed();
  const options = optionsOf(deps, turn, until, signal);
  turn.window = undefined;
  turn.rows = undefined;
  const moved = work === 'head' ? await takeHead(deps, turn, options) : await takeReread(deps, turn, work, options);
  turn.failures[work] = 0;
  await forgetUnreadable(deps, turn, walkOf(work));
  if (turn.unavailable && turn.rows !== undefined) await noteAnswer(deps, turn, undefined);
  const seconds = (deps.clock.elapsed() - began) / 1000;
  if (work === 'head' && turn.rows !== undefined && seconds > 0) turn.rowsPerSecond = turn.rows / seconds;
  await recordSuccess(deps, logType, turn.lacksPolicies);
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

/**
 * What a failed step means: a narrower window, a second to give up, a later beginning.
 * @returns whether the log type can go on in this run as if nothing had happened.
 */
export async function learnFrom(
  deps: Deps,
  turn: Turn,
  work: Work,
  error: unknown,
  overdue: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const { logType, window, ledger } = turn;
  if (error instanceof GraphFailure && error.kind === 'tooOld') return beginLater(deps, turn, work, error);
  if (!window || !ledger || !(overdue || callsForNarrowing(error))) return false;
  const walk = walkOf(work);
  turn.narrowings += 1;
  if (window.to - window.from > 1) {
    await suspect(deps, turn, walk, suspected(logType, window));
    return !overdue && error instanceof GraphFailure && error.kind === 'broken';
  }
  if (overdue || !(error instanceof Error) || (await isReadable(deps, logType, window, signal))) return !overdue;
  if (!(await hasReadableNeighbour(deps, logType, window, signal))) return false;
  turn.ledger = await commitUnreadable(deps, logType, ledger, window, `Graph does not show it: ${error.message}`);
  await suspect(deps, turn, walk, behindUnreadable(logType, window));
  await planAgain(deps, turn, work, turn.ledger);
  return true;
}

/** Notes whether the log type can be had, by Graph's last answer. */
export async function noteAnswer(deps: Deps, turn: Turn, unavailable: Unavailability | undefined): Promise<void> {
  turn.unavailable = unavailable;
  await noteUnavailable(deps, turn.logType, unavailable);
}

/** Notes with a request why it waits. */
export async function noteWaiting(deps: Deps, turn: Turn, work: Work, cause: string): Promise<void> {
  if (work === 'request' && turn.request) await noteRequestFailure(deps, turn.request, cause);
}

/** Graph keeps less than the settings say: the walk begins later, and what was promised before that is a gap. */
async function beginLater(deps: Deps, turn: Turn, work: Work, error: GraphFailure): Promise<boolean> {
  const { logType, ledger, window } = turn;
  if (!ledger || !window) return false;
  // Rounded down to midnight where it is named, and this far from it; a day at a time where it is not.
  const notBefore = error.notBefore === undefined ? window.from + DAY : error.notBefore + HOUR;
  if (notBefore <= window.from) return false;
  const refused = { from: window.from, to: work === 'head' ? notBefore : Math.min(window.to, notBefore) };
  if (work === 'head' && !ledger.head) turn.notBefore = notBefore;
  else
    turn.ledger = await commitUnreadable(
      deps,
      logType,
      ledger,
      refused,
      `Graph refuses to be asked for it: ${error.message}`,
    );
  await planAgain(deps, turn, work, turn.ledger ?? ledger);
  return true;
}

/** The re-read that comes after one that was done, or given up. */
async function planAgain(deps: Deps, turn: Turn, work: Work, ledger: Ledger): Promise<void> {
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

async function forgetUnreadable(deps: Deps, turn: Turn, walk: Walk): Promise<void> {
  const before = turn.unreadable[walk];
  if (!before || !turn.window) return;
  const after = unreadableAfter(before, turn.window);
  if (after !== before) await suspect(deps, turn, walk, after);
}

async function suspect(deps: Deps, turn: Turn, walk: Walk, span: Window | undefined): Promise<void> {
  turn.unreadable[walk] = span;
  await noteUnreadable(deps, turn.logType, walk, span);
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

function walkOf(work: Work): Walk {
  return work === 'head' ? 'head' : 'reread';
}
