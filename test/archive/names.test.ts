import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  archiveContainer,
  checkpointName,
  checkpointPrefix,
  entryName,
  entryPrefix,
  fullName,
  isHour,
  LEDGER_CONTAINER,
  ledgerName,
  parseArchiveContainer,
  parseCheckpointName,
  parseEntryName,
  parseLedgerName,
  parseSegmentName,
  segmentName,
  splitName,
} from '../../shared/archive/names.ts';

const TENANT = '5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785';
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const SEGMENT = { tenantId: TENANT, logType: 'signIns', hour: '2026-11-20T05', seq: 4711, sha256: SHA256 };
const SEGMENT_NAME = `tenant=${TENANT}/log=signIns/date=2026-11-20/hour=05/000000004711-9f86d081884c7d65.jsonl.gz`;

const tenantIds = fc.uuid();
const logTypes = fc.stringMatching(/^[a-zA-Z]{1,30}$/);
const numbers = fc.oneof(
  fc.nat(5000),
  fc.maxSafeNat().map((n) => n % 1e12),
  fc.constant(1e12 - 1),
);
const hours = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 13));
const segments = fc.record({
  tenantId: tenantIds,
  logType: logTypes,
  hour: hours,
  seq: numbers,
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
});

describe('names', () => {
  it.each([
    [LEDGER_CONTAINER, 'ledger'],
    [archiveContainer(2555), 'archive-2555d'],
    [ledgerName(TENANT, 'signIns'), `${TENANT}/signIns`],
    [entryName(TENANT, 'signIns', 4711), `${TENANT}/signIns/000000004711.json`],
    [entryPrefix(TENANT, 'signIns', 4711), `${TENANT}/signIns/000000004`],
    [checkpointPrefix(TENANT, 'signIns'), `${TENANT}/signIns/checkpoints/`],
    [checkpointName(TENANT, 'signIns', 4712), `${TENANT}/signIns/checkpoints/000000004712`],
    [segmentName(SEGMENT), SEGMENT_NAME],
    [fullName('archive-2555d', SEGMENT_NAME), `archive-2555d/${SEGMENT_NAME}`],
  ])('are spelt %s', (built, spelt) => {
    expect(built).toBe(spelt);
  });

  it('parse back to the parts they were built from', () => {
    fc.assert(
      fc.property(segments, numbers, fc.integer({ min: 1, max: 146_000 }), (id, number, days) => {
        const { tenantId, logType } = id;
        const { sha256, ...parts } = id;
        expect(parseLedgerName(ledgerName(tenantId, logType))).toEqual({ tenantId, logType });
        expect(parseEntryName(entryName(tenantId, logType, number))).toEqual({ tenantId, logType, seq: number });
        expect(parseCheckpointName(checkpointName(tenantId, logType, number))).toEqual({
          tenantId,
          logType,
          size: number,
        });
        expect(parseArchiveContainer(archiveContainer(days))).toBe(days);
        expect(parseSegmentName(segmentName(id))).toEqual({ ...parts, hash: sha256.slice(0, 16) });
        expect(splitName(fullName(archiveContainer(days), segmentName(id)))).toEqual([
          archiveContainer(days),
          segmentName(id),
        ]);
      }),
    );
  });

  it('sort as their numbers do', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [first, second] = [entryName(TENANT, 'signIns', a), entryName(TENANT, 'signIns', b)];
        expect(Math.sign(a - b)).toBe(first < second ? -1 : first > second ? 1 : 0);
      }),
    );
  });

  it('share the prefix of their block of 1,000, and nothing else does', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const sameBlock = Math.floor(a / 1000) === Math.floor(b / 1000);
        expect(entryName(TENANT, 'signIns', b).startsWith(entryPrefix(TENANT, 'signIns', a))).toBe(sameBlock);
        expect(checkpointName(TENANT, 'signIns', b).startsWith(entryPrefix(TENANT, 'signIns', a))).toBe(false);
      }),
    );
  });
});

