/**
 * Where the evidence of a range may begin, so that no earlier entry can hold a record of the range.
 *
 * The head of a ledger only moves forward: a head read begins where everything read before it ends, and re-reads, snapshots
 * and reads that were asked for reach no further than the head of their time. So a head read that begins no later than the
 * range shows by itself that no read before it reaches into the range. So does a gap of a log type that cannot be had,
 * for it is said from the head on. No other entry does: whoever has no key could begin at a re-read, and so hide the
 * entries that it read again.
 */
import type { Entry } from './entry.ts';
import { parseSeconds } from './time.ts';

/**
 * Whether no read before this entry can reach into a range.
 * @param from the first second of the range, since 1970.
 */
export function isBeginning(entry: Entry, from: number): boolean {
  const span = headSpan(entry);
  return span !== undefined && secondsOf(span.from) <= from;
}

/**
 * Whether this may be the first entry of evidence that was made before it had to show its beginning: a gap over the first
 * second of the range, of which nobody can tell whether it was said of a head or of a re-read.
 */
export function mayBeBeginning(entry: Entry, from: number): boolean {
  return entry.kind === 'gap' && secondsOf(entry.gap.from) <= from && secondsOf(entry.gap.to) > from;
}

/** Whether what an entry reads, or says was not read, reaches into a range or beyond it. */
export function reachesInto(entry: Entry, from: number): boolean {
  const span = entry.kind === 'read' ? entry.read : entry.kind === 'gap' ? entry.gap : undefined;
  return span !== undefined && secondsOf(span.to) > from;
}

function headSpan(entry: Entry): { readonly from: string } | undefined {
  if (entry.kind === 'read') return entry.read.why === 'head' ? entry.read : undefined;
  return entry.kind === 'gap' && entry.gap.unavailable !== undefined ? entry.gap : undefined;
}

/** Seconds since 1970 of a time that `decodeEntry` has checked. */
function secondsOf(text: string): number {
  return parseSeconds(text) ?? Number.NaN;
}
