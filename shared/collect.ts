/**
 * The flow in: watermark -> window -> read -> dedupe -> segments -> ENTRY -> table.
 *
 * One call collects one window of one log type and is durable by itself. The order of the writes is the protocol:
 *
 *   1. apply     the ledger's newest entries to the table: repair is how every call begins
 *   2. plan      the window: the next one after the watermark, or one to be read again
 *   3. read      the whole window from Graph, or nothing of it
 *   4. dedupe    against the versions held in the hours touched
 *   5. commit    PUT the segments, then PUT entry `seq`, both create-only: THE ENTRY IS THE COMMIT
 *   6. reflect   the entry in the table
 *
 * No lease, no lock and no clock is needed for this to be right, with any number of instances: two that collect the
 * same window try to create the same entry, and the store lets one of them.
 */
import { encodeEntry, type ReadEntry, type SegmentInfo } from './archive/entry.ts';
import { DAY } from './archive/hours.ts';
import { entryName, LEDGER_CONTAINER } from './archive/names.ts';
import { formatSeconds } from './archive/time.ts';
import { Versions } from './archive/versions.ts';
import { beforeUnreadable, nextWindow, retentionEdge, type Window } from './archive/window.ts';
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
  readEntryOf,
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
    if (mayWait) await isReadable(deps, logType, { from: lost.to, to: lost.to + 1 }, options.signal);
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
  // What a read of all times touches is known only afterwards: its parts are deduplicated by their hours.
  const afterwards = why === 'snapshot' || isUnbounded(logType, window);
  const whole = await readNarrowing(deps, logType, window, afterwards, options);
  if (!whole) return undefined;
  options.onRead?.(whole);

  // 5. and 6. Entry by entry, oldest first. A crash between two leaves a head that ends earlier.
  let reached = ledger;
  try {
    for (const read of await cutIntoParts(logType, whole)) {
      // Of what is read whole every day next to nothing is left by this, and one entry names it.
      const known = afterwards ? (await applyLedger(deps, logType.name)).seq : ledger.seq;
      const part = afterwards ? await dedupe(deps, logType, read, -1) : read;
      for (const piece of cutIntoEntries(part)) reached = await commitPart(deps, logType, piece, why, known);
    }
  } finally {
    whole.close();
  }
  return reached;
}

/**
 * Step 5: the commit, of whatever a log type's records come from. What a crash leaves is said line by line.
 * @param knownSeq the newest entry whose versions the part was deduplicated against.
 * @param nothing makes what held versions are taken in by, when the part has to be judged anew.
 */
export async function commitPart(
  deps: Deps,
  logType: LogType,
  read: Part,
  why: ReadReason,
  knownSeq: number,
  nothing?: () => Versions,
): Promise<Ledger> {
  let part = read;
  let known = knownSeq;
  let segments: SegmentInfo[] | undefined;
  let writtenAt = -1;
  for (;;) {
    // Entries that came in meanwhile, other instances' or those we lost to, are applied as any others are.
    const ledger = await applyLedger(deps, logType.name);
    const fresh = await dedupe(deps, logType, part, known, nothing);
    if (fresh !== part) segments = undefined;
    part = fresh;
    known = ledger.seq;
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
    // If not even a look can tell whether it is stored this throws, and the next call's step 1 finds out.
    if (await append(deps, logType, readEntryOf(deps, logType, ledger, part, reason, segments))) break;
    // The number is taken by other bytes: somebody else won it. That never means "lost", always "look again".
  }
  // Committed. A crash from here on leaves the table one entry behind; step 1 of whoever comes next mends that.
  return applyLedger(deps, logType.name);
}

/**
 * Step 4 for what an entry after `knownSeq` stored into our hours, if any did. Graph is not asked again: our own blocks are
 * decoded and judged anew.
 */
async function dedupe(
  deps: Deps,
  logType: LogType,
  part: Part,
  knownSeq: number,
  nothing: () => Versions = () => new Versions(),
): Promise<Part> {
  const hours = new Set(part.hours.map(({ hour }) => hour));
  if (!(await isHeldSince(deps, logType, part.window, hours, knownSeq))) return part;
  return dropHeld(logType, part, await heldInHours(deps, logType, part.window, hours, nothing()));
}

/** PUTs one entry. `false` when its number is taken by other bytes; `true` also when ours were there already. */
async function append(deps: Deps, logType: LogType, entry: ReadEntry): Promise<boolean> {
  const name = entryName(deps.config.tenantId, logType.name, entry.seq);
  return (await deps.blobs.putIfAbsent(LEDGER_CONTAINER, name, encodeEntry(entry))) === 'stored';
}

/** Steps 3 and 4, narrowing the window as often as it proves too full or too late. */
async function readNarrowing(
  deps: Deps,
  logType: LogType,
  planned: Window,
  dedupesAfterwards: boolean,
  options: Omit<CollectOptions, 'until' | 'failures'>,
): Promise<WindowRead | undefined> {
  let window = planned;
  while (window.to > window.from) {
    options.onWindow?.(window);
    try {
      const held = dedupesAfterwards ? new Versions() : await heldVersions(deps, logType, window);
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
    const edge = retentionEdge(Math.floor(deps.clock.now() / 1000), logType.sourceRetentionDays);
    const window = nextWindow(Math.max(edge, notBefore), until, { ...options, last: undefined });
    return window && beforeUnreadable(window, unreadable);
  }
  // A state type shows what is now, whenever that changed last: its first window has no lower bound.
  return beforeUnreadable({ from: 0, to: until }, unreadable);
}