describe('building refuses', () => {
  it.each<[string, () => unknown]>([
    ['a tenant that is no GUID', () => entryName('contoso', 'signIns', 0)],
    [
      'a tenant in upper case, which would be a second name for the same ledger',
      () => ledgerName(TENANT.toUpperCase(), 'signIns'),
    ],
    ['a tenant that climbs', () => ledgerName('../../etc', 'signIns')],
    ['a log type with a digit', () => ledgerName(TENANT, 'signIns2')],
    ['a log type with a slash', () => checkpointName(TENANT, 'a/b', 0)],
    ['an empty log type', () => ledgerName(TENANT, '')],
    ['a log type with a newline', () => ledgerName(TENANT, 'signIns\n')],
    ['a negative number', () => entryName(TENANT, 'signIns', -1)],
    ['a number of 13 digits', () => entryName(TENANT, 'signIns', 1e12)],
    ['a fraction', () => checkpointName(TENANT, 'signIns', 1.5)],
    ['not a number', () => entryPrefix(TENANT, 'signIns', Number.NaN)],
    ['no days', () => archiveContainer(0)],
    ['more days than Azure keeps', () => archiveContainer(146_001)],
    ['half a day', () => archiveContainer(0.5)],
    ['an hour that the calendar lacks', () => segmentName({ ...SEGMENT, hour: '2026-02-30T05' })],
    ['hour 24', () => segmentName({ ...SEGMENT, hour: '2026-11-20T24' })],
    ['an hour with minutes', () => segmentName({ ...SEGMENT, hour: '2026-11-20T05:00' })],
    ['a hash cut short', () => segmentName({ ...SEGMENT, sha256: SHA256.slice(0, 16) })],
    ['a hash in upper case', () => segmentName({ ...SEGMENT, sha256: SHA256.toUpperCase() })],
    ['a segment of no ledger', () => segmentName({ ...SEGMENT, logType: '' })],
    ['a segment without a number', () => segmentName({ ...SEGMENT, seq: Number.NaN })],
    ['a container with a slash', () => fullName('a/b', 'c')],
    ['a full name without a slash', () => splitName('archive-2555d')],
    ['a full name without a container', () => splitName('/x')],
  ])('%s', (_, build) => {
    expect(build).toThrow(RangeError);
  });

  it('and does not repeat the value, which may come from outside', () => {
    expect(() => ledgerName(TENANT, 'who-knows')).toThrow(/^(?!.*who-knows)/);
  });
});

describe('parsing refuses', () => {
  const entry = entryName(TENANT, 'signIns', 4711);
  const checkpoint = checkpointName(TENANT, 'signIns', 4711);

  it.each([
    ...[`/${entry}`, `${entry}\n`, entry.replace('004711', '4711'), entry.replace('.json', '.JSON'), `x${entry}`],
    ...[entry.replace(TENANT, TENANT.toUpperCase()), entry.replace('signIns', 'sign-ins'), checkpoint, ''],
  ])('%j as an entry', (name) => {
    expect(parseEntryName(name)).toBeUndefined();
  });

  it.each([`${checkpoint}.json`, checkpoint.replace('checkpoints', 'checkpoint'), `${checkpoint}0`, entry])(
    '%j as a checkpoint',
    (name) => {
      expect(parseCheckpointName(name)).toBeUndefined();
    },
  );

  it.each([
    `archive-2555d/${SEGMENT_NAME}`,
    SEGMENT_NAME.replace('hour=05', 'hour=24'),
    SEGMENT_NAME.replace('hour=05', 'hour=5'),
    SEGMENT_NAME.replace('date=2026-11-20', 'date=2026-02-30'),
    SEGMENT_NAME.replace('date=2026-11-20', 'date=2026-13-01'),
    SEGMENT_NAME.replace('9f86', '9F86'),
    SEGMENT_NAME.replace('7d65.', '7d65a.'),
    SEGMENT_NAME.replace('.jsonl.gz', '.jsonlxgz'),
    SEGMENT_NAME.replace('log=', 'type='),
    `${SEGMENT_NAME}.tmp`,
  ])('%j as a segment', (name) => {
    expect(parseSegmentName(name)).toBeUndefined();
  });

  it.each(['archive-0d', 'archive-07d', 'archive-146001d', 'archive-1e3d', 'archive-d', 'archive-7', 'work'])(
    '%j as a container',
    (name) => {
      expect(parseArchiveContainer(name)).toBeUndefined();
    },
  );

  it.each([entry, `${TENANT}/`, `${TENANT}`, `${TENANT}/a b`])('%j as a ledger', (name) => {
    expect(parseLedgerName(name)).toBeUndefined();
  });

  it('whatever the builder cannot make: what parses, builds back to the same name', () => {
    const nearly = fc
      .tuple(
        fc.constantFrom(entry, checkpoint, SEGMENT_NAME),
        fc.nat(200),
        fc.constantFrom('0', 'f', 'Z', '/', '=', '-', ''),
      )
      .map(([name, at, char]) => name.slice(0, at) + char + name.slice(at + 1));
    fc.assert(
      fc.property(nearly, (name) => {
        const asEntry = parseEntryName(name);
        if (asEntry) expect(entryName(asEntry.tenantId, asEntry.logType, asEntry.seq)).toBe(name);
        const asCheckpoint = parseCheckpointName(name);
        if (asCheckpoint)
          expect(checkpointName(asCheckpoint.tenantId, asCheckpoint.logType, asCheckpoint.size)).toBe(name);
        const asSegment = parseSegmentName(name);
        if (asSegment) expect(segmentName({ ...asSegment, sha256: asSegment.hash.padEnd(64, '0') })).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an hour', () => {
  it.each(['1970-01-01T00', '2024-02-29T23', '9999-12-31T23'])('%s is one', (hour) => {
    expect(isHour(hour)).toBe(true);
  });

  it.each(['2025-02-29T00', '2026-11-20T24', '2026-11-20', '2026-11-20T5', '2026-11-20 05', '+12026-11-20T05', ''])(
    '%j is none',
    (hour) => {
      expect(isHour(hour)).toBe(false);
    },
  );
});
