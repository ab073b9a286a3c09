/**
 * The flow in: watermark -> window -> read -> dedupe -> segments -> ENTRY -> table.
 *
 * One call collects one window of one log type and is durable by itself. The order of the writes is the protocol:
 *
 *   1. apply     the ledger's newest entries to the table: repair is how every call begins
 *   2. plan      the window: the next one after the watermark, or one to be read again
 *   3. read      the whole window from Graph, or nothing of it
 *   4. dedupe    judge each row by the versions held in the hours touched, and drop what is held. What a window touches
 *                is known before it is read: its rows are judged as they come. What a read of all times touches is
 *                known only when it has ended: its parts are judged then
 *   5. commit    PUT the segments, then PUT entry `seq`, both create-only: THE ENTRY IS THE COMMIT
 *   6. reflect   the entry in the table
 *
 * A number that is taken is never lost, only looked at again (`append.ts`): before every attempt at step 5 the ledger is
 * the newest there is, and a part whose hours another instance has stored into since comes back to step 4.
 *
 * No lease, no lock and no clock is needed for this to be right, with any number of instances: two that collect the
 * same window try to create the same entry, and the store lets one of them.
 */
import { append } from './append.ts';
import type { SegmentInfo } from './archive/entry.ts';
import { DAY } from './archive/hours.ts';
import { formatSeconds } from './archive/time.ts';
import { type Judging, Versions } from './archive/versions.ts';
import { beforeUnreadable, nextWindow, retentionEdge, type Window } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import { commitForgotten, forgottenSpan } from './gaps.ts';
import { isUnbounded } from './graph/pages.ts';
import { heldInHours, heldVersions, isHeldSince } from './held.ts';
import { applyLedger, applySigned, type Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import {
  cutIntoEntries,
  cutIntoParts,
  dropHeld,
  isEmpty,
  type Part,
  type ReadReason,
  readBody,
  UNJUDGED,
  writeSegments,
} from './parts.ts';
import { NarrowWindow, type ReadLimits, readWindow, type WindowRead } from './readWindow.ts';
import { isReadable } from './unreadable.ts';

export interface CollectOptions extends ReadLimits {
  /** Second since 1970 up to which this run collects. */
  readonly until: number;
  /** Failures of this log type in a row: each halves the next window. */
  readonly failures: number;
  /** The narrowest span known to hold what cannot be read. */
  readonly unreadable?: Window | undefined;
  /** The source refuses to be asked for what is older, second since 1970. */
  readonly notBefore?: number | undefined;
  /** Told which window is being read. */
  readonly onWindow?: (window: Window) => void;
  /** Told that Graph's clock is behind ours: nothing more is due after this window. */
  readonly onLate?: () => void;
  /** Told what was read, before it is committed. */
  readonly onRead?: (read: WindowRead) => void;
  readonly signal: AbortSignal;
}

/**
 * Collects the next window after the watermark.
 * @returns the ledger afterwards, and whether anything was due.
 * @throws GraphFailure, LedgerTorn, ContainerMissing or a storage error; whatever was committed before stays.
 */
export async function collectNext(
  deps: Deps,
  logType: LogType,
  options: CollectOptions,
): Promise<{ ledger: Ledger; due: boolean }> {
  // 1. What was committed but not reflected, by us before a crash or by another instance, is taken in first.
  const ledger = await applySigned(deps, logType.name);

  // 2. A head that the source has outlived is a gap: said in the ledger, and the pull goes on behind it.
  const lost = forgottenSpan(deps, logType, ledger);
  if (lost) {
    // A log type that cannot be had loses an hour every hour: once a day will do, or when it is seen to be back.
    const mayWait = ledger.unavailable !== undefined && lost.to - lost.from < DAY;
    if (mayWait) await requireBack(deps, logType, lost.to, options.signal);
    return { ledger: await commitForgotten(deps, logType, ledger, lost), due: true };
  }
  const window = planHead(deps, logType, ledger, options);
  const reached = window && (await collectWindow(deps, logType, ledger, window, 'head', options));
  return { ledger: reached ?? ledger, due: reached !== undefined };
}

/**
 * Collects one window, steps 3 to 6: a head as well as a re-read.
 * @param ledger as it was just applied.
 * @returns the ledger afterwards; `undefined` when the window turned out not to be due by Graph's own clock.
 * @throws as `collectNext`.
 */
export async function collectWindow(
  deps: Deps,
  logType: LogType,
  ledger: Ledger,
  window: Window,
  why: ReadReason,
  options: Omit<CollectOptions, 'until' | 'failures'>,
): Promise<Ledger | undefined> {
  // 3. and 4. A crash or a failure up to the end of this line leaves nothing behind.
  const judged = why === 'snapshot' || isUnbounded(logType, window) ? 'afterwards' : 'as it comes';
  const whole = await readNarrowing(deps, logType, window, judged, options);
  if (!whole) return undefined;
  options.onRead?.(whole);

  // 5. and 6. Entry by entry, oldest first. A crash between two leaves a head that ends earlier.
  let reached = ledger;
  try {
    for (const read of await cutIntoParts(logType, whole, judged === 'afterwards' ? UNJUDGED : ledger.seq)) {
      // 4. for a read of all times. Of what is read whole every day next to nothing is left by it, and one entry names it.
      const part =
        judged === 'afterwards' ? await judge(deps, logType, read, await applyLedger(deps, logType.name)) : read;
      for (const each of cutIntoEntries(part)) reached = await commitPart(deps, logType, each, why);
    }
  } finally {
    whole.close();
  }
  return reached;
}

/**
 * Step 5: the commit, of whatever a log type's records come from. What a crash leaves is said line by line.
 * @param yields as for `Versions`: what is news only where nothing of its id is held.
 */
export async function commitPart(
  deps: Deps,
  logType: LogType,
  read: Part,
  why: ReadReason,
  yields?: Judging['yields'],
): Promise<Ledger> {
  let part = read;
  let segments: SegmentInfo[] | undefined;
  let writtenAt = -1;
  // 1. again: entries that came in meanwhile are applied as any others are.
  let ledger = await applyLedger(deps, logType.name);
  for (;;) {
    // 4. again, if one of them stored into our hours.
    const fresh = await judge(deps, logType, part, ledger, yields);
    if (fresh !== part) segments = undefined;
    part = fresh;
    // A deletion was committed since they were written, and may name them: they lay there and no entry named them. Under
    // their new number they are others. A deletion that comes after our entry sees that they are named.
    if ((ledger.deleteSeq ?? -1) > writtenAt) segments = undefined;
    const headTo = ledger.head?.to ?? part.window.from;
    if (why === 'head' && headTo >= part.window.to && isEmpty(part)) return ledger;
    // Another instance read some of it first: of that this is a re-read. A head read begins where the head ends, and
    // evidence of a range builds on it.
    const reason = why === 'head' && headTo > part.window.from ? 'sweep' : why;

    // A crash from here until the entry is stored leaves segments that no entry names: invisible, and harmless. The
    // same segments serve a second attempt as they are; the number in their names is that of the first.
    if (!segments) {
      segments = await writeSegments(deps, logType, part, ledger.seq + 1);
      writtenAt = ledger.seq;
    }
    // PUT entry `seq`, then step 6. A crash between the two leaves the table one entry behind; step 1 of whoever comes
    // next mends that. If not even a look can tell whether it is stored this throws, and that step 1 finds out.
    const appended = await append(deps, logType, ledger, readBody(logType, part, reason, segments));
    if (appended.outcome === 'stored') return appended.ledger;
    // The number is taken by other bytes: somebody else won it. That never means "lost", always "look again".
    ledger = appended.ledger;
  }
}

/**
 * Step 4 for a part that has been read: if an entry that it was not judged against has stored into its hours, it is judged
 * against all that they hold. Graph is not asked again: our own blocks are decoded.
 * @param ledger as it was just applied.
 * @returns the part itself when there is nothing to judge it by.
 */
async function judge(
  deps: Deps,
  logType: LogType,
  part: Part,
  ledger: Ledger,
  yields?: Judging['yields'],
): Promise<Part> {
  const hours = new Set(part.hours.map(({ hour }) => hour));
  if (!(await isHeldSince(deps, logType, part.window, hours, part.judgedTo))) return part;
  const held = await heldInHours(deps, logType, part.window, hours, new Versions({ yields }));
  return dropHeld(logType, part, held, ledger.seq);
}

/**
 * Asks Graph for one second, for what its answer says of the log type as a whole.
 * @throws GraphFailure while the log type cannot be had.
 */
async function requireBack(deps: Deps, logType: LogType, second: number, signal: AbortSignal): Promise<void> {
  // Whether that second can be read is another matter: where it cannot, the log type is back all the same.
  await isReadable(deps, logType, { from: second, to: second + 1 }, signal);
}

/** Steps 3 and 4, narrowing the window as often as it proves too full or too late. */
async function readNarrowing(
  deps: Deps,
  logType: LogType,
  planned: Window,
  judged: 'as it comes' | 'afterwards',
  options: Omit<CollectOptions, 'until' | 'failures'>,
): Promise<WindowRead | undefined> {
  let window = planned;
  while (window.to > window.from) {
    options.onWindow?.(window);
    try {
      const held = judged === 'afterwards' ? new Versions() : await heldVersions(deps, logType, window);
      return await readWindow(deps, logType, window, held, options, options.signal);
    } catch (error) {
      if (!(error instanceof NarrowWindow)) throw error;
      if (error.byClock) options.onLate?.();
      const span = { from: formatSeconds(window.from), to: formatSeconds(error.to) };
      deps.log('info', 'window narrowed', { logType: logType.name, ...span, why: error.message });
      window = { from: window.from, to: Math.min(error.to, window.to - 1) };
    }
  }
  return undefined;
}

function planHead(deps: Deps, logType: LogType, ledger: Ledger, options: CollectOptions): Window | undefined {
  const { until, unreadable, notBefore = 0 } = options;
  if (ledger.head) {
    const { to } = ledger.head;
    // What a state type shows does not grow with the time that nobody read it: all that is missing is one window.
    const whole = to < until ? { from: to, to: until } : undefined;
    const window = logType.state ? whole : nextWindow(to, until, { ...options, last: ledger.last });
    return window && beforeUnreadable(window, unreadable);
  }
  // The first walk begins at the edge of what the source keeps: the oldest goes first because it dies first.
  if (logType.sourceRetentionDays !== undefined) {
    const edge = retentionEdge(nowSeconds(deps), logType.sourceRetentionDays);
    const window = nextWindow(Math.max(edge, notBefore), until, { ...options, last: undefined });
    return window && beforeUnreadable(window, unreadable);
  }
  // A state type shows what is now, whenever that changed last: its first window has no lower bound.
  return beforeUnreadable({ from: 0, to: until }, unreadable);
}
