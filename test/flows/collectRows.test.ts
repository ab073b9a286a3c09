/** The flow in, row by row: which window a row belongs to, which version it is, where in a segment it comes to lie. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadEntry } from '../../shared/archive/entry.ts';
import { LOG_TYPES, type LogType } from '../../shared/logTypes.ts';
import type { FakeRow } from '../support/fakeGraph.ts';
import { linesOf, readsOf, row, rows, seconds, worldOf } from '../support/flowHarness.ts';

const AUDITS = 'directoryAudits';
const NAMES = [...LOG_TYPES.keys()];

describe('rows at the edges of windows', () => {
  it.each(NAMES)('%s: are each stored once, by the window they belong to', async (name) => {
    const { world, type } = worldOf(name);
    const edges = ['2026-11-20T12:05:00', '2026-11-20T12:20:00'];
    const first = type.state ? [] : [row(type, 'before', '2026-11-19T12:59:59.9999999Z')];
    const inside = [
      row(type, 'start', '2026-11-19T13:00:00Z'),
      ...edges.flatMap((edge, n) => {
        const before = new Date(Date.parse(`${edge}Z`) - 1000).toISOString().slice(0, 19);
        return [
          row(type, `${n} last tick`, `${before}.9999999Z`),
          row(type, `${n} last second`, `${before}Z`),
          row(type, `${n} last second, later within`, `${before}Z`, `${before}.9999999Z`),
          row(type, `${n} edge`, `${edge}Z`),
          row(type, `${n} edge, later within`, `${edge}Z`, `${edge}.9999999Z`),
          row(type, `${n} edge, printed rounded up`, `${edge}Z`, `${before}.5Z`),
          row(type, `${n} edge, compared rounded down`, `${edge}.7Z`, `${edge}Z`),
          row(type, `${n} edge, offset`, `${edge.replace('T12', 'T14')}+02:00`),
          row(type, `${n} first tick`, `${edge}.0000001Z`),
        ];
      }),
    ];
    world.graph.add(name, ...first, ...inside);
    for (let n = 0; n < 3; n += 1) {
      await world.collectAll(name);
      world.check(name);
      world.advance(900);
    }
    const { lines, entries } = world.check(name);
    expect(lines.toSorted()).toEqual(linesOf(inside));
    expect(readsOf(entries).map(({ duplicate }) => duplicate)).toEqual(entries.map(() => 0));
  });

  it('are each stored once, wherever windows end', async () => {
    const type = LOG_TYPES.get(AUDITS) as LogType;
    const near = fc.record({
      tick: fc.integer({ min: -40_000_000, max: 40_000_000 }),
      digits: fc.integer({ max: 7, min: 0 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(near, { maxLength: 25 }),
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 5 }),
        async (times, cuts, pageSize) => {
          const { world } = worldOf(AUDITS);
          const edge = BigInt(Date.parse('2026-11-20T11:00:00Z')) * 10_000n;
          const list = times.map(({ tick, digits }, n) => {
            const compared = ticksToText(edge + BigInt(tick));
            return row(type, `r${n}`, `${compared.slice(0, digits === 0 ? 19 : 20 + digits)}Z`, compared);
          });
          world.graph.add(AUDITS, ...list);
          world.graph.pageSize = pageSize;
          for (const cut of cuts.toSorted((a, b) => a - b)) {
            await world.collect(AUDITS, undefined, { until: seconds('2026-11-20T11:00:00Z') + cut });
          }
          await world.collectAll(AUDITS);
          expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(list));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('outside of the window but within the margin are dropped, and do not move it', async () => {
    const { world, type } = worldOf(AUDITS);
    const inside = row(type, 'inside', '2026-11-20T12:04:59.9999999Z');
    world.graph.add(
      AUDITS,
      row(type, 'margin before', '2026-11-19T12:59:59.5Z'),
      row(type, 'margin after', '2026-11-20T12:05:00.5Z'),
      // Graph compares more coarsely than it prints: 2 s outside of what was asked is still no breach.
      row(type, 'coarse before', '2026-11-19T12:59:57Z', '2026-11-19T12:59:59Z'),
      row(type, 'coarse after', '2026-11-20T12:05:03Z', '2026-11-20T12:05:01Z'),
      inside,
    );
    await world.collect(AUDITS);
    const { lines, head, entries } = world.check(AUDITS);
    expect(lines).toEqual(linesOf([inside]));
    expect(head?.to).toBe(seconds('2026-11-20T12:05:00Z'));
    expect(readsOf(entries)).toMatchObject([{ fetched: 1, new: 1 }]);
  });
});

/** `YYYY-MM-DDTHH:MM:SS.fffffffZ` of 100 ns ticks since 1970. */
function ticksToText(ticks: bigint): string {
  const second = new Date(Number(ticks / 10_000_000n) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(ticks % 10_000_000n).padStart(7, '0')}Z`;
}

describe('an answer that shows the filter was ignored', () => {
  const strange: readonly (readonly [what: string, name: string, stranger: (type: LogType) => FakeRow])[] = [
    ['a row 3 s before what was asked', AUDITS, (type) => shownAnyway(row(type, 's', '2026-11-19T12:59:56Z'))],
    ['a row a tick more than 2 s after', AUDITS, (type) => shownAnyway(row(type, 's', '2026-11-20T12:05:03.0000001Z'))],
    ['a row of another year', AUDITS, (type) => shownAnyway(row(type, 's', '2025-11-20T12:00:00Z'))],
    ['a row without a date, as .NET writes it', AUDITS, (type) => shownAnyway(row(type, 's', '0001-01-01T00:00:00Z'))],
    [
      'a sign-in of another kind',
      'interactiveSignIns',
      (type) => row({ ...type, signInEventType: 'servicePrincipal' }, 's', '2026-11-20T10:00:00Z'),
    ],
  ];
  it.each(strange)('discards the window for %s', async (_what, name, stranger) => {
    const { world, type } = worldOf(name);
    world.graph.add(name, ...rows(type, 10, '2026-11-20T09:00:00Z', 60), stranger(type));
    world.graph.pageSize = 4;
    await expect(world.collect(name)).rejects.toMatchObject({ name: 'GraphFailure', kind: 'filterIgnored' });
    expect(world.check(name)).toMatchObject({ entries: [], unreferenced: [] });
  });

  it('is not fooled by a sign-in of several kinds', async () => {
    const { world, type } = worldOf('interactiveSignIns');
    const several = row(
      { ...type, signInEventType: 'interactiveUser","servicePrincipal' },
      'two',
      '2026-11-20T10:00:00Z',
    );
    world.graph.add(type.name, several);
    await world.collect(type.name);
    expect(world.check(type.name).lines).toEqual(linesOf([several]));
  });
});

const shownAnyway = (shown: FakeRow): FakeRow => ({ ...shown, compared: undefined });

describe('rows out of order or shown twice', () => {
  it.each(['provisioning', 'riskDetections', 'servicePrincipalRiskDetections'])(
    '%s, which has no dependable order, comes out sorted',
    async (name) => {
      const { world, type } = worldOf(name);
      const list = rows(type, 500, '2026-11-20T09:30:00Z', 9);
      world.graph.add(name, ...list);
      world.graph.pageSize = 37;
      await world.collect(name);
      const { lines } = world.check(name);
      expect(lines).toEqual(list.map(({ line }) => line));
    },
  );

  it('a row that a later arrival pushed onto the next page is stored once', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 12, '2026-11-20T09:00:00Z', 600);
    const late = row(type, 'late', '2026-11-20T11:59:00Z');
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 5;
    world.graph.script = ({ page }) => {
      if (page === 2) world.graph.add(AUDITS, late);
      return undefined;
    };
    await world.collect(AUDITS);
    const { lines, entries } = world.check(AUDITS);
    // The late row itself comes before the page being read, so this read cannot see it; a sweep will.
    expect(lines.toSorted()).toEqual(linesOf(list));
    expect(readsOf(entries)).toMatchObject([{ fetched: 13, new: 12, duplicate: 1 }]);
  });

  it('the same id with other bytes is a changed version, kept beside the old', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 8, '2026-11-20T09:00:00Z', 600);
    const old = list[3] as FakeRow;
    const changed = { ...old, line: old.line.replace('0.0', '0.50') };
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 5;
    world.graph.script = ({ page }) => {
      if (page !== 2) return undefined;
      world.graph.remove(AUDITS, old.line);
      world.graph.add(
        AUDITS,
        changed,
        row(type, 'late', '2026-11-20T11:59:00Z'),
        row(type, 'later', '2026-11-20T11:59:59Z'),
      );
      return undefined;
    };
    await world.collect(AUDITS);
    const { lines, entries } = world.check(AUDITS);
    expect(lines.toSorted()).toEqual(linesOf([...list, changed]));
    expect(readsOf(entries)).toMatchObject([
      { new: 8, changed: 1, hours: { '2026-11-20T09': { new: 6, changed: 1 } } },
    ]);
  });

  it.each([1, 2, 7])('pages of %i rows that overlap by more than an equal time are merged', async (pageSize) => {
    const { world, type } = worldOf(AUDITS);
    const list = rows(type, 40, '2026-11-20T09:30:00Z', 90);
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = pageSize;
    // Every second row first: each page lies within the span of others.
    world.graph.arrange = (sorted) => [
      ...sorted.filter((_row, n) => n % 2 === 0),
      ...sorted.filter((_row, n) => n % 2 === 1),
    ];
    await world.collect(AUDITS);
    expect(world.check(AUDITS).lines).toEqual(list.map(({ line }) => line));
  });

  it('more than a block and a page of rows of one and the same second are all kept', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = Array.from({ length: 2600 }, (_unused, n) => row(type, `same-${n}`, '2026-11-20T09:30:00Z'));
    world.graph.add(AUDITS, ...list);
    await world.collect(AUDITS);
    expect(world.check(AUDITS).lines.toSorted()).toEqual(linesOf(list));
  });

  it('an hour of more than a segment holds takes several, in order and without a loss', async () => {
    const { world, type } = worldOf(AUDITS);
    const list = Array.from({ length: 1500 }, (_unused, n) => {
      const second = new Date(Date.parse('2026-11-20T09:00:00Z') + n * 2000).toISOString();
      // What does not deflate: 16 KB a row, as text.
      return row(type, `large-${n}`, second, undefined, `,"z":"${randomBytes(12_000).toString('base64')}"`);
    });
    world.graph.add(AUDITS, ...list);
    world.graph.pageSize = 300;
    await world.collect(AUDITS);
    const { entries, lines } = world.check(AUDITS);
    expect((entries[0] as ReadEntry).segments.map(({ records }) => records)).toEqual([1200, 300]);
    expect(lines.every((line, n) => line === list[n]?.line)).toBe(true);
    expect(lines).toHaveLength(1500);
  });
});
