/** Numbers as text. */
const COUNT = new Intl.NumberFormat('en-US');

/** `1,234,567`. */
export function countText(value: number): string {
  return COUNT.format(value);
}

/** `1 record`, `2 records`. */
export function countOf(value: number, noun: string): string {
  return `${countText(value)} ${noun}${value === 1 ? '' : 's'}`;
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in three digits or so: `15.3 MB`. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${SIZES[power]}`;
}
