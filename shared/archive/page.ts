/**
 * Cutting a Graph page into its records by bytes.
 *
 * A record's line is the record's own bytes as Graph sent them; only CR and LF between tokens are dropped. Nothing is
 * parsed and written again, because that changes numbers and escapes in a third of real records. The whole page is
 * validated in the same pass: a page is sliced whole or refused whole, with a `BrokenPage` that quotes no content.
 */
import { BrokenPage } from './brokenPage.ts';
import { JsonCursor, TOKEN } from './json.ts';
import { type PageRecord, type RecordFields, RecordReader } from './recordReader.ts';

const { closeBrace, closeBracket, n, none, openBrace, openBracket, quote } = TOKEN;

export { BrokenPage, type PageRecord, type RecordFields };

export interface Page {
  readonly records: readonly PageRecord[];
  /** The page that follows; `undefined` on the last one. */
  readonly nextLink: string | undefined;
}

/** Levels at which the parts of a page lie: within the page's object, and within its array of records. */
const PAGE_MEMBER = 2;
const RECORD = 3;
/**
 * Records of one page: ten times what is ever asked for, since pages of more than `$top` have been seen. Each costs a
 * few hundred bytes beside its own, so that a page of millions of empty ones would fill the memory.
 */
const MAX_RECORDS = 10_000;
/** Bytes of a link to the next page, quotes and escapes included: servers take no longer request line. */
const MAX_LINK_BYTES = 16 * 1024;
/** Bytes of an error that are parsed for its code. */
const MAX_ERROR_BYTES = 4096;

/**
 * Slices one page: an object with the array `value` of objects, and `@odata.nextLink` when more pages follow.
 *
 * @throws BrokenPage when the bytes are not exactly one such page, in valid JSON and valid UTF-8; when one of the two
 *   keys occurs twice, for readers differ in which of the values counts; or when the page has a top-level `error`.
 */
export function slicePage(bytes: Buffer, fields: RecordFields): Page {
  const json = new JsonCursor(bytes);
  let records: readonly PageRecord[] | undefined;
  let link: Link | undefined;
  if (json.token() !== openBrace) json.fail('it is not an object');
  for (let first = json.enter(closeBrace); first !== none; first = json.next(closeBrace)) {
    const start = json.at;
    const key = json.text(start, json.string());
    const value = json.colon();
    if (key === 'error') refuseError(json, value);
    else if (key === '@odata.nextLink') link = readLink(json, value, link);
    else if (key === 'value') records = readRecords(json, value, fields, records);
    else json.value(value, PAGE_MEMBER);
  }
  json.end();
  if (records === undefined) throw new BrokenPage('it has no value', bytes.length);
  return { records, nextLink: link?.url };
}

/**
 * Reads one stored line by the same rules. White space around the record is accepted and not part of the result's line.
 *
 * @throws BrokenPage when the bytes are not exactly one object, in valid JSON and valid UTF-8.
 */
export function readRecord(line: Buffer, fields: RecordFields): PageRecord {
  const json = new JsonCursor(line);
  const record = new RecordReader(json, fields).read(json.token(), 1);
  json.end();
  return record;
}

function readRecords(
  json: JsonCursor,
  first: number,
  fields: RecordFields,
  before: readonly PageRecord[] | undefined,
): PageRecord[] {
  if (before !== undefined) json.fail('it has two values');
  const reader = new RecordReader(json, fields);
  const records: PageRecord[] = [];
  if (first !== openBracket) json.fail('its value is not an array');
  for (let item = json.enter(closeBracket); item !== none; item = json.next(closeBracket)) {
    if (records.length === MAX_RECORDS) json.fail(`it has more than ${MAX_RECORDS} records`);
    records.push(reader.read(item, RECORD));
  }
  return records;
}

/** What a page says of the one that follows; `null`, which some write on the last page, is said too. */
interface Link {
  readonly url: string | undefined;
}

function readLink(json: JsonCursor, first: number, before: Link | undefined): Link {
  if (before !== undefined) json.fail('it has two links to the next page');
  const start = json.at;
  if (first !== quote) {
    json.value(first, PAGE_MEMBER);
    // Of all values only `null` begins with an n.
    if (first !== n) throw new BrokenPage('its link to the next page is not a string', start);
    return { url: undefined };
  }
  const plain = json.string();
  if (json.at - start > MAX_LINK_BYTES) throw new BrokenPage('its link to the next page is too long', start);
  return { url: json.text(start, plain) };
}

/** Of the error only its code is told, and that only when it looks like one. */
function refuseError(json: JsonCursor, first: number): never {
  const start = json.at;
  json.value(first, PAGE_MEMBER);
  const small = json.at - start <= MAX_ERROR_BYTES;
  const error = small ? (JSON.parse(json.bytes.toString('utf8', start, json.at)) as { code?: unknown } | null) : null;
  const code = error?.code;
  const shown = typeof code === 'string' && /^[\w.-]{1,100}$/.test(code) ? code : 'none that can be shown';
  throw new BrokenPage(`it is an error with the code: ${shown}`, start);
}
