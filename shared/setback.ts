/**
 * What a failed step of a log type teaches, and what a step that went well takes back.
 *
 * Some failures are obstacles that can be passed: a narrower window, a second to give up, a later beginning. The log type
 * then goes on as if nothing had happened. All others are noted for people, and the log type waits behind the rest.
 */
import type { Unavailability } from './archive/entry.ts';
import { DAY, HOUR } from './archive/hours.ts';
import { unreadableAfter, type Window } from './archive/window.ts';
import type { Deps } from './deps.ts';
import { messageOf } from './errors.ts';
import { commitUnavailable, commitUnreadable } from './gaps.ts';
import { GraphFailure } from './graph/failure.ts';
import { type Ledger, LedgerTorn } from './ledger.ts';
import { noteRequestFailure } from './requests.ts';
import { recordFailure, recordSuccess } from './statusRow.ts';
import { ContainerMissing } from './storage/port.ts';
import { planAgain, type Turn, type Work, walkOf } from './turn.ts';
import { noteUnavailable, unavailability } from './unavailable.ts';
import {
  behindUnreadable,
  callsForNarrowing,
  hasReadableNeighbour,
  isReadable,
  noteUnreadable,
  suspected,
  type Walk,
} from './unreadable.ts';

/** A step that failed. */
export interface Setback {
  readonly work: Work;
  readonly error: unknown;
  /** Seconds that the run may last, when it is the window that outlasted them. */
  readonly outlasted: number | undefined;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

/** `goOn`: the next step does what this one could not. `failed`: it counts as a failure, whatever was learned. */
type Lesson = 'goOn' | 'failed';

/** Where a log type stood when it failed. */
interface Place {
  readonly window: Window;
  readonly ledger: Ledger;
}

/** Windows of one log type that may be given up for narrower ones in a run: enough to find a second in a day, twice. */
const MOST_NARROWINGS = 40;

/**
 * Learns from a failed step, and notes it unless the log type goes on. Never throws: what a failure calls for may fail too;
 * that is logged, and the next run meets it again.
 */
export async function takeSetback(deps: Deps, turn: Turn, setback: Setback): Promise<void> {
  const { work, error, outlasted } = setback;
  const failedToo = (cause: unknown): Lesson => {
    deps.log('warn', `what a failure calls for failed too: ${messageOf(cause)}`, { logType: turn.logType.name });
    return 'failed';
  };
  const lesson = await learnFrom(deps, turn, setback).catch(failedToo);
  if (lesson === 'goOn' && turn.narrowings <= MOST_NARROWINGS) return;
  turn.failures[work] = isRefusal(error) ? Number.POSITIVE_INFINITY : turn.failures[work] + 1;
  turn.done = stopsAll(error);
  const cause = outlasted === undefined ? error : new Error(`a window took longer than ${outlasted} s`);
  await recordFailure(deps, turn.logType, turn.ledger, cause);
  await sayWhy(deps, turn, setback, messageOf(cause)).catch(failedToo);
}

/** What a step that went well takes back of earlier failures. */
export async function takeSuccess(deps: Deps, turn: Turn, work: Work): Promise<void> {
  turn.failures[work] = 0;
  await forgetUnreadable(deps, turn, walkOf(work));
  // Only what was read shows that it can be had: a step may find nothing due.
  if (turn.unavailable && turn.rows !== undefined) await noteAnswer(deps, turn, undefined);
  await recordSuccess(deps, turn.logType, turn.lacksPolicies);
}

/** The cases in order: the first that fits says what is learned. */
async function learnFrom(deps: Deps, turn: Turn, setback: Setback): Promise<Lesson> {
  const { error, outlasted, work } = setback;
  const { window, ledger } = turn;
  // Nothing was being read: it is the ledger or the table that failed, and nothing about Graph can be learned.
  if (!window || !ledger) return 'failed';
  const place = { window, ledger };
  // The source keeps less than the settings say: what it refuses is passed over.
  if (error instanceof GraphFailure && error.kind === 'tooOld') return beginLater(deps, turn, work, error, place);
  // The time of the run is used: the narrower window is for the next one.
  if (outlasted !== undefined) {
    if (!isSecond(window)) await suspectIn(deps, turn, work, window);
    return 'failed';
  }
  // An outage, a refusal, or an error of our own: a narrower window would meet the same.
  if (!callsForNarrowing(error)) return 'failed';
  turn.narrowings += 1;
  // No window is narrower than a second: it can be read after all, or it is given up, or Graph is down.
  if (isSecond(window)) return judgeSecond(deps, turn, setback, error, place);
  await suspectIn(deps, turn, work, window);
  // A broken page comes at once, and halving finds the record that breaks it. A slow one takes minutes, and may be slow
  // because Graph is: the others go first, and each failure halves the next window.
  return error.kind === 'broken' ? 'goOn' : 'failed';
}

/** What is to be done about a second that could not be read. */
async function judgeSecond(
  deps: Deps,
  turn: Turn,
  { work, signal }: Setback,
  error: GraphFailure,
  { window, ledger }: Place,
): Promise<Lesson> {
  const { logType } = turn;
  // It passed, and the step that comes next reads it.
  if (await isReadable(deps, logType, window, signal)) return 'goOn';
  // What Graph shows nowhere around it either is not for this second to be given up: Graph is down.
  if (!(await hasReadableNeighbour(deps, logType, window, signal))) return 'failed';
  turn.ledger = await commitUnreadable(deps, logType, ledger, window, `Graph does not show it: ${error.message}`);
  // A crash here leaves the suspicion as it was: a few windows behind the second are narrower than they need be.
  await suspect(deps, turn, walkOf(work), behindUnreadable(logType, window));
  await planAgain(deps, turn, work, turn.ledger);
  return 'goOn';
}

/** Graph keeps less than the settings say: the walk begins later, and what was promised before that is a gap. */
async function beginLater(
  deps: Deps,
  turn: Turn,
  work: Work,
  error: GraphFailure,
  { window, ledger }: Place,
): Promise<Lesson> {
  // Rounded down to midnight where it is named, and this far from it; a day at a time where it is not.
  const notBefore = error.notBefore === undefined ? window.from + DAY : error.notBefore + HOUR;
  // It names what was not asked for: the same question would bring the same answer.
  if (notBefore <= window.from) return 'failed';
  if (work === 'head' && !ledger.head) turn.notBefore = notBefore;
  else {
    const refused = { from: window.from, to: work === 'head' ? notBefore : Math.min(window.to, notBefore) };
    const cause = `Graph refuses to be asked for it: ${error.message}`;
    turn.ledger = await commitUnreadable(deps, turn.logType, ledger, refused, cause);
  }
  await planAgain(deps, turn, work, turn.ledger ?? ledger);
  return 'goOn';
}

/** Says with a request why it waits, and in the ledger that the log type cannot be had. */
async function sayWhy(deps: Deps, turn: Turn, { work, error }: Setback, cause: string): Promise<void> {
  if (work === 'request' && turn.request) await noteRequestFailure(deps, turn.request, cause);
  const why = unavailability(error);
  if (!why) return;
  // Graph gives that answer to those who have it now and then: what the ledger says for good takes two runs.
  if (turn.unavailable !== why) await noteAnswer(deps, turn, why);
  else if (turn.ledger) turn.ledger = await commitUnavailable(deps, turn.logType, turn.ledger, why);
}

/** What cannot be read lies in this window, or in what is asked beyond it. */
async function suspectIn(deps: Deps, turn: Turn, work: Work, window: Window): Promise<void> {
  await suspect(deps, turn, walkOf(work), suspected(turn.logType, window));
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

async function noteAnswer(deps: Deps, turn: Turn, unavailable: Unavailability | undefined): Promise<void> {
  turn.unavailable = unavailable;
  await noteUnavailable(deps, turn.logType, unavailable);
}

/** Licences, rights and containers do not come back within a run, and a torn ledger needs a person. */
function stopsAll(error: unknown): boolean {
  return error instanceof LedgerTorn || error instanceof ContainerMissing || unavailability(error) !== undefined;
}

/** The same question gets the same answer; of another window Graph may think otherwise. */
function isRefusal(error: unknown): boolean {
  return error instanceof GraphFailure && error.kind === 'refused';
}

function isSecond({ from, to }: Window): boolean {
  return to - from <= 1;
}
