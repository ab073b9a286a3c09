/**
 * `select`: records with some of their top-level fields only, what is left of them unchanged to the byte.
 */
import { JsonCursor, TOKEN } from '../archive/json.ts';
import { KeyTable } from './keyTable.ts';
import { BadQuery } from './range.ts';

/** A right value of `select`. */
export const SELECT_EXAMPLE = 'id,createdDateTime,userPrincipalName';

const MOST_FIELDS = 100;
const NAME = /^[A-Za-z_@][A-Za-z0-9_@.]{0,99}$/;
const { closeBrace, none, openBrace } = TOKEN;
const [OPEN, COMMA, CLOSE] = [Buffer.from('{'), Buffer.from(','), Buffer.from('}')];

/** Fields made ready for `selectFields`, which is called once a line. */
export interface Selection {
  /** Each once, in the order they were asked for. */
  readonly names: readonly string[];
  readonly keys: KeyTable;
}

/**
 * Reads `select`. A field that no record has is no error: it is absent there too.
 * @returns `undefined` when it is not given. @throws BadQuery when it is not a list of at most 100 names.
 */
export function readSelect(query: URLSearchParams): Selection | undefined {
  const text = query.get('select');
  return text === null ? undefined : parseSelect(text);
}

/**
 * @param parameter the name of the query parameter it came in, for messages.
 * @throws BadQuery when it is not a list of at most 100 names.
 */
export function parseSelect(text: string, parameter = 'select'): Selection {
  const names = text.split(',');
  const fault =
    names.length > MOST_FIELDS
      ? `'${parameter}' names ${names.length} fields; ${MOST_FIELDS} are the most`
      : faultOf(names, parameter);
  if (fault === undefined) return select(names);
  throw new BadQuery(parameter, `${fault}. A right example: ${parameter}=${SELECT_EXAMPLE}`);
}

function faultOf(names: readonly string[], parameter: string): string | undefined {
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong === undefined) return undefined;
  return `'${wrong.slice(0, 80)}' in '${parameter}' is not the name of a top-level field`;
}

export function select(names: readonly string[]): Selection {
  const distinct = [...new Set(names)];
  return { names: distinct, keys: new KeyTable(distinct) };
}

/**
 * The record with the selected fields: their bytes as stored, in the stored order; a key that occurs twice still does.
 * @param line a record without its newline. @throws BrokenPage when it is no JSON object.
 */
export function selectFields(line: Buffer, { keys }: Selection): Buffer {
  const json = new JsonCursor(line);
  if (json.token() !== openBrace) json.fail('a record is not an object');
  const parts: Buffer[] = [OPEN];
  for (let key = json.enter(closeBrace); key !== none; key = json.next(closeBrace)) {
    const start = json.at;
    const plain = json.string();
    const selected = keys.find(json, start, plain) >= 0;
    json.value(json.colon(), 2);
    if (!selected) continue;
    if (parts.length > 1) parts.push(COMMA);
    parts.push(line.subarray(start, json.at));
  }
  json.end();
  parts.push(CLOSE);
  return Buffer.concat(parts);
}
