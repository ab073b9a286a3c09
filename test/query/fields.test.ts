import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenPage } from '../../shared/archive/brokenPage.ts';
import { compilePaths, fieldsOf } from '../../shared/query/fields.ts';
import { awkwardPage } from '../archive/awkwardPages.ts';
import { parsePlain, plain } from './plainJson.ts';

const read = (line: string, paths: readonly string[]) =>
  fieldsOf(Buffer.from(line), compilePaths(paths)).map((slice) => slice?.toString());

/** What lies at a path of a value that `parsePlain` gave. */
function at(value: unknown, path: string): unknown {
  return path.split('/').reduce<unknown>((inner, key) => {
    const name = Array.isArray(inner) ? key : plain(key);
    const holds = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name);
    return holds ? (inner as Record<string, unknown>)[name] : undefined;
  }, value);
}

describe('the fields of a line', () => {
  it.each([
    ['a number as it is written', '{"a":1.0e+00,"b":9007199254740993}', ['a', 'b'], ['1.0e+00', '9007199254740993']],
    ['a string with its quotes and escapes', String.raw`{"a":"\u2013\/"}`, ['a'], [String.raw`"\u2013\/"`]],
    ['an object with its white space', '{"a": { "b" :\t1 } }', ['a', 'a/b'], ['{ "b" :\t1 }', '1']],
    ['a field that is absent', '{"a":1}', ['b', 'a/b', 'a/0'], [undefined, undefined, undefined]],
    ['null, which is not absent', '{"a":null}', ['a', 'a/b'], ['null', undefined]],
    ['the last of a key that occurs twice', '{"a":1,"a":2}', ['a'], ['2']],
    [
      'nothing of an object that a later one replaces',
      '{"a":{"b":1,"c":2},"a":{"c":3}}',
      ['a/b', 'a/c'],
      [undefined, '3'],
    ],
    ['nothing of an object that null replaces', '{"a":{"b":{"c":1}},"a":null}', ['a/b/c', 'a'], [undefined, 'null']],
    ['a key written with escapes', String.raw`{"\u0061":{"\u0062":1}}`, ['a/b'], ['1']],
    ['items of an array', '{"a":[{"b":1},{"b":2},3]}', ['a/1/b', 'a/2', 'a/3'], ['2', '3', undefined]],
    ['a key that looks like an index', '{"a":{"0":1}}', ['a/0'], ['1']],
    ['no field of the same name further down', '{"x":{"a":1},"b":[{"a":2}]}', ['a'], [undefined]],
    ['a path that is asked for twice', '{"a":1}', ['a', 'a'], ['1', '1']],
    ['keys of one length, beginning and end', '{"abc":1,"axc":2}', ['axc', 'abc', 'ayc'], ['2', '1', undefined]],
    ['the empty key', '{"":1}', [''], ['1']],
    ['nothing of an empty record', '{}', ['a'], [undefined]],
  ])('are %s', (_what, line, paths, slices) => {
    expect(read(line, paths)).toEqual(slices);
  });

  it('are views on the line', () => {
    const line = Buffer.from('{"a":[1,2]}');
    const [slice] = fieldsOf(line, compilePaths(['a']));
    expect(slice?.buffer).toBe(line.buffer);
  });

  it('are those of the parsed record, for any record and any paths', () => {
    const key = fc.constantFrom(
      'id',
      'Id',
      'i',
      'idd',
      'createdDateTime',
      'signInEventTypes',
      '__proto__',
      'value',
      '0',
      '1',
    );
    const paths = fc.array(
      fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => keys.join('/')),
      { maxLength: 8 },
    );
    const property = fc.property(awkwardPage, paths, ({ records }, asked) => {
      const compiled = compilePaths(asked);
      for (const record of records) {
        const whole = parsePlain(record);
        const slices = fieldsOf(Buffer.from(record), compiled);
        expect(slices.map((slice) => slice && parsePlain(slice.toString()))).toEqual(
          asked.map((path) => at(whole, path)),
        );
      }
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it.each(['', '[]', '1', '{"a":1', '{"a":1}x', '{"a":}', '{a:1}'])('are refused of %j', (line) => {
    expect(() => read(line, ['a'])).toThrow(BrokenPage);
  });
});
