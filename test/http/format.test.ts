import { describe, expect, it } from 'vitest';
import { readBom, readFormat } from '../../shared/http/format.ts';
import { Problem } from '../../shared/http/problem.ts';
import { BadQuery } from '../../shared/query/range.ts';

const query = (text: string) => new URLSearchParams(text);

/** What the call throws. */
function thrown(call: () => unknown): unknown {
  try {
    return expect.fail(`was accepted: ${call()}`);
  } catch (error) {
    return error;
  }
}

describe('the format of a request', () => {
  it.each([
    ['', null, 'ndjson'],
    ['', 'text/csv', 'csv'],
    ['format=json', 'text/csv', 'json'],
    ['format=csv', 'image/png', 'csv'],
    ['format=ndjson', null, 'ndjson'],
  ])('of ?%s with Accept %j is %s', (text, accept, format) => {
    expect(readFormat(query(text), accept)).toBe(format);
  });

  it.each(['', 'CSV', 'xml', 'x'.repeat(300), 'constructor'])('is refused as format=%s', (format) => {
    const error = thrown(() => readFormat(query(`format=${format}`), null));
    expect(error).toBeInstanceOf(BadQuery);
    expect(error).toMatchObject({ parameter: 'format', message: expect.stringContaining('ndjson, json, csv') });
  });

  it('is a 406 that lists what there is when the client accepts nothing of it', () => {
    const error = thrown(() => readFormat(query(''), 'text/html'));
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({
      status: 406,
      extra: { accepted: ['application/x-ndjson', 'application/json', 'text/csv'] },
    });
  });
});

describe('the parameter bom', () => {
  it('is true or false, and false when it is absent', () => {
    expect(['', 'bom=false', 'bom=true'].map((text) => readBom(query(text)))).toEqual([false, false, true]);
  });

  it.each(['', '1', 'TRUE', 'yes'])('is refused as %j', (text) => {
    expect(thrown(() => readBom(query(`bom=${text}`)))).toMatchObject({ parameter: 'bom' });
  });
});
