/** Entries of holds and deletions: the golden ones, what is refused, and what a verifier makes of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CoverageFold } from '../../shared/archive/coverageFold.ts';
import { coverageStatement } from '../../shared/archive/coverageStatement.ts';
import {
  DamagedEntry,
  type DeleteEntry,
  type DoomedSegment,
  decodeEntry,
  encodeEntry,
  entryHash,
  GENESIS_PREV,
} from '../../shared/archive/entry.ts';
import { entryName } from '../../shared/archive/names.ts';
import { parseSeconds } from '../../shared/archive/time.ts';
import { DELETIONS_LOG_TYPE, goldenDeletionEntries } from '../golden/deletions.ts';
import { TENANT_ID } from '../golden/input.ts';

const stored = goldenDeletionEntries().map((_, seq) =>
  readFileSync(new URL(`../golden/ledger/${entryName(TENANT_ID, DELETIONS_LOG_TYPE, seq)}`, import.meta.url)),
);
const entries = stored.map((bytes) => decodeEntry(bytes));
const deletion = entries[3] as DeleteEntry;
const [first, orphan] = deletion.delete.segments as [DoomedSegment, DoomedSegment];
const second = (parse: string) => parseSeconds(parse) ?? Number.NaN;

describe('the golden ledger of holds and deletions', () => {
  it('is made to the byte from the same input, and read to it', () => {
    let prev = GENESIS_PREV;
    for (const [seq, make] of goldenDeletionEntries().entries()) {
      const bytes = stored[seq] ?? Buffer.alloc(0);
      expect(encodeEntry(make(prev)).toString('utf8')).toBe(bytes.toString('utf8'));
      expect(decodeEntry(bytes)).toEqual(make(prev));
      prev = entryHash(bytes);
    }
  });

  it.each([
    [
      3,
      [
        ['04', 'settled', undefined, undefined],
        ['05', 'settled', true, undefined],
      ],
    ],
    [
      4,
      [
        ['04', 'deleted', undefined, 3],
        ['05', 'settled', true, undefined],
      ],
    ],
    [
      6,
      [
        ['04', 'deleted', undefined, 3],
        ['05', 'settled', undefined, undefined],
      ],
    ],
    [8, [['04', 'deleted', undefined, 5]]],
  ] as const)('adds up, after %i entries, to what was held and deleted', (count, expected) => {
    const fold = new CoverageFold();
    for (const [seq, entry] of entries.slice(0, count).entries()) fold.add(entry, entryHash(stored[seq] as Buffer));
    const window = { from: second('2026-11-20T04:00:00Z'), to: second('2026-11-20T06:00:00Z') };
    // The sweep schedule of this ledger has one age, which the first read was too late for.
    const now = second('2026-11-20T06:16:00Z');
    const { spans } = coverageStatement(fold, window, { now, overdue: 1e9 });
    expect(spans.map(({ from, state, held, deleted }) => [from.slice(11, 13), state, held, deleted?.records])).toEqual(
      expected.map(([hour, state, held, records]) => [
        hour,
        state === 'settled' ? 'provisional' : state,
        held,
        records,
      ]),
    );
  });
});

describe('an entry that deletes', () => {
  const refused: [string, Partial<DoomedSegment>, string][] = [
    ['before the retention has ended', { retainUntil: '2027-02-19T03:20:01Z' }, 'retainUntil'],
    ['a blob that has no name of a segment', { name: 'archive-90d/readme.txt' }, 'name'],
    ['a segment of another ledger', { name: first.name.replace('riskDetections', 'provisioning') }, 'name'],
    ['a segment numbered after it', { name: first.name.replace('000000000001-', '000000000003-') }, 'name'],
    ['another hash than the name says', { sha256: 'ee'.repeat(32) }, 'sha256'],
    ['what no entry names with a count', { orphan: true }, 'records'],
    ['what an entry names without one', { records: null }, 'records'],
    ['none of its records', { records: 0 }, 'records'],
  ];

  it.each(refused)('%s is neither written nor believed', (_what, change, field) => {
    const entry = { ...deletion, delete: { segments: [{ ...first, ...change }] } };
    expect(() => encodeEntry(entry)).toThrow(`delete.segments[0].${field}`);
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    expect(() => decodeEntry(bytes)).toThrow(DamagedEntry);
  });

  it('names one at least, each once, and 64 at most', () => {
    for (const segments of [[], [first, first]]) {
      expect(() => encodeEntry({ ...deletion, delete: { segments } })).toThrow('delete.segments');
    }
    const many = (count: number) =>
      Array.from({ length: count }, (_unused, n) => {
        const digits = n.toString(16).padStart(16, '0');
        return { ...orphan, name: orphan.name.replace(/-[0-9a-f]{16}\./, `-${digits}.`) };
      });
    expect(encodeEntry({ ...deletion, delete: { segments: many(64) } }).length).toBeLessThan(60_000);
    expect(() => encodeEntry({ ...deletion, delete: { segments: many(65) } })).toThrow('more than 64');
  });
});

describe('an entry that holds', () => {
  it.each([
    ['an id that is no UUID', { id: 'mine' }, 'id'],
    ['a case that is no hash', { case: 'HR-2026-117' }, 'case'],
    ['a span that ends before it begins', { to: '2026-11-20T05:00:00Z' }, 'to'],
  ])('with %s is neither written nor believed', (_what, change, field) => {
    const held = entries[2];
    if (held?.kind !== 'hold') throw new Error('the golden ledger has a hold');
    const entry = { ...held, hold: { ...held.hold, ...change } };
    expect(() => encodeEntry(entry)).toThrow(`hold.${field}`);
    expect(() => decodeEntry(Buffer.from(`${JSON.stringify(entry)}\n`))).toThrow(DamagedEntry);
  });
});
