/** What `slicePage` promises for all bytes: it accepts what `JSON.parse` accepts, and returns a record's own bytes. */
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenPage, type PageRecord, readRecord, slicePage } from '../../shared/archive/page.ts';
import { parseInstant } from '../../shared/archive/time.ts';
import { awkwardPage, damagedPage } from './awkwardPages.ts';

const FIELDS = { timeField: 'createdDateTime', listField: 'signInEventTypes' };

/** Every reason there is; none quotes what the bytes say. */
const REASONS = [
  'it is not UTF-8',
  'it ends early',
  'no value where one belongs',
  'no string where one belongs',
  'a key without a colon',
  'neither a comma nor the end of an array or object',
  'a control character in a string',
  'an escape that JSON does not have',
  'an escape without four hexadecimal digits',
  'nested too deep',
  'more bytes after the end',
  'a record is not an object',
  'it is not an object',
  'it has no value',
  'it has two values',
  'it has two links to the next page',
  'its value is not an array',
  'its link to the next page is not a string',
  'it is an error with the code: none that can be shown',
];

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that the bytes are to `JSON.parse`; nothing when they are no valid JSON object. */
function parsed(bytes: Buffer): Json | undefined {
  if (!isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What the call returns; nothing when it throws `BrokenPage`, of which it checks that it tells no content. */
function accepted<T>(call: () => T, length: number): T | undefined {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof BrokenPage)) throw error;
    expect(REASONS).toContain(error.reason);
    expect(error.message).toBe(`broken page or record: ${error.reason} (at byte ${error.offset})`);
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(length);
    return undefined;
  }
}

/** Whether a parsed page has the shape of one. `JSON.parse` cannot tell that it had a key twice. */
function hasShape(page: Json): boolean {
  const link = page['@odata.nextLink'] ?? null;
  const { value } = page;
  return (
    Array.isArray(value) && value.every(isObject) && !('error' in page) && (link === null || typeof link === 'string')
  );
}

function expectedFields(record: Json) {
  const { id, createdDateTime, signInEventTypes } = record;
  const isList = Array.isArray(signInEventTypes) && signInEventTypes.every((item) => typeof item === 'string');
  return {
    id: typeof id === 'string' ? id : '',
    time: typeof createdDateTime === 'string' ? parseInstant(createdDateTime) : undefined,
    list: isList ? signInEventTypes : undefined,
  };
}

/** The keys that a page may have once, each letter as it is or as its escape. */
const ONCE = ['value', '@odata.nextLink'].map(
  (key) => new RegExp(`"${[...key].map((letter) => `(?:[${letter}]|${escaped(letter)})`).join('')}"\\s*:`, 'gi'),
);

