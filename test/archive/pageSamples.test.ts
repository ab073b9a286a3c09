/**
 * Published records of real tenants, cut out of a page as they are. They are other people's data and lie beside the
 * repository, in `../shared/samples`; where that folder is absent the tests say so and check nothing.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecord, slicePage } from '../../shared/archive/page.ts';
import { parseInstant } from '../../shared/archive/time.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/samples');
const FIELDS = { timeField: 'createdDateTime', listField: 'signInEventTypes' };

interface Stated {
  readonly id?: unknown;
  readonly createdDateTime?: unknown;
}

function linesOf(file: string): Buffer[] {
  const text = readFileSync(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line));
}

function pageOf(lines: readonly Buffer[], between: string): Buffer {
  const parts = lines.flatMap((line, n) => (n === 0 ? [line] : [Buffer.from(between), line]));
  return Buffer.concat([Buffer.from('{"value":['), ...parts, Buffer.from(']}')]);
}

if (existsSync(FOLDER)) {
  describe('published records', () => {
    const files = globSync(join(FOLDER, '*.ndjson')).sort();

    it('are there', () => {
      expect(files.length).toBeGreaterThan(10);
    });

    it.each(files.map((file) => [basename(file), file]))('of %s come out of a page byte for byte', (_, file) => {
      const lines = linesOf(file);
      for (const between of [',', ' ,\r\n\t']) {
        const { records } = slicePage(pageOf(lines, between), FIELDS);
        expect(records.map(({ line }) => line.toString())).toEqual(lines.map(String));
        expect(records).toEqual(lines.map((line) => readRecord(line, FIELDS)));
        for (const { line, id, time } of records) {
          const stated = JSON.parse(line.toString()) as Stated;
          expect(id).toBe(stated.id ?? '');
          expect(time).toBe(parseInstant(String(stated.createdDateTime)));
        }
      }
    });
  });
} else {
  describe('published records', () => {
    it('are not beside this copy of the repository', () => {
      expect(existsSync(FOLDER)).toBe(false);
    });
  });
}
