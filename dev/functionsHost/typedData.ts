/**
 * Values as the host and the library pass them: one-of objects, and maps whose values are wrapped.
 */

import type { NullableMap, TypedData } from './coreTypes.ts';

/** Text as text, nothing as the empty string, everything else as JSON. */
export function toTypedData(value: unknown): TypedData {
  if (value === undefined || value === null) return { string: '' };
  return typeof value === 'string' ? { string: value } : { json: JSON.stringify(value) };
}

/** Wraps every value, as the library expects headers, query and route parameters. */
export function toNullableMap(entries: Iterable<readonly [string, string]>): NullableMap {
  const map: NullableMap = Object.create(null);
  for (const [name, value] of entries) map[name] = { value };
  return map;
}

/** Several values of one name become one, joined by a comma: the real host's text for them. */
export function joinRepeated(entries: Iterable<readonly [string, string]>): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of entries) {
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return joined;
}
