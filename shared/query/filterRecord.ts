/** A stored line as a value that a filter can be held against. */

/** As many digits as a double may lose some of. */
const LONG_DIGITS = /\d{16}/;
const INTEGER = /^-?\d+$/;

/** What the reviver of `JSON.parse` is given beside key and value; TypeScript does not know of it everywhere yet. */
interface Context {
  /** A primitive's own text. */
  readonly source?: string;
}

/**
 * Parses a line. `JSON.parse` makes every number a double and loses digits of integers beyond 2^53; with `exact` such an
 * integer becomes a bigint, at the price of a slower parse of the lines that hold one.
 */
export function parseRecord(line: Buffer, exact: boolean): unknown {
  const text = line.toString('utf8');
  return exact && LONG_DIGITS.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

function keepDigits(_key: string, value: unknown, context?: Context): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return INTEGER.test(source) ? BigInt(source) : value;
}