function escaped(letter: string): string {
  return `\\\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function hasKeyTwice(text: string): boolean {
  return ONCE.some((key) => [...text.matchAll(key)].length > 1);
}

function agrees(bytes: Buffer): void {
  const page = parsed(bytes);
  const sliced = accepted(() => slicePage(bytes, FIELDS), bytes.length);
  // JSON.parse takes the last of two values, or links, whatever the first was; a page that has two is refused.
  const mayBeRefused = sliced === undefined && hasKeyTwice(bytes.toString());
  if (!mayBeRefused) expect(sliced !== undefined).toBe(page !== undefined && hasShape(page));
  if (!sliced || !page) return;
  const lines = sliced.records.map(({ line }) => line.toString());
  expect(lines.length).toBe((page.value as Json[]).length);
  // Each record is judged by itself: of a key that occurs twice V8's JSON.parse (Node 24.21) can take the first when an
  // object of like shape stands before it in the same text.
  let rest = bytes.toString().replace(/[\r\n]/g, '');
  for (const [n, line] of lines.entries()) {
    expect(rest).toContain(line);
    rest = rest.slice(rest.indexOf(line) + line.length);
    const { id, time, list } = sliced.records[n] as PageRecord;
    expect({ id, time, list }).toEqual(expectedFields(JSON.parse(line) as Json));
  }
  expect(sliced.nextLink).toBe(page['@odata.nextLink'] ?? undefined);
}

describe('slicing any page', () => {
  it('is told from a page with two values or links by its keys, however they are written', () => {
    expect(hasKeyTwice('{"v\\u0061\\u006cue":0,"value" :[]}')).toBe(true);
    expect(hasKeyTwice('{"@odata.nextLink":0,"value":[],"\\u0040odata\\u002enextLin\\u006B":1}')).toBe(true);
    expect(hasKeyTwice('{"value":[{"a":"value"}],"@odata.nextLink":"value"}')).toBe(false);
  });

  it('returns the bytes of each record, less CR and LF, and its fields', () => {
    fc.assert(
      fc.property(awkwardPage, ({ text, records }) => {
        const bytes = Buffer.from(text);
        const lines = slicePage(bytes, FIELDS).records.map(({ line }) => line.toString());
        expect(lines).toEqual(records.map((record) => record.replace(/[\r\n]/g, '')));
        agrees(bytes);
      }),
      { numRuns: 1500 },
    );
  });

  it('accepts a damaged page when JSON.parse does, and never else', () => {
    fc.assert(fc.property(damagedPage, agrees), { numRuns: 6000 });
  });

  it('reads a stored line as it read the record', () => {
    fc.assert(
      fc.property(awkwardPage, ({ text }) => {
        for (const record of slicePage(Buffer.from(text), FIELDS).records) {
          expect(readRecord(record.line, FIELDS)).toEqual(record);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('accepts of a heap of tokens what JSON.parse accepts', () => {
    const tokens = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      '\\u00',
      '\\n',
      '-',
      '0',
      '1',
      '9',
      '.',
      'e',
      'E',
      '+',
      'true',
    ];
    const others = [
      'false',
      'null',
      'tru',
      'nul',
      'nullx',
      'fals',
      'ttrue',
      'NaN',
      ' ',
      '\n',
      '\t',
      '\f',
      '\v',
      '\u00a0',
      '\ufeff',
      '/**/',
      "'a'",
    ];
    const heap = fc.array(fc.constantFrom(...tokens, ...others), { maxLength: 7 }).map((parts) => parts.join(''));
    const around = fc.constantFrom(
      ['{"a":', '}'],
      ['{"a":[', ']}'],
      ['{', '}'],
      ['', ''],
      ['{"a":"', '"}'],
      ['{"a":1', '}'],
    );
    fc.assert(
      fc.property(heap, around, (text, [before, after]) => {
        const bytes = Buffer.from(`${before}${text}${after}`);
        const record = accepted(() => readRecord(bytes, FIELDS), bytes.length);
        const value = parsed(bytes);
        expect(record && JSON.parse(record.line.toString())).toEqual(value);
      }),
      { numRuns: 8000 },
    );
  });
});

/** Small, with one of everything. */
const SMALL = Buffer.from(
  '\r\n{"@odata.nextLink" : "https:\\/\\/g.example\\/é?a","value":[{"id":"a","createdDateTime":"2026-11-20T05:17:33.5Z",\n' +
    '"signInEventTypes":["x","\\u00e9"],"n":[-0.5e+3,0,true,false,null,{},[]]} ,{"\\u0069d":"b\\"]}"}],"k":{"value":[1]}} ',
);

/** Bytes that mean something to JSON or to UTF-8, and neighbours that do not. */
const TELLING = [
  ...Buffer.from('{}[]:,"\\/ \n\r\t\f09.-+eEnurtfabdgFG!#é'),
  0,
  0x1f,
  0x7f,
  0x80,
  0xc0,
  0xed,
  0xf4,
  0xff,
];

describe('slicing a small page', () => {
  it('is possible at all', () => {
    expect(slicePage(SMALL, FIELDS).records.map(({ id }) => id)).toEqual(['a', 'b"]}']);
  });

  it('refuses it when it ends early, at any byte', () => {
    const whole = SMALL.lastIndexOf('}') + 1;
    for (let end = 0; end < whole; end += 1) {
      expect(() => slicePage(SMALL.subarray(0, end), FIELDS), `the first ${end} bytes`).toThrow(BrokenPage);
    }
    expect(slicePage(SMALL.subarray(0, whole), FIELDS).records).toHaveLength(2);
  });

  it('agrees with JSON.parse when any byte becomes one that means something', () => {
    for (let at = 0; at < SMALL.length; at += 1) {
      for (const byte of TELLING) {
        const changed = Buffer.from(SMALL);
        changed[at] = byte;
        agrees(changed);
      }
    }
  });
});
