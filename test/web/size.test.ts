/** The size of a download, before it: that it is what its parts are. The browser's tests hold it to real files. */
import { describe, expect, it } from 'vitest';
import { bundleBytes, csvBytes, rawBytes } from '../../web/views/take/size.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-20T00:00:00Z');
const STATUS = {
  logType: 'interactiveSignIns',
  records: 1000,
  bytes: 50_000,
  rawBytes: 400_000,
  entries: 100,
  from: '2026-11-10T00:00:00Z',
};
const of = (records: number, from: string) => ({ status: STATUS, records, from, now: NOW });

describe('the size of a download', () => {
  it('is that of its records', () => {
    expect(rawBytes(of(10, ''))).toBe(4000);
    expect(csvBytes(of(10, ''))).toBe(2400);
    expect(csvBytes({ ...of(10, ''), status: { ...STATUS, logType: 'directoryAudits' } })).toBeCloseTo(4400);
  });

  it('is for a bundle that of its segments, the entries since, the hashes of those before, and what checks them', () => {
    const tools = bundleBytes({ ...of(0, '2026-11-19T00:00:00Z'), status: { ...STATUS, entries: 0, from: null } });
    expect(bundleBytes(of(10, new Date(NOW - DAY).toISOString()))).toBe(tools + 10 * 50 + 10 * 1200 + 90 * 32);
    expect(bundleBytes(of(0, '2020-01-01T00:00:00Z'))).toBe(tools + 100 * 1200);
  });
});
