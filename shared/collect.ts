/**
 * The flow in: watermark -> window -> read -> dedupe -> segments -> ENTRY -> table.
 *
 * One call collects one window of one log type and is durable by itself. The order of the writes is the protocol:
 *
 *   1. apply     the ledger's newest entries to the table: repair is how every call begins
 *   2. plan      the next window after the watermark
 *   3. read      the whole window from Graph, or nothing of it
 *   4. dedupe    against the versions held in the hours touched
 *   5. commit    PUT the segments, then PUT entry `seq`, both create-only: THE ENTRY IS THE COMMIT
 *   6. reflect   the entry in the table
 *
 * No lease, no lock and no clock is needed for this to be right, with any number of instances: two that collect the
 * same window try to create the same entry, and the store lets one of them.
 */
import { type Entry, encodeEntry, type SegmentInfo } from './archive/entry.ts';
import { entryName, LEDGER_CONTAINER } from './archive/names.ts';
import { formatSeconds } from './archive/time.ts';
import { nextWindow, retentionEdge, type Window } from './archive/window.ts';
import type { Deps } from './deps.ts';
import { heldVersions, isHeldSince } from './held.ts';
import { applyLedger, type Ledger } from './ledger.ts';
import type { LogType } from './logTypes.ts';
import { cutIntoParts, dropHeld, entryHead, isEmpty, type Part, readEntryOf, writeSegments } from './parts.ts';
import { NarrowWindow, type ReadLimits, readWindow, type WindowRead } from './readWindow.ts';

export interface CollectOptions extends ReadLimits {
  /** Second since 1970 up to which this run collects. */
  readonly until: number;
  /** Failures of this log type in a row: each halves the next window. */
  readonly failures: number;
  readonly signal: AbortSignal;
}

const DAY = 86_400;

/**
 * Collects the next window of a log type.
 * @returns the ledger afterwards, and whether anything was due.
 * @throws GraphFailure, LedgerTorn, ContainerMissing or a storage error; whatever was committed before stays.
 */
export async function collectNext(
  deps: Deps,
  logType: LogType,
  options: CollectOptions,
): Promise<{ ledger: Ledger; due: boolean }> {
  // 1. What was committed but not reflected, by us before a crash or by another instance, is taken in first.
  const ledger = await applyLedger(deps, logType.name);

  // 2. A head that the source has outlived is a gap: said in the ledger, and the pull goes on behind it.
  const lost = forgottenSpan(deps, logType, ledger);
  if (lost) return { ledger: await commitGap(deps, logType, ledger, lost), due: true };
  const window = planWindow(deps, logType, ledger, options);
  if (!window) return { ledger, due: false };

  // 3. and 4. A crash or a failure up to the end of this line leaves nothing behind.
  const read = await readNarrowing(deps, logType, window, options);
  if (!read) return { ledger, due: false };

  // 5. and 6. Part by part, oldest first. A crash between two leaves a head that ends earlier.
  let reached = ledger;
  try {
    for (const part of await cutIntoParts(logType, read)) reached = await commitPart(deps, logType, part, ledger.seq);
  } finally {
    read.close();
  }
  return { ledger: reached, due: true };
}

/**
 * Step 5: the commit. What a crash leaves is said line by line.
 * @param knownSeq the newest entry whose versions the part was deduplicated against.
 */
