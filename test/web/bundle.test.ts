/** What a tab is asked to hold of a bundle: reckoned before, and held to while it comes. */
import { describe, expect, it } from 'vitest';
import { blobSink, bundleBytes } from '../../web/views/check/bundle.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-20T00:00:00Z');
const STATUS = { records: 1000, bytes: 50_000, entries: 100, from: '2026-11-10T00:00:00Z' };

describe('the size of a bundle', () => {
  it('is that of its records, of the entries since it was read, and of the hashes of those before', () => {
    expect(bundleBytes(STATUS, 10, new Date(NOW - DAY).toISOString(), NOW)).toBe(10 * 50 + 10 * 1200 + 90 * 32);
    expect(bundleBytes(STATUS, 0, '2020-01-01T00:00:00Z', NOW)).toBe(100 * 1200);
    expect(bundleBytes({ records: 0, bytes: 0, entries: 0, from: null }, 0, '2026-11-19T00:00:00Z', NOW)).toBe(0);
  });
});

describe('a bundle that comes', () => {
  it('is kept as it came, up to what the tab can hold', async () => {
    const sink = blobSink(5);
    const chunk = Uint8Array.of(1, 2, 3);
    await sink.write(chunk);
    chunk.fill(9);
    await expect(sink.write(chunk)).rejects.toMatchObject({ trouble: { kind: 'tooLarge' } });
    expect(await sink.blob().bytes()).toEqual(Uint8Array.of(1, 2, 3));
  });
});
