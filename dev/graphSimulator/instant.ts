/**
 * Points in time with the 100 ns of Microsoft's clocks, which neither `Date` nor a double since 1970 can hold.
 *
 * An instant is an hour since 1970 (UTC) and the ticks of 100 ns within it. Reading refuses what is not a date and time
 * with a zone and at most seven fraction digits.
 */

/** Units of time. */
export const HOUR_MS = 3_600_000;
export const TICKS_PER_MS = 10_000;
export const TICKS_PER_SECOND = 1000 * TICKS_PER_MS;
export const TICKS_PER_HOUR = HOUR_MS * TICKS_PER_MS;

export interface Instant {
  /** Whole hours since 1970-01-01T00Z. */
  readonly hour: number;
  /** 100 ns units within the hour. */
  readonly tick: number;
}

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)$/;

/** `undefined` when the text is no instant. */
export function parseInstant(text: string): Instant | undefined {
  const [, seconds, fraction = '', zone] = FORM.exec(text) ?? [];
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return plusTicks(instantOf(milliseconds), Number(fraction.padEnd(7, '0')));
}

/** The instant of milliseconds since 1970; what is finer than a tick is cut. */
export function instantOf(milliseconds: number): Instant {
  const hour = Math.floor(milliseconds / HOUR_MS);
  return { hour, tick: Math.floor((milliseconds - hour * HOUR_MS) * TICKS_PER_MS) };
}

/** Milliseconds since 1970, with a fraction. */
export function millisecondsOf(hour: number, tick: number): number {
  return hour * HOUR_MS + tick / TICKS_PER_MS;
}

/** The instant `ticks` later, or earlier when negative. */
export function plusTicks(instant: Instant, ticks: number): Instant {
  const sum = instant.tick + ticks;
  const hours = Math.floor(sum / TICKS_PER_HOUR);
  return { hour: instant.hour + hours, tick: sum - hours * TICKS_PER_HOUR };
}

/** Negative, zero or positive as `a` is before, at or after `b`. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.hour - b.hour || a.tick - b.tick;
}

/** `2026-11-20T05:06:07Z`: what a log type prints whose times are whole seconds. */
export function printSeconds({ hour, tick }: Instant): string {
  return `${clockFace(hour, tick)}Z`;
}

/** `2026-11-20T05:06:07.12345Z`: seven fraction digits, trailing zeros trimmed, as .NET prints. */
export function printTicks({ hour, tick }: Instant): string {
  const fraction = tick % TICKS_PER_SECOND;
  if (fraction === 0) return `${clockFace(hour, tick)}Z`;
  return `${clockFace(hour, tick)}.${String(fraction).padStart(7, '0').replace(/0+$/, '')}Z`;
}

const SIXTY = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
let facedHour = Number.NaN;
let face = '';

function clockFace(hour: number, tick: number): string {
  if (hour !== facedHour) {
    facedHour = hour;
    face = new Date(hour * HOUR_MS).toISOString().slice(0, 14);
  }
  const second = Math.floor(tick / TICKS_PER_SECOND);
  return `${face}${SIXTY[Math.floor(second / 60)]}:${SIXTY[second % 60]}`;
}
