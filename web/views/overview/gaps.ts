/** What is missing: what Microsoft has forgotten, which is lost for good, apart from what can still be had. Milliseconds since 1970. */
import type { GapReport, LogTypeStatus } from '../../api/answers.ts';
import { countOf } from '../../parts/numbers.ts';
import { spanText, utcText } from '../../parts/times.ts';
import type { Span } from '../../state/ranges.ts';

type Gap = Pick<GapReport, 'from' | 'to' | 'recoverableUntil'>;

/** The part of a gap that is lost; `undefined` while Microsoft has all of it. It forgets second by second, the oldest first. */
export function lostOf({ from, to, recoverableUntil }: Gap, now: number): Span | undefined {
  if (recoverableUntil === null) return undefined;
  const begin = Date.parse(from);
  const end = Math.min(Date.parse(to), begin + now - Date.parse(recoverableUntil));
  return end > begin ? { from: begin, to: end } : undefined;
}

/** How much of the gaps is lost, in words; `undefined` where nothing is. */
export function lostText(gaps: readonly Gap[], now: number): string | undefined {
  const lost = gaps.flatMap((gap) => lostOf(gap, now) ?? []);
  if (lost.length === 0) return undefined;
  const seconds = lost.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
  return `${spanText(seconds)} lost for good, in ${countOf(lost.length, 'gap')}`;
}

/** The oldest gap that can still be had, and for how long, in words. */
export function openText({ from, recoverableUntil }: NonNullable<LogTypeStatus['oldestGap']>, now: number): string {
  const since = `open since ${utcText(from).slice(0, 16)}`;
  if (recoverableUntil === null) return since;
  const left = (Date.parse(recoverableUntil) - now) / 1000;
  return left > 0 ? `${since}, lost in ${spanText(left)}` : `${since}, being lost now`;
}
