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
  const options: Intl.DateTimeFormatOptions = {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone && { timeZone }),
  };
  // Swedish writes dates as ISO 8601 does.
  return `${new Intl.DateTimeFormat('sv-SE', options).format(at)} ${offsetOf(at, timeZone)}`;
}

function offsetOf(at: Date, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions = { timeZoneName: 'longOffset', ...(timeZone && { timeZone }) };
  const parts = new Intl.DateTimeFormat('en-GB', options).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
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
