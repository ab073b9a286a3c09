/**
 * Windows that cannot be read although Graph answers: one poisoned record turns a page into broken JSON, or makes it take
 * for ever. Such a window is narrowed, run after run if need be, until one second is left; that second is given up.
 *
 * What is known so far is kept as a row, so that a run goes on where the last one ended. It is a hint: losing it costs
 * requests and nothing else.
 */
import type { Window } from './archive/window.ts';
import { nowSeconds } from './clock.ts';
import type { Deps } from './deps.ts';
import { GraphFailure } from './graph/failure.ts';
import { askedRange, marginOf, readPages } from './graph/pages.ts';
import type { LogType } from './logTypes.ts';
import { partitionOf } from './segmentIndex.ts';

/** Heads and re-reads are narrowed apart: they are at different times. */
export type Walk = 'head' | 'reread';

/** How far from an unreadable second to look for a readable one, in seconds. */
const NEIGHBOURS = [1, 60, 3600, -60, -3600];

/** Whether a narrower window may get past a failure. */
export function callsForNarrowing(error: unknown): error is GraphFailure {
  return error instanceof GraphFailure && (error.kind === 'broken' || error.kind === 'slow');
}

/** The narrowest span known to hold what cannot be read. */
export async function knownUnreadable(deps: Deps, logType: LogType, walk: Walk): Promise<Window | undefined> {
  const row = await deps.state.get(partitionOf(deps, logType.name), keyOf(walk));
  if (!row || Number(row.values.to) === 0) return undefined;
  return { from: Number(row.values.from), to: Number(row.values.to) };
}

/** Keeps it; `undefined` says that nothing is known to be unreadable. */
export async function noteUnreadable(
  deps: Deps,
  logType: LogType,
  walk: Walk,
  span: Window | undefined,
): Promise<void> {
  const values = span ? { from: span.from, to: span.to } : { from: 0, to: 0 };
  await deps.state.commit(partitionOf(deps, logType.name), [{ kind: 'upsert', key: keyOf(walk), values }]);
}

/** Where that may be which makes a window unreadable: in it, or in what is asked beyond its end. */
export function suspected(logType: LogType, window: Window): Window {
  return { from: window.from, to: askedRange(logType, window).to };
}

/** The seconds behind a given-up one that are to be read one by one, for wider windows would ask for it again. */
export function behindUnreadable(logType: LogType, second: Window): Window {
  return { from: second.to, to: second.to + marginOf(logType) };
}

/** Whether Graph shows the neighbours of a second that it fails to show. If not, it is Graph that is down. */
export async function hasReadableNeighbour(
  deps: Deps,
  logType: LogType,
  second: Window,
  signal: AbortSignal,
): Promise<boolean> {
  const latest = nowSeconds(deps) - deps.config.settleMinutes * 60;
  for (const distance of NEIGHBOURS) {
    const from = second.from + distance;
    if (from + 1 <= latest && (await isReadable(deps, logType, { from, to: from + 1 }, signal))) return true;
  }
  return false;
}

/** Whether a window can be read to its end. Nothing of it is kept. */
export async function isReadable(deps: Deps, logType: LogType, window: Window, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const _page of readPages(deps, logType, window, signal));
    return true;
  } catch (error) {
    if (callsForNarrowing(error)) return false;
    throw error;
  }
}

function keyOf(walk: Walk): string {
  return `unreadable|${walk}`;
}
