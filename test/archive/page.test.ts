import { describe, expect, it } from 'vitest';
import { BrokenPage, readRecord, slicePage } from '../../shared/archive/page.ts';

const FIELDS = { timeField: 'createdDateTime', listField: 'signInEventTypes' };
const slice = (text: string) => slicePage(Buffer.from(text), FIELDS);
const read = (text: string) => readRecord(Buffer.from(text), FIELDS);
const lines = (text: string) => slice(text).records.map(({ line }) => line.toString());
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('the records of a page', () => {
  it.each([
    ['none', '{"value":[]}', []],
    ['one, empty', '{"value":[{}]}', ['{}']],
    ['white space between tokens stays', '{"value":[ { "a" :\t1 } ]}', ['{ "a" :\t1 }']],
    [
      'CR and LF between tokens go',
      '{"value":[\r\n{\r\n  "a": 1,\n  "b": "\\r\\n"\r}\n]}',
      ['{  "a": 1,  "b": "\\r\\n"}'],
    ],
    ['a CR alone goes too', '{"value":[{"a":\r1}]}', ['{"a":1}']],
    [
      'numbers keep their digits',
      '{"value":[{"n":[0.0,-73.979019165039063,638799492563154034,1E5]}]}',
      ['{"n":[0.0,-73.979019165039063,638799492563154034,1E5]}'],
    ],
    ['escapes stay', '{"value":[{"s":"\\u2013\\/\\u00E9"}]}', ['{"s":"\\u2013\\/\\u00E9"}']],
    ['raw characters stay', '{"value":[{"s":"– é 😀 \u2028"}]}', ['{"s":"– é 😀 \u2028"}']],
    ['a key twice stays', '{"value":[{"a":1,"a":2}]}', ['{"a":1,"a":2}']],
    ['brackets in strings are text', '{"value":[{"a":"]}"},{"b":"\\"},{"}]}', ['{"a":"]}"}', '{"b":"\\"},{"}']],
    [
      '"value" in a string or further down is not the page\'s',
      '{"a":"\\"value\\":[{}]","b":{"value":[{"x":1}]},"value":[{"value":[1]}]}',
      ['{"value":[1]}'],
    ],
    ['"value" may be written with escapes', '{"\\u0076alue":[{}]}', ['{}']],
  ])('%s', (_, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  it('are views on the page where nothing is dropped', () => {
    const page = Buffer.from('{"value":[{"a":1},{\n"b":2}]}');
    const [view, copy] = slicePage(page, FIELDS).records;
    page.fill('x');
    expect(view?.line.toString()).toBe('xxxxxxx');
    expect(copy?.line.toString()).toBe('{"b":2}');
  });
});

describe('the fields of a record', () => {
  const none = { id: '', time: undefined, list: undefined };
  const time = '2026-11-20T05:17:33.5000000Z';
  it.each([
    ['{}', none],
    [
      '{"id":"a","createdDateTime":"2026-11-20T05:17:33.5Z","signInEventTypes":["x","y"]}',
      { id: 'a', time, list: ['x', 'y'] },
    ],
    ['{ "id" : "a" , "signInEventTypes" : [ ] }', { ...none, id: 'a', list: [] }],
    ['{"id":null,"createdDateTime":null,"signInEventTypes":null}', none],
    ['{"id":1,"createdDateTime":1795161600,"signInEventTypes":"x"}', none],
    ['{"id":["a"],"createdDateTime":{},"signInEventTypes":["x",1]}', none],
    ['{"signInEventTypes":[["x"]]}', none],
    ['{"createdDateTime":"2025-04-14T3:15:37.008Z"}', none],
    ['{"createdDateTime":"2023-07-26 22:58:30.983201900"}', none],
    ['{"createdDateTime":"2026-11-20T06:17:33.50+01:00"}', { ...none, time }],
    ['{"createdDateTime":"2026-11-20T05\\u003a17:33.5\\u005a"}', { ...none, time }],
    ['{"a":{"id":"b","createdDateTime":"2026-11-20T05:17:33.5Z"},"c":[{"id":"d"}]}', none],
    ['{"a":"\\"id\\":\\"b\\"","Id":"c","ID":"d","idd":"e","i":"f"}', none],
    [
      '{"\\u0069d":"a","cre\\u0061tedDateTime":"2026-11-20T05:17:33.5Z","\\u0073ignInEventTypes":["\\u0078"]}',
      { id: 'a', time, list: ['x'] },
    ],
    ['{"id":"a","id":"b"}', { ...none, id: 'b' }],
    ['{"id":"a","\\u0069d":"b"}', { ...none, id: 'b' }],
    ['{"id":"a","id":7,"signInEventTypes":["x"],"signInEventTypes":{}}', none],
    ['{"createdDateTime":"2026-11-20T05:17:33.5Z","createdDateTime":"soon"}', none],
    ['{"id":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9é😀"}', { ...none, id: '"\\/\b\f\n\r\téé😀' }],
    ['{"id":"\\ud800"}', { ...none, id: '\ud800' }],
  ])('%s', (text, expected) => {
    const [record] = slice(`{"value":[${text}]}`).records;
    expect({ id: record?.id, time: record?.time, list: record?.list }).toEqual(expected);
    expect(read(text)).toEqual(record);
  });

  it('stay when the page is gone', () => {
    const page = Buffer.from('{"value":[{"id":"a","signInEventTypes":["x"]}]}');
    const [record] = slicePage(page, FIELDS).records;
    page.fill(0);
    expect([record?.id, record?.list]).toEqual(['a', ['x']]);
  });

  it('are read without a list field', () => {
    const bytes = Buffer.from(
      '{"value":[{"id":"a","activityDateTime":"2026-11-20T05:17:33.5Z","signInEventTypes":["x"]}]}',
    );
    const [record] = slicePage(bytes, { timeField: 'activityDateTime' }).records;
    expect({ id: record?.id, time: record?.time, list: record?.list }).toEqual({ ...none, id: 'a', time });
  });

  it('are told apart from other keys of the same length', () => {
    const text =
      '{"ie":"n","createdDateTimf":"2026-11-20T05:17:33Z","signInEventTypez":["n"],"idxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx":"n"}';
    expect(read(text)).toMatchObject(none);
  });
});

describe('the link to the next page', () => {
  const link = 'https://graph.example/beta/auditLogs/signIns?$skiptoken=a/b';
  it.each([
    ['absent', '{"value":[]}', undefined],
    ['null', '{"@odata.nextLink":null,"value":[]}', undefined],
    ['before the records', `{"@odata.nextLink":"${link}","value":[]}`, link],
    ['after them', `{"value":[],"@odata.nextLink":"${link}"}`, link],
    ['with escaped slashes', `{"value":[],"@odata.nextLink":"${link.replaceAll('/', '\\/')}"}`, link],
    ['with an escaped key', `{"value":[],"\\u0040odata.nextLink":"${link}"}`, link],
    ['16 KB long, with its quotes', `{"value":[],"@odata.nextLink":"${'x'.repeat(16_382)}"}`, 'x'.repeat(16_382)],
    ['in a record only', `{"value":[{"@odata.nextLink":"${link}"}]}`, undefined],
    ['empty', '{"value":[],"@odata.nextLink":""}', ''],
  ])('%s', (_, text, expected) => {
    expect(slice(text).nextLink).toBe(expected);
  });
});

describe('a broken page', () => {
  it.each([
    ['', 'it ends early', 0],
    ['  ', 'it ends early', 2],
    ['[]', 'it is not an object', 0],
    ['null', 'it is not an object', 0],
    ['\ufeff{"value":[]}', 'it is not an object', 0],
    ['<html>', 'it is not an object', 0],
    ['{}', 'it has no value', 2],
    ['{"Value":[]}', 'it has no value', 12],
    ['{"value":{}}', 'its value is not an array', 9],
    ['{"value":null}', 'its value is not an array', 9],
    ['{"value":[],"value":[]}', 'it has two values', 20],
    ['{"value":[],"valu\\u0065":[]}', 'it has two values', 25],
    ['{"value":[],"@odata.nextLink":"x","@odata.nextLink":"x"}', 'it has two links to the next page', 52],
    ['{"@odata.nextLink":"x","value":[],"@odata.nextLink":null}', 'it has two links to the next page', 52],
    ['{"@odata.nextLink":null,"\\u0040odata.nextLink":"x","value":[]}', 'it has two links to the next page', 47],
    ['{"value":[{},1]}', 'a record is not an object', 13],
    ['{"value":[[]]}', 'a record is not an object', 10],
    ['{"value":[{}],"@odata.nextLink":1}', 'its link to the next page is not a string', 32],
    ['{"value":[{}],"@odata.nextLink":["x"]}', 'its link to the next page is not a string', 32],
    ['{"value":[{}],"@odata.nextLink":false}', 'its link to the next page is not a string', 32],
    ['{"value":[{}],"@odata.nextLink":nil}', 'no value where one belongs', 32],
    ['{"value":[{}]}{', 'more bytes after the end', 14],
    ['{"value":[{}]},', 'more bytes after the end', 14],
    ['{"value":[{}]}\u0000', 'more bytes after the end', 14],
    ['{"value":[{}],}', 'no string where one belongs', 14],
    ['{"value":[{},]}', 'a record is not an object', 13],
    ['{"value":[{}{}]}', 'neither a comma nor the end of an array or object', 12],
    [
      '{"value":[{"id":"Sync_1"{ "error": {"code":"BadRequest"',
      'neither a comma nor the end of an array or object',
      24,
    ],
    ['{"value":[{"a":1', 'it ends early', 16],
    ['{"value":[{"a":tru', 'it ends early', 18],
    ['{"value":[{"a":"\\u00', 'it ends early', 20],
    ['{"value":[{"a":"b\nc"}]}', 'a control character in a string', 17],
    ['{"value":[{"a":"\\x"}]}', 'an escape that JSON does not have', 17],
    ['{"value":[{"a":"\\u00g0"}]}', 'an escape without four hexadecimal digits', 20],
    ['{"value":[{"a" 1}]}', 'a key without a colon', 15],
    ['{"value":[{a:1}]}', 'no string where one belongs', 11],
    ['{"value":[{"a":01}]}', 'neither a comma nor the end of an array or object', 16],
  ])('%j', (text, reason, offset) => {
    expect(() => slice(text)).toThrow(expect.objectContaining({ name: 'BrokenPage', reason, offset }));
  });

  it.each([
    ['a byte that starts no character', Buffer.from([0xff]), 14],
    ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80]), 14],
    ['a long spelling of a slash', Buffer.from([0xc0, 0xaf]), 14],
    ['a character beyond the last', Buffer.from([0xf4, 0x90, 0x80, 0x80]), 14],
  ])('%s is no UTF-8', (_, bytes, offset) => {
    const page = Buffer.concat([Buffer.from('{"value":[{"a"'), bytes, Buffer.from(':1}]}')]);
    expect(() => slicePage(page, FIELDS)).toThrow(expect.objectContaining({ reason: 'it is not UTF-8', offset }));
  });

  it('that ends within a character is no UTF-8', () => {
    const page = Buffer.from('{"value":[{"a":"\ufffd').subarray(0, -1);
    expect(() => slicePage(page, FIELDS)).toThrow(
      expect.objectContaining({ reason: 'it is not UTF-8', offset: page.length }),
    );
  });

  it.each([
    ['{"error":{"code":"UnknownError","message":"secret","innerError":{"code":"x"}}}', 'UnknownError'],
    ['{"value":[{"id":"a"}],"error":{"code":"BadRequest"}}', 'BadRequest'],
    ['{"\\u0065rror":{"code":"Authentication_X.Y-Z"}}', 'Authentication_X.Y-Z'],
    ['{"error":{"code":""}}', 'none that can be shown'],
    ['{"error":{"code":7}}', 'none that can be shown'],
    ['{"error":{"code":"user secret@fabrikam.example"}}', 'none that can be shown'],
    ['{"error":null,"value":[]}', 'none that can be shown'],
    ['{"error":"secret","value":[]}', 'none that can be shown'],
  ])('%s is an error of which only the code is told', (text, code) => {
    expect(() => slice(text)).toThrow(expect.objectContaining({ reason: `it is an error with the code: ${code}` }));
    expect(() => slice(text)).not.toThrow(/secret/);
  });

  it.each([
    [
      'a link of more than 16 KB',
      `"@odata.nextLink":"${'x'.repeat(16_383)}","value":[]`,
      'its link to the next page is too long',
      19,
    ],
    ['more than 10,000 records', `"value":[${'{},'.repeat(10_000)}{}]`, 'it has more than 10000 records', 30_010],
    [
      'a list of more than 1,000 types',
      `"value":[{"signInEventTypes":[${'"",'.repeat(1000)}""]}]`,
      'a list of more than 1000 texts',
      3031,
    ],
    [
      'an error of more than 4 KB',
      `"error":{"code":"A","list":[${'[],'.repeat(2000)}[]]}`,
      'it is an error with the code: none that can be shown',
      9,
    ],
  ])('is one with %s, which takes memory beside its bytes', (_, text, reason, offset) => {
    expect(() => slice(`{${text}}`)).toThrow(expect.objectContaining({ name: 'BrokenPage', reason, offset }));
  });

  it('is one that is no UTF-8 far behind its start, wherever the characters before it end', () => {
    for (let pad = 0; pad < 5; pad += 1) {
      const before = Buffer.from(`{"value":[{"a":"${'x'.repeat(pad)}${'😀é–'.repeat(20_000)}`);
      for (const bytes of [[0xff], [0x80, 0x80, 0x80, 0x80, 0x80], [0xf0, 0x9f, 0x98]]) {
        const page = Buffer.concat([before, Buffer.from(bytes), Buffer.from('"}]}')]);
        expect(() => slicePage(page, FIELDS)).toThrow(expect.objectContaining({ offset: before.length }));
      }
    }
  });

  it('is one nested more than 500 deep', () => {
    const page = (depth: number) => `{"value":[{"a":${nested(depth - 3)}}]}`;
    expect(lines(page(500))).toHaveLength(1);
    expect(() => slice(page(501))).toThrow(expect.objectContaining({ reason: 'nested too deep', offset: 512 }));
    expect(() => slice(`{"a":${'{"b":'.repeat(501)}1${'}'.repeat(501)},"value":[]}`)).toThrow(BrokenPage);
    expect(() => slice(`{"value":[{"a":${'['.repeat(1_000_000)}`)).toThrow(BrokenPage);
  });
});

describe('readRecord', () => {
  it('leaves white space around the record out of its line', () => {
    expect(read(' {"id":"a"}\r\n')).toEqual({ ...read('{"id":"a"}'), line: Buffer.from('{"id":"a"}') });
  });

  it.each(['', 'null', '[]', '"id"', '{"id":"a"}{}', '{"id":"a"} x', '{"id":"a"', '{"id":"a"}\n{"id":"b"}'])(
    'refuses %j',
    (text) => {
      expect(() => read(text)).toThrow(BrokenPage);
    },
  );

  it('reads a line that lies at an odd place of a bigger buffer', () => {
    for (let at = 0; at < 8; at += 1) {
      const bytes = Buffer.from(`${'"'.repeat(at)}{"id":"abcdefg"}"`);
      expect(readRecord(bytes.subarray(at, -1), FIELDS).id).toBe('abcdefg');
    }
  });
});
