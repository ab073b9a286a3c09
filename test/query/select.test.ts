import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadQuery } from '../../shared/query/range.ts';
import { readSelect, SELECT_EXAMPLE, select, selectFields } from '../../shared/query/select.ts';
import { awkwardPage } from '../archive/awkwardPages.ts';
import { parsePlain, plain } from './plainJson.ts';

const read = (text: string) => readSelect(new URLSearchParams({ select: text }));
const selected = (line: string, ...names: string[]) => selectFields(Buffer.from(line), select(names)).toString();

describe('selecting fields', () => {
  it.each([
    ['one', '{"id":"a","b":1.0}', ['b'], '{"b":1.0}'],
    ['several, in the stored order', '{"id":"a","b":1,"c":2}', ['c', 'id'], '{"id":"a","c":2}'],
    ['none that there is', '{"id":"a"}', ['nope'], '{}'],
    ['of an empty record', '{}', ['id'], '{}'],
    ['a nested one whole, as it is written', '{"a": { "b":1e0 },"id":1}', ['a'], '{"a": { "b":1e0 }}'],
    ['not by a name further down', '{"a":{"id":1}}', ['id'], '{}'],
    ['one that occurs twice, twice', '{"a":1,"b":2,"a":3}', ['a'], '{"a":1,"a":3}'],
    ['one whose key has escapes', String.raw`{"\u0069d":"\u2013"}`, ['id'], String.raw`{"\u0069d":"\u2013"}`],
    ['names with @ and a dot', '{"@odata.type":"x","a":1}', ['@odata.type'], '{"@odata.type":"x"}'],
  ])('keeps %s', (_what, line, names, kept) => {
    expect(selected(line, ...names)).toBe(kept);
  });

  it('gives what the parsed record has of these fields, for any record', () => {
    const names = fc.subarray(['id', 'Id', 'i', 'idd', 'createdDateTime', 'signInEventTypes', '__proto__', 'value']);
    const property = fc.property(awkwardPage, names, ({ records }, asked) => {
      for (const record of records) {
        const whole = Object.entries(parsePlain(record) as object);
        expect(Object.entries(parsePlain(selected(record, ...asked)) as object)).toEqual(
          whole.filter(([name]) => asked.map(plain).includes(name)),
        );
      }
    });
    fc.assert(property, { numRuns: 2000 });
  });
});

describe('the parameter select', () => {
  it('is a list of names, each counting once', () => {
    expect(read('id,@odata.type,id')?.names).toEqual(['id', '@odata.type']);
    expect(read(SELECT_EXAMPLE)?.names).toEqual(SELECT_EXAMPLE.split(','));
    expect(readSelect(new URLSearchParams())).toBeUndefined();
  });

  it('may have 100 names, and names of 100 characters', () => {
    const names = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(100, 'x'));
    expect(read(names.join(','))?.names).toEqual(names);
  });

  it.each([
    '',
    ',',
    'id,',
    'id,,b',
    'id, b',
    'status/errorCode',
    'a-b',
    "id'",
    '*',
    'é',
    'a\nb',
    'id\n',
    'a'.repeat(101),
    Array(101).fill('a').join(),
    '\0',
    '%69d',
  ])('is refused as %j, with a right example', (text) => {
    expect(() => read(text)).toThrow(BadQuery);
    try {
      read(text);
    } catch (error) {
      expect(error).toMatchObject({
        parameter: 'select',
        message: expect.stringContaining(`select=${SELECT_EXAMPLE}`),
      });
    }
  });
});
