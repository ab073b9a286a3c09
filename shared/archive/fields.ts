/**
 * Checks for the fields of an entry: from a value of unknown type to a typed one, or a refusal that names the field.
 *
 * A shape lists the fields of an object in the order in which they are written. Checking builds a new object with
 * exactly these fields in this order, so that one description serves both reading (unknown fields fall away) and
 * writing (the key order is the shape's). Refusals never repeat a value.
 */
import { fromBase64 } from './base64.ts';
import { type Instant, parseInstant, parseSeconds } from './time.ts';

/** Returns the value, typed, or throws FieldError. `path` says where it stands, such as `segments[3].sha256`. */
export type Check<T> = (value: unknown, path: string) => T;

/** A field is absent or has a value that the format does not allow. */
export class FieldError extends RangeError {
  override readonly name = 'FieldError';
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`A ledger entry is not valid: ${path} ${problem}.`);
    this.path = path;
    this.problem = problem;
  }
}

/** Throws FieldError unless the condition holds. */
export function demand(condition: boolean, path: string, problem: string): asserts condition {
  if (!condition) throw new FieldError(path, problem);
}

/** An object that has all the fields of the shape; those of `optional` only if it has them. */
export function shape<T extends object>(
  fields: { readonly [K in keyof T]-?: Check<NonNullable<T[K]> | T[K]> },
  optional: readonly (keyof T)[] = [],
): Check<T> {
  return (value, path) => {
    const source = plainObject(value, path);
    const pairs = Object.entries<Check<unknown>>(fields).flatMap(([key, check]) => {
      const at = path === '' ? key : `${path}.${key}`;
      if (!Object.hasOwn(source, key) && optional.includes(key as keyof T)) return [];
      demand(Object.hasOwn(source, key), at, 'is missing');
      return [[key, check(source[key], at)]];
    });
    return Object.fromEntries(pairs) as T;
  };
}

/** A list of at most `most` items. */
export function list<T>(item: Check<T>, most: number): Check<readonly T[]> {
  return (value, path) => {
    demand(Array.isArray(value), path, 'is not a list');
    demand(value.length <= most, path, `has ${value.length} items, more than ${most}`);
    return value.map((each, index) => item(each, `${path}[${index}]`));
  };
}

/** An object whose keys are data: each key passes `isKey`, they stand in ascending order, each value passes `item`. */
export function sortedMap<T>(isKey: (key: string) => boolean, item: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value, path) => {
    const source = plainObject(value, path);
    const keys = Object.keys(source);
    demand(keys.every(isKey), path, 'has a key of another form');
    demand(isAscending(keys), path, 'is not in ascending order');
    return Object.fromEntries(keys.map((key) => [key, item(source[key], `${path}.${key}`)]));
  };
}

/** One of some words. */
export function oneOf<const T extends string>(...words: readonly T[]): Check<T> {
  return (value, path) => {
    const word = words.find((each) => each === value);
    demand(word !== undefined, path, `is not one of ${words.join(', ')}`);
    return word;
  };
}

/** This value and no other. */
export function always<const T>(only: T): Check<T> {
  return (value, path) => {
    demand(value === only, path, `is not ${String(only)}`);
    return only;
  };
}

/** A text of a given form. */
export function text(form: RegExp, wants: string): Check<string> {
  return (value, path) => {
    demand(typeof value === 'string' && form.test(value), path, `is not ${wants}`);
    return value;
  };
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, path) => {
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
    demand(fits && !Object.is(value, -0), path, `is not a whole number from ${least} to ${most}`);
    return value;
  };
}

/** The same, or null. */
export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value, path) => (value === null ? null : check(value, path));
}

/** A SHA-256 in lower-case hex. */
export const digest: Check<string> = text(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');

/** A text that is the base64 of bytes of a given form. */
export function base64(form: (bytes: Buffer) => boolean, wants: string): Check<string> {
  return (value, path) => {
    const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
    demand(bytes !== undefined && form(bytes), path, `is not ${wants}`);
    return value as string;
  };
}

/** A UTC time in whole seconds, `YYYY-MM-DDTHH:MM:SSZ`. */
export const secondTime: Check<string> = (value, path) => {
  const isTime = typeof value === 'string' && parseSeconds(value) !== undefined;
  demand(isTime, path, 'is not a time YYYY-MM-DDTHH:MM:SSZ');
  return value;
};

/** A UTC time with seven fraction digits, `YYYY-MM-DDTHH:MM:SS.fffffffZ`. */
export const recordTime: Check<Instant> = (value, path) => {
  const isTime = typeof value === 'string' && parseInstant(value) === value;
  demand(isTime, path, 'is not a time YYYY-MM-DDTHH:MM:SS.fffffffZ');
  return value;
};

function plainObject(value: unknown, path: string): Record<string, unknown> {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  demand(isPlain, path === '' ? 'the entry' : path, 'is not an object');
  return value as Record<string, unknown>;
}

function isAscending(keys: readonly string[]): boolean {
  return keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);
}