async function commitPart(deps: Deps, logType: LogType, read: Part, knownSeq: number): Promise<Ledger> {
  let part = read;
  let known = knownSeq;
  let segments: SegmentInfo[] | undefined;
  for (;;) {
    // Entries that came in meanwhile, other instances' or those we lost to, are applied as any others are.
    const ledger = await applyLedger(deps, logType.name);
    if (await isHeldSince(deps, logType, part.window, known)) {
      // They stored into our window. Graph is not asked again: our own blocks are decoded and judged anew.
      part = await dropHeld(logType, part, await heldVersions(deps, logType, part.window));
      segments = undefined;
    }
    known = ledger.seq;
    const headCovers = ledger.head !== undefined && ledger.head.to >= part.window.to;
    if (headCovers && isEmpty(part)) return ledger;

    // A crash from here until the entry is stored leaves segments that no entry names: invisible, and harmless. The
    // same segments serve a second attempt as they are; the number in their names is that of the first.
    segments ??= await writeSegments(deps, logType, part, ledger.seq + 1);
    // If not even a look can tell whether it is stored this throws, and the next call's step 1 finds out.
    if (await append(deps, logType, readEntryOf(deps, logType, ledger, part, segments))) break;
    // The number is taken by other bytes: somebody else won it. That never means "lost", always "look again".
  }
  // Committed. A crash from here on leaves the table one entry behind; step 1 of whoever comes next mends that.
  return applyLedger(deps, logType.name);
}

/** PUTs one entry. `false` when its number is taken by other bytes; `true` also when ours were there already. */
async function append(deps: Deps, logType: LogType, entry: Entry): Promise<boolean> {
  const name = entryName(deps.config.tenantId, logType.name, entry.seq);
  return (await deps.blobs.putIfAbsent(LEDGER_CONTAINER, name, encodeEntry(entry))) === 'stored';
}

/** Steps 3 and 4, narrowing the window as often as it proves too full or too late. */
async function readNarrowing(
  deps: Deps,
  logType: LogType,
  planned: Window,
  options: CollectOptions,
): Promise<WindowRead | undefined> {
  let window = planned;
  while (window.to > window.from) {
    try {
      const held = await heldVersions(deps, logType, window);
      return await readWindow(deps, logType, window, held, options, options.signal);
    } catch (error) {
      if (!(error instanceof NarrowWindow)) throw error;
      deps.log('info', 'window narrowed', {
        logType: logType.name,
        from: window.from,
        to: error.to,
        why: error.message,
      });
      window = { from: window.from, to: Math.min(error.to, window.to - 1) };
    }
  }
  return undefined;
}

function planWindow(deps: Deps, logType: LogType, ledger: Ledger, options: CollectOptions): Window | undefined {
  if (ledger.head) return nextWindow(ledger.head.to, options.until, { ...options, last: ledger.last });
  // The first walk begins at the edge of what the source keeps: the oldest goes first because it dies first.
  if (logType.sourceRetentionDays !== undefined) {
    const edge = retentionEdge(nowSeconds(deps), logType.sourceRetentionDays);
    return nextWindow(edge, options.until, { ...options, last: undefined });
  }
  // A state type shows what is now, whenever that changed last: its first window has no lower bound.
  return { from: 0, to: options.until };
}

/** The part of the past after the head that the source no longer has. */
function forgottenSpan(deps: Deps, logType: LogType, ledger: Ledger): Window | undefined {
  if (logType.sourceRetentionDays === undefined || !ledger.head) return undefined;
  const now = nowSeconds(deps);
  if (ledger.head.to >= now - logType.sourceRetentionDays * DAY) return undefined;
  return { from: ledger.head.to, to: retentionEdge(now, logType.sourceRetentionDays) };
}

async function commitGap(deps: Deps, logType: LogType, ledger: Ledger, span: Window): Promise<Ledger> {
  const days = logType.sourceRetentionDays ?? 0;
  const gap = {
    from: formatSeconds(span.from),
    to: formatSeconds(span.to),
    cause: `not read before the source forgot it (it keeps ${days} days)`,
    recoverableUntil: formatSeconds(span.from + days * DAY),
  };
  deps.log('error', 'a span is lost for good: the source no longer has it', { logType: logType.name, ...gap });
  // Losing this number is no matter: the next call looks again whether the gap is still there to be said.
  await append(deps, logType, { ...entryHead(deps, logType, ledger), kind: 'gap', gap });
  return applyLedger(deps, logType.name);
}

function nowSeconds(deps: Deps): number {
  return Math.floor(deps.clock.now() / 1000);
}
