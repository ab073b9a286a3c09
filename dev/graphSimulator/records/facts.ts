/**
 * What a record is made from, and small pieces of JSON text that several kinds of record share.
 */
import type { Directory } from '../directory.ts';
import type { Instant } from '../instant.ts';
import type { Random } from '../random.ts';

/** The facts of one record version. Its text is a function of them alone. */
export interface Facts {
  readonly directory: Directory;
  /** The row's own sequence: the same numbers for every version of the row. */
  readonly random: Random;
  /** The stored time, finer than it may be printed. */
  readonly at: Instant;
  /** When the row first came to be; `at` of its first version. */
  readonly born: Instant;
  /** Counts the versions of a row that moves; 0 for the others. */
  readonly version: number;
  /** The later bytes of a row that keeps its time. */
  readonly changed: boolean;
  /** The reader may not see conditional access policies. */
  readonly withoutPolicies: boolean;
  /** Which entity a state describes; 0 for events. */
  readonly entity: number;
}

/** JSON text of a string that needs no escape. */
export function quoted(text: string): string {
  return `"${text}"`;
}

/** One slot of a busy list: the person or application that a row is about. */
export function busy(slots: Uint16Array, random: Random): number {
  return slots[random.next() & (slots.length - 1)] ?? 0;
}
