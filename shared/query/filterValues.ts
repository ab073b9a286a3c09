/** How two values of records and filters relate. */

/** A guid literal; a class, so that no object of a record can be taken for one. */
export class Guid {
  /** In lower case. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value that equals nothing and has no order, itself included. */
export const UNRELATED: unique symbol = Symbol('unrelated');

export function isEqual(a: unknown, b: unknown): boolean {
  if (a === null || b === null) return a === b;
  if (b instanceof Guid) return equalsGuid(a, b);
  if (a instanceof Guid) return equalsGuid(b, a);
  return typeof a === 'boolean' ? a === b : order(a, b) === 0;
}

/**
 * Negative, zero or positive between two texts or two numbers; NaN, of which no comparison is true, between others.
 * JavaScript compares a bigint with a double by their exact values.
 */
export function order(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Number.NaN;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function equalsGuid(value: unknown, { text }: Guid): boolean {
  if (value instanceof Guid) return value.text === text;
  return typeof value === 'string' && value.length === text.length && value.toLowerCase() === text;
}
