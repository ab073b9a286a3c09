/** Values that are written without quotes: `null`, booleans, numbers, times, guids. */

import { GUID } from '../archive/names.ts';
import { parseInstant } from '../archive/time.ts';
import type { Literal, TimeKey } from './filterTree.ts';

const CONSTANTS: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['null', { kind: 'null' }],
  ['true', { kind: 'boolean', value: true }],
  ['false', { kind: 'boolean', value: false }],
]);
const INTEGER = /^-?\d+$/;
const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const WITHOUT_SECONDS = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d)$/;
const LONG_FRACTION = /^(.{19}\.\d{7})(\d+)(Z|[+-]\d\d:\d\d)$/;

/** What a word means as a value; `undefined` when it is none. */
export function readLiteral(word: string): Literal | undefined {
  const lower = word.toLowerCase();
  if (GUID.test(lower)) return { kind: 'guid', value: lower };
  const time = timeKey(word);
  if (time !== undefined) return { kind: 'time', value: time };
  return CONSTANTS.get(lower) ?? readNumber(word);
}

/** An integer counts to its last digit; every other number is the double next to it, as JSON and OData have it. */
function readNumber(word: string): Literal | undefined {
  if (!DECIMAL.test(word)) return undefined;
  return { kind: 'number', value: INTEGER.test(word) ? readInteger(word) : Number(word) };
}

/** @param digits an integer in decimal. */
function readInteger(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** A time of a filter: a date alone is midnight UTC, seconds may be left out, the fraction may have any length. */
function timeKey(word: string): TimeKey | undefined {
  const text = word.toUpperCase();
  if (DATE.test(text)) return storedTimeKey(`${text}T00:00:00Z`);
  const [, minute, zone] = WITHOUT_SECONDS.exec(text) ?? [];
  if (minute !== undefined) return storedTimeKey(`${minute}:00${zone}`);
  const [, start, further = '', offset] = LONG_FRACTION.exec(text) ?? [];
  if (start === undefined) return storedTimeKey(text);
  const key = storedTimeKey(`${start}${offset}`);
  return key === undefined ? undefined : key + withoutTrailingZeros(further);
}

/** A time of a record, as the archive reads it. `undefined` when it is none. */
export function storedTimeKey(text: string): TimeKey | undefined {
  return parseInstant(text)?.slice(0, -1);
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  return digits.slice(0, end);
}
