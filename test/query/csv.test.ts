import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACCESS_LOG_TYPE, LOG_TYPES } from '../../shared/logTypes.ts';
import { type Column, csvHeader, csvRow } from '../../shared/query/csv.ts';
import { CSV_COLUMNS, csvColumns } from '../../shared/query/csvColumns.ts';
import { select } from '../../shared/query/select.ts';

const ONE: readonly Column[] = [['a', 'a']];
const cellOf = (value: string) => csvRow(ONE)(Buffer.from(`{"a":${value}}`));

describe('a row', () => {
  it.each([
    ['absent, as nothing', '{"b":1}', '\r\n'],
    ['null, as nothing', '{"a":null}', '\r\n'],
    ['the empty string, to be told from null', '{"a":""}', '""\r\n'],
  ])('has a value that is %s', (_what, line, row) => {
    expect(csvRow(ONE)(Buffer.from(line))).toBe(row);
  });

  it.each([
    ['true', 'true'],
    ['false', 'false'],
    ['0', '0'],
    ['-1', '-1'],
    ['-0.0', '-0.0'],
    ['1.50e+03', '1.50e+03'],
    ['9007199254740993', '9007199254740993'],
    ['"Ada"', 'Ada'],
    ['"A"', 'A'],
    ['"a b"', 'a b'],
    ['"a "', '"a "'],
    ['" a"', '" a"'],
    ['"a,b"', '"a,b"'],
    ['"a;b"', '"a;b"'],
    ['"é😀"', 'é😀'],
    [String.raw`"\u0061\/\t"`, '"a/\t"'],
    [String.raw`"a\\b"`, 'a\\b'],
    [String.raw`"\"a\""`, '"""a"""'],
    [String.raw`"\u2013"`, '–'],
    [String.raw`"a\r\nb"`, '"a\r\nb"'],
    [String.raw`"\ud83d\ude00"`, '😀'],
    ['"=1"', "'=1"],
    [String.raw`"\u003d1"`, "'=1"],
    ['"-1"', "'-1"],
    [`"'"`, "''"],
    [`"O'Neil"`, "O'Neil"],
    ['"a=1"', 'a=1'],
    ['"a;=1"', `"a;'=1"`],
    ['{ "b": 1.0 }', '"{ ""b"": 1.0 }"'],
    ['[]', '[]'],
    [String.raw`[1,"\u2013"]`, String.raw`"[1,""\u2013""]"`],
  ])('has %s as %j', (value, cell) => {
    expect(cellOf(value)).toBe(`${cell}\r\n`);
  });

  it('has its cells in the order of the columns', () => {
    const columns: Column[] = [
      ['B', 'b/c'],
      ['A', 'a'],
      ['A again', 'a'],
    ];
    expect(csvRow(columns)(Buffer.from('{"a":1,"b":{"c":2}}'))).toBe('2,1,1\r\n');
    expect(csvHeader(columns)).toBe('B,A,A again\r\n');
  });
});

describe('the columns', () => {
  it('are listed for every log type', () => {
    expect([...CSV_COLUMNS.keys()].sort()).toEqual([...LOG_TYPES.keys(), ACCESS_LOG_TYPE.name].sort());
    expect(() => csvColumns('nope')).toThrow(RangeError);
  });

  it.each([...CSV_COLUMNS])('of %s have titles of their own, id among them, and the time first', (name, columns) => {
    const titles = columns.map(([title]) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).toContain('id');
    expect(columns[0]?.[1]).toBe((LOG_TYPES.get(name) ?? ACCESS_LOG_TYPE).timeField);
    expect(csvHeader(columns)).toBe(`${titles.join(',')}\r\n`);
  });

  it('are the fields of a selection, if there is one, harmless even as titles', () => {
    const columns = csvColumns('riskyUsers', select(['@odata.type', 'id']));
    expect(csvHeader(columns)).toBe("'@odata.type,id\r\n");
    expect(csvRow(columns)(Buffer.from('{"id":1,"@odata.type":"x","b":2}'))).toBe('x,1\r\n');
  });

  it.each([...CSV_COLUMNS])('of %s give the golden CSV of a golden record', (name, columns) => {
    const file = (extension: string) => readFileSync(`test/query/golden/${name}.${extension}`);
    const line = file('ndjson').subarray(0, -1);
    expect(csvHeader(columns) + csvRow(columns)(line)).toBe(file('csv').toString());
  });

  it('are listed by docs/CSV.md as they are', () => {
    const page = readFileSync('docs/CSV.md', 'utf8');
    for (const [names, columns] of Map.groupBy(CSV_COLUMNS, ([, list]) => list)
      .entries()
      .map(merged)) {
      expect(page).toContain(`### ${names}\n\n${table(columns)}\n`);
    }
  });
});

/** Log types with the same columns share a table. */
function merged([columns, rows]: [readonly Column[], [string, readonly Column[]][]]): [string, readonly Column[]] {
  return [rows.map(([name]) => name).join(', '), columns];
}

function table(columns: readonly Column[]): string {
  const rows = columns.map(([title, path]) => `| ${title} | \`${path}\` |`);
  return ['| title | field |', '|---|---|', ...rows].join('\n');
}
