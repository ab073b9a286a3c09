/**
 * `$skiptoken`: where a list goes on and what it is pinned to. Valid for as long as the archive is there.
 */
import { hourOf, type Instant, parseInstant } from '../archive/time.ts';
import { UNDATED } from '../archive/undated.ts';
import type { Continuation } from '../list.ts';
import { seal, unseal } from '../query/seal.ts';
import { invalidSkipToken } from './graphErrors.ts';

export interface SkipToken extends Continuation {
  /** What `@odata.count` said on the first page. */
  readonly count: number | undefined;
}

const KIND = 'skiptoken';
const LONGEST = 1000;
/** A time that no list ends at. */
const NEVER: Instant = '9999';

/** @param query everything that decides which records come in which order. */
export function formatSkipToken({ range, pins, hour, given, count }: SkipToken, query: readonly string[]): string {
  return seal(KIND, JSON.stringify([1, range.from, range.to, hour, pins, given, count ?? null]), query);
}

/** @param logTypes how many the list is made of. @throws Problem in Graph's words for what is no token of this query. */
export function parseSkipToken(value: string, query: readonly string[], logTypes: number): SkipToken {
  const text = unseal(KIND, value, query, LONGEST);
  const token = text === undefined ? undefined : read(text);
  if (token?.pins.length !== logTypes || token.given.length !== logTypes) throw invalidSkipToken();
  return token;
}

/** The checksum is no secret, so every member is held to its form. */
function read(text: string): SkipToken | undefined {
  const [version, from, to, hour, pins, given, count] = parts(text);
  if (version !== 1 || !isInstant(from) || !isInstant(to) || !isHour(hour, from, to)) return undefined;
  if (!isCounts(pins, -1) || !isCounts(given, 0)) return undefined;
  if (count !== null && !isCounts([count], 0)) return undefined;
  return { range: { from, to }, hour, pins, given, count: typeof count === 'number' ? count : undefined };
}

function parts(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    // What is not JSON is no token; the caller says so in Graph's words.
    return [];
  }
}

/** Only the times of dated and undated records: a list never reaches beyond what was read. */
function isInstant(value: unknown): value is Instant {
  return typeof value === 'string' && parseInstant(value) === value && value >= UNDATED && value < NEVER;
}

function isHour(value: unknown, from: Instant, to: Instant): value is string {
  if (value === '') return true;
  if (typeof value !== 'string' || parseInstant(`${value}:00:00Z`) === undefined) return false;
  return value >= hourOf(from) && value <= hourOf(to);
}

function isCounts(value: unknown, least: number): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= least);
}
