import { describe, expect, it } from 'vitest';
import { costOf, LARGE_TENANT } from '../../../dev/bench/lateness/cost.ts';
import type { Entry, ReadEntry } from '../../../shared/archive/entry.ts';

/** An entry of a read, as far as its cost goes. */
function read(why: ReadEntry['read']['why'], time: string, hours: number, fetched: number): Entry {
  const from = new Date(Date.parse(time) - hours * 3_600_000).toISOString();
  const pages = Math.max(1, Math.ceil(fetched / 1000));
  return { kind: 'read', time, read: { why, from, to: time, pages, fetched } } as unknown as Entry;
}

const DAY = { from: Date.UTC(2026, 9, 10) / 1000, to: Date.UTC(2026, 9, 11) / 1000 };
const steady = { ...DAY, rowsPerDay: LARGE_TENANT / 100 };

describe('the cost of reads', () => {
  it('counts the requests of the whole run, by purpose', () => {
    const entries = [
      read('head', '2026-10-01T00:15:00Z', 0.25, 100),
      read('head', '2026-10-10T00:15:00Z', 0.25, 2100),
      read('sweep', '2026-10-10T03:00:00Z', 1, 5000),
    ];
    expect(costOf(entries, 'head', steady).requests).toBe(4);
    expect(costOf(entries, 'sweep', steady).requests).toBe(5);
  });

  it('gives the reads of the steady days the rows of the large tenant, in whole pages', () => {
    const entries = [
      read('head', '2026-10-09T23:45:00Z', 0.25, 999),
      read('head', '2026-10-10T00:15:00Z', 0.25, 101),
      read('head', '2026-10-10T00:30:00Z', 0.25, 0),
    ];
    expect(costOf(entries, 'head', steady)).toMatchObject({ scaled: 11 + 1, windows: 2, hours: 0.25 });
  });

  it('cuts a wide sweep where the flow would, and never into less than an hour', () => {
    const wide = [read('sweep', '2026-10-10T12:00:00Z', 12, 600)];
    expect(costOf(wide, 'sweep', steady)).toMatchObject({ windows: 3, scaled: 60 });
    const full = [read('sweep', '2026-10-10T12:00:00Z', 2, 1001)];
    expect(costOf(full, 'sweep', steady)).toMatchObject({ windows: 2, scaled: 102 });
  });

  it('is spread over the steady days', () => {
    const entries = [read('sweep', '2026-10-10T12:00:00Z', 1, 100), read('sweep', '2026-10-11T12:00:00Z', 1, 100)];
    const two = { ...steady, to: steady.to + 86_400 };
    expect(costOf(entries, 'sweep', two)).toMatchObject({ windows: 1, scaled: 10 });
  });
});
