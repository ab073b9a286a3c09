/**
 * Reading one record off a JSON cursor: its own bytes, and the two or three top-level fields that the archive needs.
 *
 * Fields of the same name deeper inside do not count. Where a key occurs twice its last value counts, as with
 * `JSON.parse`; a key or value written with escapes means what it decodes to.
 */
import { type JsonCursor, TOKEN } from './json.ts';
import { type Instant, parseInstant } from './time.ts';

/** The top-level fields of a record that are read beside its `id`; their names are ASCII, as all of Graph's are. */
export interface RecordFields {
  /** For instance `createdDateTime`. */
  readonly timeField: string;
  /** For instance `signInEventTypes`. */
  readonly listField?: string;
}

export interface PageRecord {
  /** The record's own bytes without CR and LF; a view on the bytes read where there were none. */
  readonly line: Buffer;
  /** The top-level `id`; `''` when it is absent or not a string. */
  readonly id: string;
  /** The top-level time field; `undefined` when it is absent, not a string, or not a time. */
  readonly time: Instant | undefined;
  /** The top-level list field, when it is an array of strings. */
  readonly list?: readonly string[] | undefined;
}

const { closeBrace, closeBracket, none, openBrace, openBracket, quote } = TOKEN;
const LF = 0x0a;
const CR = 0x0d;

/** Texts of the list field: Graph has a handful of sign-in types, and each text costs more than its bytes. */
const MAX_LIST = 1000;

/** Positions in the list of keys looked for. */
const ID = 0;
const TIME = 1;

type Draft = { -readonly [Field in keyof PageRecord]: PageRecord[Field] };

export class RecordReader {
  readonly #json: JsonCursor;
  /** The keys looked for. */
  readonly #names: readonly string[];
  /** Bit n is set when a key of n bytes (mod 32) is looked for: passes over nearly all other keys at once. */
  readonly #lengths: number;

  constructor(json: JsonCursor, { timeField, listField }: RecordFields) {
    this.#json = json;
    this.#names = listField === undefined ? ['id', timeField] : ['id', timeField, listField];
    this.#lengths = this.#names.reduce((bits, { length }) => bits | (1 << length), 0);
  }

  /**
   * Reads the record at the cursor, of which `first` is the first byte; its `depth` is 1 when it lies in nothing else.
   * @throws BrokenPage when it is not an object, or has a list of more than `MAX_LIST` members in its list field.
   */
  read(first: number, depth: number): PageRecord {
    const json = this.#json;
    if (first !== openBrace) json.fail('a record is not an object');
    const start = json.at;
    const breaks = json.breaks;
    const record: Draft = { line: json.bytes, id: '', time: undefined, list: undefined };
    for (let key = json.enter(closeBrace); key !== none; key = json.next(closeBrace)) {
      const at = json.at + 1;
      const plain = json.string();
      const passed = plain && ((this.#lengths >> (json.at - 1 - at)) & 1) === 0;
      if (passed) json.value(json.colon(), depth + 1);
      else this.#member(record, at, plain, depth + 1);
    }
    const line = json.bytes.subarray(start, json.at);
    record.line = json.breaks === breaks ? line : withoutBreaks(line);
    return record;
  }

  /** From after a key whose text starts at `at`: takes its value when it is looked for. */
  #member(record: Draft, at: number, plain: boolean, depth: number): void {
    const json = this.#json;
    const field = plain ? this.#find(at, json.at - 1) : this.#names.indexOf(json.text(at - 1, false));
    const first = json.colon();
    if (field < 0) json.value(first, depth);
    else if (field === ID) record.id = this.#string(first, depth) ?? '';
    else if (field === TIME) record.time = parseInstant(this.#string(first, depth) ?? '');
    else record.list = this.#strings(first, depth);
  }

  #find(from: number, to: number): number {
    const names = this.#names;
    for (let n = 0; n < names.length; n += 1) {
      const name = names[n] as string;
      if (name.length === to - from && holdsAt(this.#json.bytes, from, name)) return n;
    }
    return -1;
  }

  /** Skips a value and returns its text when it is a string. */
  #string(first: number, depth: number): string | undefined {
    const json = this.#json;
    const start = json.at;
    if (first === quote) return json.text(start, json.string());
    json.value(first, depth);
    return undefined;
  }

  #strings(first: number, depth: number): readonly string[] | undefined {
    const json = this.#json;
    if (first !== openBracket) {
      json.value(first, depth);
      return undefined;
    }
    const texts: (string | undefined)[] = [];
    for (let item = json.enter(closeBracket); item !== none; item = json.next(closeBracket)) {
      if (texts.length === MAX_LIST) json.fail(`a list of more than ${MAX_LIST} texts`);
      texts.push(this.#string(item, depth + 1));
    }
    return texts.every((text) => text !== undefined) ? texts : undefined;
  }
}

/** JSON has line breaks between tokens only: every CR and LF is one to drop. */
function withoutBreaks(line: Buffer): Buffer {
  const kept = Buffer.allocUnsafe(line.length);
  let length = 0;
  for (let at = 0; at < line.length; at += 1) {
    const byte = line[at] as number;
    if (byte === LF || byte === CR) continue;
    kept[length] = byte;
    length += 1;
  }
  return kept.subarray(0, length);
}

function holdsAt(bytes: Buffer, at: number, name: string): boolean {
  for (let n = 0; n < name.length; n += 1) if (bytes[at + n] !== name.charCodeAt(n)) return false;
  return true;
}
