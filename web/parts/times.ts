/** Times as text: in UTC, which is what the archive says, and in the reader's own time zone beside it. */

/** `2026-11-20 05:12:31` of a time in UTC; with the fraction only where one is asked for. */
export function utcText(iso: string, withFraction = false): string {
  const [, date = '', time = '', fraction = ''] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?/.exec(iso) ?? [];
  if (date === '') return iso;
  return `${date} ${time}${withFraction ? fraction.replace(/\.?0{1,7}$/, '') : ''}`;
}

/** The same instant where the reader is, with the offset from UTC that holds there then: `06:12:31 +01:00`. */
export function localText(iso: string, timeZone?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const { text, offset } = formatsOf(timeZone);
  return `${text.format(at)} ${offsetOf(at, offset)}`;
}

/** An instant in UTC and where the reader is, for texts that hold no more than text. */
export function bothText(iso: string): string {
  return `${utcText(iso)} UTC (${localText(iso)} local)`;
}

interface Formats {
  readonly text: Intl.DateTimeFormat;
  readonly offset: Intl.DateTimeFormat;
}

/** Made once for each time zone: making one takes longer than a row of a table may. */
const formats = new Map<string | undefined, Formats>();

function formatsOf(timeZone: string | undefined): Formats {
  const zone = timeZone && { timeZone };
  const known = formats.get(timeZone) ?? {
    // Swedish writes dates as ISO 8601 does.
    text: new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', ...zone }),
    offset: new Intl.DateTimeFormat('en-GB', { timeZoneName: 'longOffset', ...zone }),
  };
  formats.set(timeZone, known);
  return known;
}

function offsetOf(at: Date, format: Intl.DateTimeFormat): string {
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return name.replace('GMT', '') || '+00:00';
}

/** Seconds since 1970 as the archive writes them. */
export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** A span in its two largest units: `3 d 4 h`, `12 min`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first < 0) return '0 s';
  let rest = whole;
  const parts = UNITS.slice(first, first + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? [`${count} ${unit}`] : [];
  });
  return parts.join(' ');
}

/** How long ago something was: `3 d 4 h ago`. */
export function agoText(seconds: number): string {
  return seconds < 1 ? 'just now' : `${spanText(seconds)} ago`;
}
