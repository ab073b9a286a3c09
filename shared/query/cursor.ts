/**
 * Cursors: where an answer goes on, pinned to the ledger as it stood when the answer began.
 *
 * A cursor belongs to one query and says nothing secret: who uses it is authorised like everybody else. Its checksum
 * tells a slip of the hand from a cursor; it is no signature.
 */
import { hash } from 'node:crypto';
import { BadQuery } from './range.ts';

export interface Cursor {
  /** The newest entry that the answer takes into account. */
  readonly pin: number;
  /** The UTC hour to go on in, `YYYY-MM-DDTHH`; `''` is the beginning of the range. */
  readonly hour: string;
  /** Records of that hour, or of the range, that were given already. */
  readonly given: number;
}

const CHECK_DIGITS = 12;
const LONGEST = 400;
/** Version, pin (-1 for an empty ledger), hour, given. */
const SHAPE = /^\[1,(-1|\d{1,12}),"((?:\d{4}-\d\d-\d\dT\d\d)?)",(\d{1,15})\]$/;

/**
 * @param query what the cursor belongs to: everything that decides which records come in which order.
 */
export function formatCursor(cursor: Cursor, query: readonly string[]): string {
  const text = JSON.stringify([1, cursor.pin, cursor.hour, cursor.given]);
  return `${Buffer.from(text).toString('base64url')}.${check(text, query)}`;
}

/** @throws BadQuery when it is no cursor, or one of another query. */
export function parseCursor(value: string, query: readonly string[]): Cursor {
  const [encoded = '', sum = '', ...more] = value.slice(0, LONGEST + 1).split('.');
  const text = Buffer.from(encoded, 'base64url').toString('utf8');
  if (value.length > LONGEST || more.length > 0 || check(text, query) !== sum) refuse();
  return read(text) ?? refuse();
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

function check(text: string, query: readonly string[]): string {
  return hash('sha256', JSON.stringify(['cursor', text, ...query])).slice(0, CHECK_DIGITS);
}
