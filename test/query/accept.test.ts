import { describe, expect, it } from 'vitest';
import { acceptsGzip, preferred } from '../../shared/query/accept.ts';
import { MEDIA_TYPES } from '../../shared/query/formats.ts';

describe('Accept', () => {
  it.each([
    [null, 'ndjson'],
    ['', 'ndjson'],
    ['*/*', 'ndjson'],
    ['application/x-ndjson', 'ndjson'],
    ['application/json', 'json'],
    ['text/csv', 'csv'],
    ['TEXT/CSV', 'csv'],
    ['text/*', 'csv'],
    ['application/*', 'ndjson'],
    ['application/json;odata.metadata=minimal', 'json'],
    ['text/csv; header=present; q=0.5, application/json;q=0.4', 'csv'],
    ['application/json, text/plain, */*', 'json'],
    ['application/json;q=0.5, */*', 'ndjson'],
    ['application/json;q=0.5, text/csv;q=0.50, */*;q=0.1', 'json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'ndjson'],
    ['*/*, application/x-ndjson;q=0', 'json'],
    ['*/*;q=0.1, application/*;q=0', 'csv'],
    ['application/*;q=0, application/json', 'json'],
    ['text/csv;q=1.000', 'csv'],
    ['text/csv;q=0.001', 'csv'],
    [', ,text/csv,', 'csv'],
    ['text/csv;q=2, application/json;q=0.1', 'json'],
    ['text/html', undefined],
    ['*/*;q=0', undefined],
    ['text/csv;q=0', undefined],
    ['text/csv;q=0.000', undefined],
    ['text/csv;q=x', undefined],
    ['*', undefined],
    ['csv', undefined],
    [';q=1', undefined],
  ])('%j asks for %s', (header, format) => {
    expect(preferred(header, MEDIA_TYPES)).toBe(format);
  });

  it('is read at once however long it is', () => {
    expect(preferred('a;'.repeat(50_000), MEDIA_TYPES)).toBeUndefined();
    expect(preferred(`${'a/b,'.repeat(50_000)}text/csv`, MEDIA_TYPES)).toBe('csv');
  });
});

describe('Accept-Encoding', () => {
  it.each([
    [null, false],
    ['', false],
    ['gzip', true],
    ['GZIP', true],
    ['x-gzip', true],
    ['gzip, deflate, br, zstd', true],
    ['br', false],
    ['identity', false],
    ['*', true],
    ['gzip;q=0', false],
    ['gzip;q=0.000', false],
    ['gzip;q=0.001', true],
    ['gzip; q=0.5', true],
    ['gzip;q=0, *', false],
    ['*;q=0', false],
    ['*;q=0, gzip', true],
    ['identity;q=0', true],
    ['identity;q=0, gzip;q=0', false],
    ['identity;q=0, br', true],
    ['identity, gzip;q=0.5', false],
    ['identity;q=0.5, gzip', true],
    ['identity;q=0.5, gzip;q=0.5', true],
    ['identity;q=0.5, *;q=0.7', true],
    ['gzip;q=0.5, *', false],
    ['gzip;q=2', false],
    ['notgzip', false],
  ])('%j accepts gzip: %s', (header, accepted) => {
    expect(acceptsGzip(header)).toBe(accepted);
  });
});
