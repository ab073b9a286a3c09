import { describe, expect, it } from 'vitest';
import { type FormatName, type FormatOptions, formatOf, MEDIA_TYPES } from '../../shared/query/formats.ts';
import { select } from '../../shared/query/select.ts';
import { inflated } from '../../shared/serve/encode.ts';
import { formatted, isPlain } from '../../shared/serve/format.ts';
import type { Piece } from '../../shared/serve/pieces.ts';

const LINES = ['{"id":"a","n":1.0}', '{"id":"=b"}', '{"id":"c", "n": null}'];

async function* pieces(...groups: readonly (readonly string[])[]): AsyncGenerator<Piece> {
  for (const lines of groups) {
    yield { kind: 'lines', raw: Buffer.from(lines.map((line) => `${line}\n`).join('')), records: lines.length };
  }
}

/** The chunks of an answer of these pieces. */
async function chunks(name: FormatName, options: Partial<FormatOptions>, ...groups: string[][]): Promise<string[]> {
  const format = formatOf(name, { logType: 'riskyUsers', ...options });
  const body = await Array.fromAsync(inflated(formatted(pieces(...groups), format)));
  return body.map((chunk) => chunk.toString());
}
const whole = async (...asked: Parameters<typeof chunks>) => (await chunks(...asked)).join('');
const selection = select(['id']);

describe('an answer', () => {
  it('as NDJSON is the lines as they are stored', async () => {
    expect(isPlain(formatOf('ndjson', { logType: 'riskyUsers' }))).toBe(true);
    expect(await whole('ndjson', {}, LINES)).toBe(LINES.map((line) => `${line}\n`).join(''));
  });

  it('as NDJSON with fewer fields has a newline after every record', async () => {
    expect(await whole('ndjson', { selection }, LINES.slice(0, 1), LINES.slice(1))).toBe(
      '{"id":"a"}\n{"id":"=b"}\n{"id":"c"}\n',
    );
  });

  it('as JSON is one array of the records as they are stored', async () => {
    expect(await whole('json', {}, LINES.slice(0, 2), LINES.slice(2))).toBe(`[\n${LINES.join(',\n')}\n]\n`);
    expect(await whole('json', { selection }, LINES)).toBe('[\n{"id":"a"},\n{"id":"=b"},\n{"id":"c"}\n]\n');
  });

  it('as CSV has the columns of the log type, or those selected', async () => {
    expect(await whole('csv', { selection }, LINES)).toBe("id\r\na\r\n'=b\r\nc\r\n");
    expect(await whole('csv', {}, LINES.slice(0, 1))).toMatch(/^riskLastUpdatedDateTime,id,.*\r\n,a,,,,,,,\r\n$/);
  });

  it('as CSV begins with a byte order mark when that is asked for', async () => {
    expect((await whole('csv', { bom: true }, [])).startsWith('\ufeffriskLast')).toBe(true);
    expect((await whole('csv', {}, [])).startsWith('riskLast')).toBe(true);
  });

  it.each([
    ['ndjson', {}, ''],
    ['ndjson', { selection }, ''],
    ['json', {}, '[\n\n]\n'],
    ['csv', { selection }, 'id\r\n'],
  ] as const)('without records is whole: %s %j', async (name, options, body) => {
    expect(await whole(name, options)).toBe(body);
    expect(await whole(name, options, [], [])).toBe(body);
  });

  it.each([
    ['ndjson', {}],
    ['ndjson', { selection }],
    ['json', {}],
    ['json', { selection }],
  ] as const)('has the same records with a filler wherever a chunk ends: %s %j', async (name, options) => {
    const { filler } = formatOf(name, { logType: 'riskyUsers' });
    const parts = await chunks(name, options, LINES.slice(0, 1), LINES.slice(1));
    const read = (text: string): unknown =>
      name === 'json' ? JSON.parse(text) : text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    expect(read(filler + parts.join(filler) + filler)).toEqual(read(parts.join('')));
    expect(read(parts.join(''))).toHaveLength(3);
  });

  it('as CSV has only empty rows more with a filler', async () => {
    const parts = await chunks('csv', { selection }, LINES.slice(0, 1), LINES.slice(1));
    const rows = parts.join(formatOf('csv', { logType: 'riskyUsers' }).filler).split('\r\n');
    expect(rows.filter((row) => row !== '')).toEqual(['id', 'a', "'=b", 'c']);
  });

  it.each(MEDIA_TYPES)('as %s is of the type that was asked for, %s, with its charset', (name, mediaType) => {
    const { contentType, extension } = formatOf(name, { logType: 'riskyUsers' });
    expect(contentType.split(';').map((part) => part.trim())).toEqual(
      expect.arrayContaining([mediaType, 'charset=utf-8']),
    );
    expect(extension).toBe(`.${name}`);
  });
});
