/**
 * What other programs make of the CSV: LibreOffice, told to evaluate formulas, finds none in cells that are made to be
 * taken for one; it and Python read back every cell.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvHeader, csvRow } from '../../shared/query/csv.ts';
import { csvColumns } from '../../shared/query/csvColumns.ts';
import { select } from '../../shared/query/select.ts';
import { HOSTILE_CELLS, looksLikeFormula } from '../query/hostileCells.ts';
import { unescapeCell } from '../support/unescapeCell.ts';

/** Import: comma, quotes, UTF-8, from line 1, all columns as they seem, formulas evaluated (the last token). */
const IMPORT = 'CSV:44,34,76,1,,0,false,true,false,false,false,-1,true';
/** Export: every text in quotes, nothing as it is shown. */
const EXPORT = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false';

const columns = csvColumns('riskyUsers', select(['n', 'text', 'again']));
const row = csvRow(columns);
const records = HOSTILE_CELLS.map((text, n) => ({ n, text, again: [text] }));
const CSV = csvHeader(columns) + records.map((record) => row(Buffer.from(JSON.stringify(record)))).join('');
const CELLS = records.map(({ n, text, again }) => [`${n}`, text, JSON.stringify(again)]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What LibreOffice makes of a CSV when it opens and saves it. */
function opened(csv: string, save: string, extension: string): string {
  writeFileSync(join(folder, 'in.csv'), csv);
  const profile = `-env:UserInstallation=file://${folder}/profile`;
  const args = ['--headless', profile, `--infilter=${IMPORT}`, '--convert-to', save, '--outdir', join(folder, 'out')];
  const { status, stderr } = spawnSync('soffice', [...args, join(folder, 'in.csv')], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
  return readFileSync(join(folder, 'out', `in.${extension}`), 'utf8');
}

/** The cells that Python's csv module reads; `undo` takes the apostrophes away as docs/CSV.md says. */
function read(csv: string, delimiter = ',', ...options: 'undo'[]): string[][] {
  const { stdout, stderr } = spawnSync('python3', ['test/interop/readCsv.py', delimiter, ...options], {
    input: csv,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[][];
}

/** A spreadsheet has one kind of line break within a cell, and no NUL. */
const asShown = (text: string) => text.replace(/\r\n?/g, '\n').replaceAll('\0', '');

describe('a CSV of hostile cells', () => {
  it('has 300 and more', () => {
    expect(HOSTILE_CELLS.length).toBeGreaterThanOrEqual(300);
  });

  it('has no formula for LibreOffice, which finds some where nothing is escaped', () => {
    const formulas = (csv: string) => opened(csv, 'fods', 'fods').match(/table:formula=/g)?.length ?? 0;
    expect(formulas(CSV)).toBe(0);
    const raw = HOSTILE_CELLS.map((text) => `"${text.replaceAll('"', '""')}"\r\n`).join('');
    expect(formulas(raw)).toBeGreaterThan(10);
  });

  it('has every cell for LibreOffice, each the text it was once the apostrophe is taken away', () => {
    const [titles, ...cells] = read(opened(CSV, EXPORT, 'csv'));
    expect(titles).toEqual(['n', 'text', 'again']);
    const texts = cells.map((cell) => cell.map((text) => unescapeCell(text)));
    expect(texts).toEqual(CELLS.map((cell) => cell.map(asShown)));
  });

  it.each([CSV, `\ufeff${CSV}`])('has every cell for Python, to the character', (csv) => {
    expect(read(csv, ',', 'undo')).toEqual([['n', 'text', 'again'], ...CELLS]);
    expect(read(csv).map((cell) => cell.map(unescapeCell))).toEqual(read(csv, ',', 'undo'));
  });

  it.each([',', ';', '\t'])('has no cell like a formula for a reader that splits it at %j', (delimiter) => {
    expect(read(CSV, delimiter).flat().filter(looksLikeFormula)).toEqual([]);
  });
});
