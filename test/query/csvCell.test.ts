import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeCell, writeText } from '../../shared/query/csvCell.ts';
import { unescapeCell } from '../support/unescapeCell.ts';
import { HOSTILE_CELLS, looksLikeFormula } from './hostileCells.ts';

const PIECES = [
  '=',
  '+',
  '-',
  '@',
  "'",
  '"',
  ';',
  ',',
  '\t',
  '\r',
  '\n',
  '\0',
  ' ',
  '\ufeff',
  '＝',
  'a',
  '1',
  '\ud800',
  '😀',
];
const anyText = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary' }),
);

describe('a cell', () => {
  it.each([
    ['Ada', 'Ada'],
    ['', ''],
    ['a=b', 'a=b'],
    ['2026-11-20', '2026-11-20'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'],
    ['{"a":-1}', '{"a":-1}'],
    ['=1', "'=1"],
    ['-', "'-"],
    ['-5', "'-5"],
    ["'", "''"],
    ["'=1", "''=1"],
    ["O'Neil", "O'Neil"],
    ['\ufeff"=1', '\'\ufeff"=1'],
    ['\tx', "'\tx"],
    ['\t=1', "'\t'=1"],
    ['a;=1', "a;'=1"],
    ["a;'b", "a;''b"],
    ['a\r\n @b', "a\r\n' @b"],
    ['＠b', "'＠b"],
  ])('%j is written as %j', (text, cell) => {
    expect(escapeCell(text)).toBe(cell);
    expect(unescapeCell(cell)).toBe(text);
  });

  it('becomes the text again that it was, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unescapeCell(escapeCell(text))).toBe(text);
      }),
      { numRuns: 20_000 },
    );
  });

  it('never looks like a formula, nor does what a reader finds that splits it at a semicolon, tab or line break', () => {
    const check = (text: string) => {
      expect(
        escapeCell(text)
          .split(/[;\t\r\n]/)
          .filter(looksLikeFormula),
      ).toEqual([]);
    };
    expect(HOSTILE_CELLS.filter(looksLikeFormula).length).toBeGreaterThan(300);
    for (const text of HOSTILE_CELLS) check(text);
    fc.assert(fc.property(anyText, check), { numRuns: 20_000 });
  });

  it('is only changed where there is a risk', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcXYZ019_ .:/()[]{}#%&') }), (text) => {
        expect(escapeCell(text)).toBe(text);
      }),
    );
  });

  it('is made of any hostile text of 100 KB within a moment: no text makes the search go back', () => {
    for (const unit of ['\t', '\v', ' ', '\u0085', '"', "'", ';', '; ', ';\v', '\ufeff', '\n"', '\0']) {
      const text = unit.repeat(100_000 / unit.length);
      expect(unescapeCell(escapeCell(`${text}x`))).toBe(`${text}x`);
    }
  });

  it.each([
    ['a', 'a'],
    ['', '""'],
    ['a,b', '"a,b"'],
    ['a;b', '"a;b"'],
    ['say "a"', '"say ""a"""'],
    ['a\nb', '"a\nb"'],
    [' a', '" a"'],
    ['a ', '"a "'],
    ['=1,2', '"\'=1,2"'],
  ])('%j stands between commas as %j', (text, written) => {
    expect(writeText(text)).toBe(written);
  });
});
