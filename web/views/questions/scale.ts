/** The scale of a picture that counts, and the times along it. */
import { tickText } from '../../parts/ticks.ts';
import type { Span } from '../../state/ranges.ts';
import { stepOf, stepsOf } from './steps.ts';

/** Lines across a picture at least, counted without that of 0. */
const LEAST_LINES = 3;
/** Times along it at most. */
const MOST_TICKS = 9;

/** The values of the lines across, from 0 to the first that is no less than `most`: whole numbers in steps of 1, 2 or 5. */
export function linesUpTo(most: number): number[] {
  const wanted = Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [5, 2, 1, 0.5, 0.2, 0.1].map((each) => each * power).find((each) => wanted / each >= LEAST_LINES) ?? 1;
  const whole = Math.max(1, Math.round(step));
  return Array.from({ length: Math.ceil(wanted / whole) + 1 }, (_, n) => n * whole);
}

/** The times along a picture of this range: each as a share of it, and as text. */
export function ticksOf(span: Span): { readonly share: number; readonly text: string }[] {
  const step = stepOf(span, MOST_TICKS);
  return stepsOf(span, step)
    .filter((at) => at >= span.from)
    .map((at) => ({ share: (at - span.from) / (span.to - span.from), text: tickText(at / 1000, (at + step) / 1000) }));
}
