/**
 * Cursors: where an answer goes on, pinned to the ledger as it stood when the answer began.
 */
import { BadQuery } from './range.ts';
import { seal, unseal } from './seal.ts';

export interface Cursor {
  /** The newest entry that the answer takes into account. */
  readonly pin: number;
  /** The UTC hour to go on in, `YYYY-MM-DDTHH`; `''` is the beginning of the range. */
  readonly hour: string;
  /** Records of that hour, or of the range, that were given already. */
  readonly given: number;
}

const KIND = 'cursor';
const LONGEST = 400;

/**
 * @param query what the cursor belongs to: everything that decides which records come in which order.
 */
export function formatCursor(cursor: Cursor, query: readonly string[]): string {
  return seal(KIND, JSON.stringify([1, cursor.pin, cursor.hour, cursor.given]), query);
}

/** @throws BadQuery when it is no cursor, or one of another query. */
export function parseCursor(value: string, query: readonly string[]): Cursor {
  const text = unseal(KIND, value, query, LONGEST);
  if (text === undefined) {
    throw new BadQuery(
      'cursor',
      "'cursor' is not one that an answer to this very query gave: take it unchanged from X-Archive-Cursor or Link, and " +
        'leave from, to, filter and versions as they were.',
    );
  }
  const [, pin, hour, given] = JSON.parse(text) as [1, number, string, number];
  return { pin, hour, given };
}
