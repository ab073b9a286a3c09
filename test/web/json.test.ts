/** The layout of a stored record: the tokens are untouched, whatever they are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layout, lineText } from '../../web/json/layout.ts';
import { pick } from '../../web/json/pick.ts';
import { spoken, tokensOf } from '../../web/json/tokens.ts';

const AWKWARD =
  '{"n":78.376632690429688,"big":12345678901234567890,"zero":0.0,"dash":"a\\u2013b","twice":1,"twice":2,' +
  '"nothing":{"list":[ ],"object":{},"":"empty key"},"deep":[[1,[2]],{"a":"}],{"}],"text":"quote \\" and \\\\"}';

const textOf = (json: string) => layout(json).map(lineText).join('\n');
const tight = (json: string) =>
  tokensOf(json)
    .map(({ text }) => text)
    .join('');

describe('the layout of JSON', () => {
  it('keeps every token of an awkward record', () => {
    expect(tight(textOf(AWKWARD))).toBe(AWKWARD.replace('[ ]', '[]'));
  });

  it('keeps every token of any JSON, and means the same', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(tight(textOf(json))).toBe(tight(json));
        expect(JSON.parse(textOf(json))).toEqual(JSON.parse(json));
      }),
      { numRuns: 300 },
    );
  });

  it('is what JSON.stringify lays out', () => {
    const value = { a: [1, { b: [] }], c: {}, d: 'x' };
    expect(textOf(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
  });

  it('names the way to each value', () => {
    const values = layout('{"a":{"b":[1,{"c":null}]},"d e":"x"}').flatMap(({ value }) => value ?? []);
    expect(values.map(({ path, token }) => [path.join('/'), token.text])).toEqual([
      ['a/b/*', '1'],
      ['a/b/*/c', 'null'],
      ['d e', '"x"'],
    ]);
  });

  it('shows what is no JSON all the same', () => {
    expect(tight(textOf('{"a":1,oops "half'))).toBe('{"a":1,oops"half');
  });
});

describe('a picked value', () => {
  it('is the stored token, every one of them under a path', () => {
    const found = pick(AWKWARD, ['n', 'twice', 'deep/*/*', 'nothing/', 'nothing', 'missing']);
    const tokens = Object.fromEntries([...found].map(([path, values]) => [path, values.map(({ token }) => token)]));
    expect(tokens).toEqual({
      n: ['78.376632690429688'],
      twice: ['1', '2'],
      'deep/*/*': ['1'],
      'nothing/': ['"empty key"'],
    });
  });

  it('is spoken as the text that it stands for', () => {
    expect(['"a\\u2013b"', '17.0', 'null', '"broken'].map(spoken)).toEqual(['a–b', '17.0', 'null', '"broken']);
  });
});
