import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeFileName } from '../../shared/query/fileName.ts';

const RANGE = { from: '2026-11-20T00:00:00.0000000Z', to: '2026-11-21T05:30:00.0000001Z' };

describe('a file name', () => {
  it('tells the log type and the range', () => {
    expect(safeFileName('directoryAudits', RANGE, '.csv')).toBe(
      'directoryAudits_20261120T000000Z_20261121T053000.0000001Z.csv',
    );
  });

  it('is safe in a header and on any file system, whatever it is made of', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('../..', 'a\r\nSet-Cookie: b', '"', 'é', '\0', ';x='),
    );
    fc.assert(
      fc.property(part, part, part, (logType, from, extension) => {
        const name = safeFileName(logType, { from, to: RANGE.to }, extension);
        expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
        const headers = new Headers({ 'content-disposition': `attachment; filename="${name}"` });
        expect(headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
      }),
    );
  });
});
