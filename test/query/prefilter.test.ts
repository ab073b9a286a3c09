import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../shared/query/filter.ts';
import { evaluate } from '../../shared/query/filterEvaluate.ts';
import { matcher } from '../../shared/query/matcher.ts';
import { linesOf, prefilter } from '../../shared/query/prefilter.ts';

const mayMatch = (filter: string, line: string) => {
  const bytes = prefilter(parseFilter(filter));
  return bytes === undefined ? 'cannot tell' : bytes.mayMatch(Buffer.from(line));
};

describe('the prefilter', () => {
  it.each([
    ["upn eq 'alice@contoso.example'", '{"upn":"alice@contoso.example"}', '{"upn":"bob@contoso.example"}'],
    ["upn eq 'alice'", '{"upn":"alice"}', '{"upn":"alice@contoso.example"}'],
    ["upn eq 'alice'", '{"upn":"alice"}', '{"upn":"malice"}'],
    ["startswith(upn,'alice')", '{"upn":"alice@x"}', '{"upn":"malice"}'],
    ["endswith(upn,'alice')", '{"upn":"malice"}', '{"upn":"alice@x"}'],
    ["contains(upn,'lic')", '{"upn":"malice"}', '{"upn":"bob"}'],
    ["upn eq ''", '{"upn":""}', '{"upn":"x"}'],
    ["upn in ('alice','bob')", '{"upn":"bob"}', '{"upn":"carol"}'],
    ["a eq 'one' and b eq 'two'", '{"a":"one","b":"two"}', '{"a":"one","b":"three"}'],
    ["a eq 'one' or b eq 'two'", '{"a":"x","b":"two"}', '{"a":"x","b":"x"}'],
    ["a eq 1 and b eq 'two'", '{"a":1,"b":"two"}', '{"a":1,"b":"x"}'],
    ["list/any(t: t/name eq 'one')", '{"list":[{"name":"one"}]}', '{"list":[{"name":"two"}]}'],
    ["tolower(upn) eq 'alice'", '{"upn":"ALICE"}', '{"upn":"bob"}'],
    ["tolower(upn) eq 'kim'", '{"upn":"\u212aIM"}', '{"upn":"tim"}'],
    ["startswith(tolower(city),'i')", '{"city":"\u0130stanbul"}', '{"city":"stanbul"}'],
    [
      'appId eq abcdef01-2345-4678-9abc-def012345678',
      '{"appId":"ABCDEF01-2345-4678-9ABC-DEF012345678"}',
      '{"appId":"x"}',
    ],
    ["city eq '\u6771\u4eac'", '{"city":"\u6771\u4eac"}', '{"city":"\u4eac\u6771"}'],
    // short escapes: the rest of the text tells
    ["path eq 'C:\\temp\\logs'", '{"path":"C:\\\\temp\\\\logs"}', '{"path":"C:\\\\other\\\\logs.."}'],
    [
      "url eq 'https://contoso.example/a'",
      '{"url":"https:\\/\\/contoso.example\\/a"}',
      '{"url":"https:\\/\\/other\\/a"}',
    ],
    [`value eq '"Sales"'`, '{"value":"\\"Sales\\""}', '{"value":"\\"Marketing\\""}'],
  ])('%s may match %s and not %s', (filter, line, other) => {
    expect(mayMatch(filter, line)).toBe(true);
    expect(mayMatch(filter, other)).toBe(false);
    expect(evaluate(parseFilter(filter), JSON.parse(line))).toBe(true);
  });

  it.each([
    ["upn eq 'Alice'", '{"upn":"\\u0041lice"}'],
    ["upn eq 'Alice'", '{"upn":"Al\\u0069ce"}'],
    ["upn eq 'alice'", '{"upn":"\\u0061\\u006C\\u006c\\u0069ce","upn":"\\u0061\\u006c\\u0069\\u0063\\u0065"}'],
    ["startswith(upn,'O''B')", '{"upn":"O\\u0027Brien"}'],
    ["contains(upn,'–')", '{"upn":"before \\u2013 after"}'],
    ["contains(upn,'\u{1f511}')", '{"upn":"a \\ud83d\\uDD11"}'],
    ["tolower(upn) eq 'kim'", '{"upn":"\\u212Aim"}'],
    ["tolower(upn) eq 'alice'", '{"upn":"\\u0041LICE"}'],
    ['appId eq abcdef01-2345-4678-9abc-def012345678', '{"appId":"\\u0041BCDEF01-2345-4678-9abc-def012345678"}'],
    ["path eq '\\Alice'", '{"path":"\\\\\\u0041lice"}'],
  ])('%s is not fooled by the escapes of %s', (filter, line) => {
    expect(mayMatch(filter, line)).toBe(true);
    expect([...matcher(parseFilter(filter)).matchesOf(Buffer.from(`{}\n${line}\n{}\n`))].map(String)).toEqual([line]);
  });

  it('rejects a line whose escapes cannot spell the text', () => {
    expect(mayMatch("upn eq 'alice'", '{"upn":"O\\u0027Brien \\u2013 \\u00e4","path":"C:\\\\users"}')).toBe(false);
  });

  it.each([
    "upn ne 'alice'",
    "not (upn eq 'alice')",
    "upn eq 'alice' or flag",
    "list/all(t: t eq 'alice')",
    "toupper(upn) eq 'ALICE'",
    "upn in ('alice',null)",
    "upn gt 'alice'",
    "(upn eq 'alice') eq false",
    'status/errorCode eq 50126',
    'createdDateTime ge 2026-11-20',
    "contains(upn,'')",
    `upn in (${Array.from({ length: 33 }, (_, n) => `'user-${n}'`).join(',')})`,
  ])('cannot tell of %s', (filter) => {
    expect(prefilter(parseFilter(filter))).toBeUndefined();
  });

  it('only k and i are the small form of characters beyond ASCII', () => {
    const small = new Set<string>();
    for (let code = 0x80; code <= 0x10ffff; code += 1) {
      for (const character of String.fromCodePoint(code).toLowerCase()) if (character < '\x80') small.add(character);
    }
    expect([...small].sort()).toEqual(['i', 'k']);
  });
});

