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
/** Version, pin (-1 for an empty ledger), hour, given. */
const SHAPE = /^\[1,(-1|\d{1,12}),"((?:\d{4}-\d\d-\d\dT\d\d)?)",(\d{1,15})\]$/;

/**
 * @param query what the cursor belongs to: everything that decides which records come in which order.
 */
export function formatCursor(cursor: Cursor, query: readonly string[]): string {
  return seal(KIND, JSON.stringify([1, cursor.pin, cursor.hour, cursor.given]), query);
}

/** @throws BadQuery when it is no cursor, or one of another query. */
export function parseCursor(value: string, query: readonly string[]): Cursor {
  const text = unseal(KIND, value, query, LONGEST);
  return (text === undefined ? undefined : read(text)) ?? refuse();
}

/** `undefined` when it is none of ours: the checksum keeps slips out, not somebody who makes his own. */
function read(text: string): Cursor | undefined {
  const [, pin, hour, given] = SHAPE.exec(text) ?? [];
  return hour === undefined ? undefined : { pin: Number(pin), hour, given: Number(given) };
}

function refuse(): never {
  throw new BadQuery(
    'cursor',
    "'cursor' is not one that an answer to this very query gave: take it unchanged from X-Archive-Cursor or Link, and " +
      'leave from, to, filter and versions as they were.',
  );
}
