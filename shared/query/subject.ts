/** Whom a subject request is about: a user by id or by name, or an IP address. */
import { addressIn } from '../archive/address.ts';
import { GUID } from '../archive/names.ts';
import { BadQuery } from './range.ts';

export interface Subject {
  readonly kind: 'id' | 'name' | 'address';
  /** In small letters; of an address the one form that `addressIn` gives. */
  readonly value: string;
}

/** A right value of `user`. */
export const SUBJECT_EXAMPLE = 'anna@contoso.com';

/** What is a name holds an @ and nothing that is no character of a line. */
const NAME = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u;
/** Characters: a sign-in name of Entra has 113 at most, a mail address 254. */
const LONGEST = 320;

/** Whether a text in small letters may be asked for by id or by name. */
export function isSubject(text: string): boolean {
  return GUID.test(text) || (text.length <= LONGEST && text.isWellFormed() && NAME.test(text));
}

/** Reads `user`. @throws BadQuery when it is missing, or none of the three. */
export function readSubject(query: URLSearchParams): Subject {
  const given = query.get('user')?.trim() ?? '';
  const value = given.toLowerCase();
  const address = addressIn(value);
  if (address !== undefined) return { kind: 'address', value: address };
  if (isSubject(value)) return { kind: GUID.test(value) ? 'id' : 'name', value };
  const fault = given === '' ? "'user' is missing" : "'user' is neither of these";
  throw new BadQuery(
    'user',
    `${fault}: a user's object id (a GUID), a sign-in name (with an @), or an IP address. A right example: user=${SUBJECT_EXAMPLE}`,
  );
}