describe('a block of lines', () => {
  const lines = [
    '{"upn":"bob"}',
    '{"upn":"alice"}',
    '{"upn":"\\u0061lice"}',
    '{"upn":"carol","n":"alice"}',
    '{"upn":"\\u0062"}',
    '{"upn":"alice"}',
  ];
  const found = (filter: string, block: string) =>
    [...(prefilter(parseFilter(filter))?.mayMatchOf(Buffer.from(block)) ?? [])].map(String);

  it.each([
    ["upn eq 'alice'", [1, 2, 3, 5]],
    ["upn eq 'bob'", [0, 4]],
    ["upn eq 'bob' or upn eq 'carol'", [0, 2, 3, 4]],
    ["upn eq 'carol' and n eq 'alice'", [2, 3]],
    ["upn eq 'nobody'", [4]],
    ["upn eq 'zzz'", []],
    ["tolower(upn) eq 'carol'", [2, 3, 4]],
  ])('%s may be true of the lines %j', (filter, expected) => {
    const wanted = expected.map((index) => lines[index]);
    expect(found(filter, `${lines.join('\n')}\n`)).toEqual(wanted);
    expect(found(filter, lines.join('\n'))).toEqual(wanted);
  });

  it('may be empty', () => {
    expect(found("upn eq 'alice'", '')).toEqual([]);
    expect([...linesOf(Buffer.alloc(0))]).toEqual([]);
  });

  it('is matched line by line where bytes cannot tell', () => {
    const matching = matcher(parseFilter("upn ne 'alice'")).matchesOf(Buffer.from(`${lines.join('\n')}\n`));
    expect([...matching].map(String)).toEqual([lines[0], lines[3], lines[4]]);
  });

  it('gives views on its bytes, not copies', () => {
    const block = Buffer.from(lines.join('\n'));
    const [first] = matcher(parseFilter("upn eq 'alice'")).matchesOf(block);
    expect(first?.buffer).toBe(block.buffer);
  });
});
