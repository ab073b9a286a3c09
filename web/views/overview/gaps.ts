/** What is missing: what Microsoft has forgotten, which is lost for good, apart from what can still be had. Milliseconds since 1970. */
import type { GapReport, LogTypeStatus } from '../../api/answers.ts';
import { countOf } from '../../parts/numbers.ts';
import { isoSeconds, spanText, utcText } from '../../parts/times.ts';
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

/** The parts of gaps that lie outside the days shown, each with the deadline of its own first second. */
export function gapsOutside<G extends Gap>(gaps: readonly G[], shown: Span): G[] {
  return gaps.flatMap((gap) => {
    const [from, to] = [Date.parse(gap.from), Date.parse(gap.to)];
    const before = from < shown.from ? [{ ...gap, to: isoSeconds(Math.min(to, shown.from)) }] : [];
    const begin = Math.max(from, shown.to);
    if (begin >= to) return before;
    const until = gap.recoverableUntil && isoSeconds(Date.parse(gap.recoverableUntil) + begin - from);
    return [...before, { ...gap, from: isoSeconds(begin), recoverableUntil: until }];
  });
}

export type OpenGap = NonNullable<LogTypeStatus['oldestGap']>;

/**
 * The gaps of which something can still be had, the oldest first.
 * @param oldest as the status tells it, which may be older than the days shown. @param gaps of the days shown.
 */
export function openGapsOf(oldest: LogTypeStatus['oldestGap'], gaps: readonly OpenGap[], now: number): OpenGap[] {
  const isOldest = ({ from, to }: OpenGap) =>
    oldest !== null && Date.parse(from) >= Date.parse(oldest.from) && Date.parse(to) <= Date.parse(oldest.to);
  const isOpen = (gap: OpenGap) => lostOf(gap, now)?.to !== Date.parse(gap.to);
  return [...(oldest ? [oldest] : []), ...gaps.filter((gap) => isOpen(gap) && !isOldest(gap))];
}

/** A gap that can still be had, and for how long, in words. */
export function openText({ from, recoverableUntil }: OpenGap, now: number): string {
  const since = `open since ${utcText(from).slice(0, 16)} UTC`;
  if (recoverableUntil === null) return since;
  const left = (Date.parse(recoverableUntil) - now) / 1000;
  return left > 0 ? `${since}, lost in ${spanText(left)}` : `${since}, being lost now`;
}
