import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DamagedEntry,
  decodeEntry,
  type Entry,
  EntryTooLarge,
  encodeEntry,
  entryHash,
  GENESIS_PREV,
  type KeyEntry,
  type ReadEntry,
  type SegmentInfo,
  type VerifyEntry,
} from '../../shared/archive/entry.ts';
import { entryName } from '../../shared/archive/names.ts';
import { goldenDeletionEntries } from '../golden/deletions.ts';
import { goldenEntries, HOUR_SEGMENT, LOG_TYPE, TENANT_ID } from '../golden/input.ts';
import { goldenKeyEntries } from '../golden/keys.ts';

type Json = Record<string, unknown>;

const PREV = 'a'.repeat(64);
const [config, read, , silence, gap] = goldenEntries().map((make, seq) => make(seq === 0 ? GENESIS_PREV : PREV)) as [
  Entry,
  ReadEntry,
  Entry,
  ReadEntry,
  Entry,
];
const [, , verify, key] = goldenKeyEntries().map((make) => make(PREV)) as [Entry, Entry, VerifyEntry, KeyEntry];
const [, , hold, deletion, deleted, release] = goldenDeletionEntries().map((make) => make(PREV)) as Entry[];
const KINDS = { config, read, silence, gap, verify, key, hold, deletion, deleted, release } as Record<string, Entry>;

const bytesOf = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);
const plain = (entry: Entry) => JSON.parse(encodeEntry(entry).toString('utf8')) as Json;

/** The entry with one field, named by its path, set to a value, or removed when the value is `undefined`. */
function changed(entry: Entry, path: string, value: unknown): Json {
  const copy = plain(entry);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Json>((object, key) => object[key] as Json, copy);
  parent[last] = value;
  return JSON.parse(JSON.stringify(copy)) as Json;
}

/** The paths of every field of an entry, to any depth. */
function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [at, ...pathsOf(inner, at)];
  });
}

function fieldOf(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    if (error instanceof DamagedEntry) return error.field;
    throw error;
  }
  return 'none';
}

describe('the golden ledger', () => {
  const stored = goldenEntries().map((_, seq) =>
    readFileSync(new URL(`../golden/ledger/${entryName(TENANT_ID, LOG_TYPE, seq)}`, import.meta.url)),
  );

  it('is made to the byte from the same input, each entry naming the hash of the one before', () => {
    let prev = GENESIS_PREV;
    for (const [seq, make] of goldenEntries().entries()) {
      const bytes = encodeEntry(make(prev));
      expect(bytes.toString('utf8')).toBe(stored[seq]?.toString('utf8'));
      prev = createHash('sha256').update(bytes).digest('hex');
      expect(entryHash(bytes)).toBe(prev);
    }
  });

  it('is read to what it was made from', () => {
    for (const [seq, bytes] of stored.entries()) {
      const prev = seq === 0 ? GENESIS_PREV : entryHash(stored[seq - 1] ?? Buffer.alloc(0));
      expect(decodeEntry(bytes)).toEqual(goldenEntries()[seq]?.(prev));
    }
  });
});

describe('encoding', () => {
  it('writes one line in the key order of the format, whatever the order of the input', () => {
    const shuffled = Object.fromEntries(Object.entries(read).reverse()) as unknown as Entry;
    const text = encodeEntry(shuffled).toString('utf8');
    expect(text).toBe(encodeEntry(read).toString('utf8'));
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(Object.keys(JSON.parse(text))).toEqual([
      'v',
      'log',
      'seq',
      'prev',
      'kind',
      'time',
      'app',
      'read',
      'segments',
    ]);
  });

  it('sorts hours, leaves out those that count nothing and fields that the format lacks', () => {
    const none = { new: 0, changed: 0, vanished: 0 };
    const hours = {
      '2026-11-20T05': { new: 0, changed: 0, vanished: 2 },
      '2026-11-20T04': { ...none, vanished: 1 },
      '2026-11-20T06': none,
    };
    const entry = { ...silence, read: { ...silence.read, vanished: 3, hours }, note: 'ours' };
    const text = encodeEntry(entry).toString('utf8');
    expect(text).toContain('"hours":{"2026-11-20T04":{"new":0,"changed":0,"vanished":1},"2026-11-20T05":');
    expect(text).not.toContain('T06":{');
    expect(text).not.toContain('note');
  });

  it('names up to 64 segments and stays under 60,000 bytes with them', () => {
    expect(encodeEntry(entryOf(64)).length).toBeLessThan(60_000);
    expect(() => encodeEntry(entryOf(65))).toThrow(EntryTooLarge);
  });

  it('refuses more than 60,000 bytes', () => {
    const hours = Object.fromEntries(hoursFrom(1200).map((hour) => [hour, { new: 0, changed: 0, vanished: 1 }]));
    const entry = { ...silence, read: { ...silence.read, vanished: 1200, hours } };
    expect(() => encodeEntry(entry)).toThrow(EntryTooLarge);
    expect(fieldOf(() => decodeEntry(bytesOf(entry)))).toBe('the entry');
  });

  it('names 64 of any number of mismatches', () => {
    const [name = ''] = verify.verify.mismatched;
    const names = Array.from({ length: 65 }, (_, n) => name.replace('3b8f', n.toString(16).padStart(4, '0')));
    const entry = (named: number) => ({
      ...verify,
      verify: { ...verify.verify, segments: 1000, mismatches: 900, mismatched: names.slice(0, named) },
    });
    expect(decodeEntry(encodeEntry(entry(64)))).toEqual(entry(64));
    expect(() => encodeEntry(entry(63))).toThrow(/verify.mismatched does not name/);
    expect(() => encodeEntry(entry(65))).toThrow(/verify.mismatched has 65 items/);
  });

  it('refuses what decoding would refuse', () => {
    expect(() => encodeEntry({ ...read, prev: PREV.toUpperCase() })).toThrow(/prev is not a SHA-256/);
    expect(() => encodeEntry({ ...read, seq: 0.5 })).toThrow(RangeError);
    expect(() => encodeEntry({ ...read, time: '2026-11-20T06:15:05.123Z' })).toThrow(/time is not a time/);
    expect(() => encodeEntry({ ...read, segments: [] })).toThrow(/do not hold the records/);
  });

  it('refuses an entry that was only hashed, not understood', () => {
    const { v, log, seq, prev, time, app } = read;
    expect(() => encodeEntry({ v, log, seq, prev, time, app, kind: 'opaque', kindName: 'seal' })).toThrow(RangeError);
  });
});

describe('decoding', () => {
  it.each(Object.entries(KINDS))('gives back the %s entry that was encoded', (_, entry) => {
    expect(decodeEntry(encodeEntry(entry))).toEqual(decodeEntry(bytesOf(plain(entry))));
    expect(plain(decodeEntry(encodeEntry(entry)))).toEqual(plain(entry));
  });

  it('gives back any read entry that can be encoded', () => {
    fc.assert(
      fc.property(readEntries, (entry) => {
        const bytes = encodeEntry(entry);
        expect(decodeEntry(bytes)).toEqual(entry);
        expect(encodeEntry(decodeEntry(bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  it.each(['seal', 'somethingNew'])('takes an entry of kind %s by its head only', (kindName) => {
    const { read: _read, segments: _segments, ...head } = plain(read);
    const { v, log, seq, prev, time, app } = read;
    const bytes = bytesOf({ ...head, kind: kindName, [kindName]: { any: ['thing', 1, null] } });
    expect(decodeEntry(bytes)).toEqual({ v, log, seq, prev, time, app, kind: 'opaque', kindName });
  });

  it('skips fields that it does not know, wherever they stand', () => {
    const later = plain(read);
    later.region = 'chn';
    (later.read as Json).pageSizes = [1, 2];
    ((later.segments as Json[])[0] as Json).sketch = 'x';
    expect(decodeEntry(bytesOf(later))).toEqual(decodeEntry(encodeEntry(read)));
  });

  it('refuses another version, and says so before anything else', () => {
    expect(() => decodeEntry(bytesOf({ v: 2, all: 'different' }))).toThrow(/v is not 1.*newer release/);
    expect(fieldOf(() => decodeEntry(Buffer.from('{ "v": 2 }')))).toBe('v');
    expect(fieldOf(() => decodeEntry(bytesOf(changed(read, 'v', '1'))))).toBe('v');
  });

  it.each(Object.entries(KINDS))('refuses a %s entry that lacks any of its fields', (_, entry) => {
    const fields = pathsOf(plain(entry)).filter((path) => !/\.\d+$/.test(path));
    const missed = fields.filter(
      (path) => fieldOf(() => decodeEntry(bytesOf(changed(entry, path, undefined)))) === 'none',
    );
    expect(fields.length).toBeGreaterThan(7);
    expect(missed).toEqual([]);
    expect(() => decodeEntry(bytesOf(changed(entry, 'app', undefined)))).toThrow(/app is missing/);
  });

  it.each([true, -1, 1.5, 'x\u0000', { x: 1 }, [[]]])('refuses %j in every field of every kind', (value) => {
    for (const entry of Object.values(KINDS)) {
      const missed = pathsOf(plain(entry)).filter(
        (path) => fieldOf(() => decodeEntry(bytesOf(changed(entry, path, value)))) === 'none',
      );
      // The one field that is true wherever it stands.
      if (value === true) expect(missed.filter((path) => !path.endsWith('.orphan'))).toEqual([]);
      else expect(missed).toEqual([]);
    }
  });

  it('refuses an hour that counts nothing', () => {
    const hours = { '2026-11-20T06': { new: 0, changed: 0, vanished: 0 } };
    expect(fieldOf(() => decodeEntry(bytesOf(changed(silence, 'read.hours', hours))))).toBe('read.hours.2026-11-20T06');
  });

  it.each<[string, Entry, string, unknown, string]>([
    ['a log that is no ledger', read, 'log', `${TENANT_ID}/sign-ins`, 'log'],
    ['a number of 13 digits', read, 'seq', 1e12, 'seq'],
    ['entry 0 with a predecessor', config, 'prev', PREV, 'prev'],
    ['entry 1 without a predecessor', read, 'prev', GENESIS_PREV, 'prev'],
    ['an upper-case digest', read, 'segments.0.recordsRoot', 'A'.repeat(64), 'segments[0].recordsRoot'],
    ['February 30', read, 'time', '2026-02-30T00:00:00Z', 'time'],
    ['hour 24', read, 'read.graphDate', '2026-11-20T24:00:00Z', 'read.graphDate'],
    ['an offset instead of Z', read, 'read.graphDate', '2026-11-20T06:15:02+00:00', 'read.graphDate'],
    ['a record time of 3 digits', read, 'segments.0.minTime', '1970-01-01T00:00:00.000Z', 'segments[0].minTime'],
    ['a record time of 8 digits', read, 'segments.0.maxTime', '1970-01-01T00:00:00.00000000Z', 'segments[0].maxTime'],
    ['an unknown reason to read', read, 'read.why', 'curiosity', 'read.why'],
    ['a window that ends where it begins', read, 'read.to', '2026-11-20T05:00:00Z', 'read.to'],
    ['a gap that ends before it begins', gap, 'gap.to', '2026-11-20T05:00:00Z', 'gap.to'],
    ['a cause that is no plain text', gap, 'gap.cause', 'two\nlines', 'gap.cause'],
    ['a duration of nothing', config, 'config.sweepAges.0', 'P', 'config.sweepAges[0]'],
    ['a duration of no time', config, 'config.sweepAges.0', 'P1DT', 'config.sweepAges[0]'],
    ['a key that is none of P-256', key, 'key.spki', key.key.spki.replace('MFkw', 'MFkx'), 'key.spki'],
    ['a key in lenient base64', key, 'key.spki', key.key.spki.replace('=', ''), 'key.spki'],
    ['a key that is not the one of the digest', key, 'key.sha256', PREV, 'key.sha256'],
    ['a key that vouches for itself', key, 'key.signedBy', key.key.sha256, 'key.signedBy'],
    ['a signature of nobody', key, 'key.signedBy', null, 'key.signature'],
    ['a signer without a signature', key, 'key.signature', null, 'key.signature'],
    ['a signature that is no DER', key, 'key.signature', 'AAAA', 'key.signature'],
    ['more mismatches than segments', verify, 'verify.segments', 0, 'verify.mismatches'],
    ['a mismatch without a name', verify, 'verify.mismatches', 2, 'verify.mismatched'],
    ['a mismatch without a count', verify, 'verify.mismatches', 0, 'verify.mismatched'],
    ['a mismatch that is no segment', verify, 'verify.mismatched.0', 'work/x', 'verify.mismatched[0]'],
    [
      'a mismatch of another ledger',
      verify,
      'verify.mismatched.0',
      verify.verify.mismatched[0]?.replace('5b1c', '5b1d'),
      'verify.mismatched[0]',
    ],
    [
      'a mismatch of a segment that comes later',
      verify,
      'verify.mismatched.0',
      verify.verify.mismatched[0]?.replace('000000000001', '000000000002'),
      'verify.mismatched[0]',
    ],
    ['an index that is neither', verify, 'verify.index', 'perhaps', 'verify.index'],
    ['a retention of 0 days', config, 'config.retentionDays', 0, 'config.retentionDays'],
    ['three request ids', read, 'read.requestIds', ['a', 'b', 'c'], 'read.requestIds'],
    ['a total that is not the sum of its hours', read, 'read.new', 4, 'read.new'],
    ['vanished rows that no hour counts', read, 'read.vanished', 1, 'read.vanished'],
    ['fewer rows fetched than told apart', read, 'read.fetched', 6, 'read.fetched'],
    [
      'an hour that the calendar lacks',
      silence,
      'read.hours',
      { '2026-11-31T06': { new: 0, changed: 0, vanished: 1 } },
      'read.hours',
    ],
    ['segments that hold fewer records than counted', read, 'segments.1.records', 4, 'segments'],
    ['segments that hold other hours than counted', read, 'segments', [read.segments[1]], 'segments'],
    ['a segment larger than may be', read, 'segments.0.bytes', 16 * 1024 * 1024 + 1, 'segments[0].bytes'],
    ['a segment of no records', read, 'segments.0.records', 0, 'segments[0].records'],
    [
      'a segment named twice',
      read,
      'segments',
      [read.segments[0], { ...read.segments[1], records: 3 }, { ...read.segments[1], records: 2 }],
      'segments',
    ],
    [
      'a segment of another log type',
      read,
      'segments.1.name',
      HOUR_SEGMENT.info.name.replace('directoryAudits', 'signIns'),
      'segments[1].name',
    ],
    [
      'a segment of another tenant',
      read,
      'segments.1.name',
      HOUR_SEGMENT.info.name.replace('5b1c', '5b1d'),
      'segments[1].name',
    ],
    [
      'a segment in another container',
      read,
      'segments.1.name',
      HOUR_SEGMENT.info.name.replace('archive-2555d', 'work'),
      'segments[1].name',
    ],
    ['a segment without a container', read, 'segments.1.name', 'x', 'segments[1].name'],
    [
      'a segment numbered later',
      read,
      'segments.1.name',
      HOUR_SEGMENT.info.name.replace('000000000001', '000000000002'),
      'segments[1].name',
    ],
    ['a segment whose name carries another hash', read, 'segments.1.sha256', 'b'.repeat(64), 'segments[1].sha256'],
    [
      'a segment whose name carries another hour',
      read,
      'segments.1.name',
      HOUR_SEGMENT.info.name.replace('hour=05', 'hour=06'),
      'segments[1].minTime',
    ],
    [
      'a segment that ends in another hour',
      read,
      'segments.1.maxTime',
      '2026-11-20T06:00:00.0000000Z',
      'segments[1].minTime',
    ],
    [
      'a segment that ends before it begins',
      read,
      'segments.0.minTime',
      '1970-01-01T00:00:01.0000000Z',
      'segments[0].minTime',
    ],
    [
      'a segment to be forgotten before its commit',
      read,
      'segments.0.retainUntil',
      '2026-11-20T06:15:04Z',
      'segments[0].retainUntil',
    ],
  ])('refuses %s', (_, entry, path, value, field) => {
    const value_ = changed(entry, path, value);
    expect(fieldOf(() => decodeEntry(bytesOf(value_)))).toBe(field);
    expect(() => encodeEntry(value_ as unknown as Entry)).toThrow();
  });

  const text = encodeEntry(read).toString('utf8');

  it.each<[string, Buffer | string]>([
    ['no bytes', ''],
    ['half an entry', text.slice(0, 700)],
    ['a missing newline', text.slice(0, -1)],
    ['a second newline', `${text}\n`],
    ['a carriage return', text.replace('\n', '\r\n')],
    ['a byte order mark', `\ufeff${text}`],
    ['white space', text.replace('"seq":1', '"seq": 1')],
    ['a key given twice', text.replace('"seq":1', '"seq":9,"seq":1')],
    ['a number in another notation', text.replace('"pages":1,', '"pages":1.0,')],
    ['a needless escape', text.replace('directoryAudits","seq', 'directory\\u0041udits","seq')],
    ['hours out of order', text.replace(/("1970[^}]*}),("2026[^}]*})/, '$2,$1')],
    ['a list', '[1]\n'],
    ['null', 'null\n'],
    ['two entries', text + text],
    [
      'broken UTF-8',
      Buffer.concat([Buffer.from(text.slice(0, 1)), Buffer.from('"a":"\xff",', 'latin1'), Buffer.from(text.slice(1))]),
    ],
    ['nesting without end', `${text.slice(0, -2)},"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}\n`],
  ])('refuses %s', (_, bytes) => {
    expect(Buffer.from(bytes).equals(Buffer.from(text))).toBe(false);
    expect(() => decodeEntry(Buffer.from(bytes))).toThrow(DamagedEntry);
  });

  it('never throws anything but DamagedEntry, and never quotes the bytes', () => {
    const mutations = fc.array(fc.tuple(fc.nat(text.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(mutations, (some) => {
        const bytes = Buffer.from(text);
        for (const [at, byte] of some) bytes[at] = byte;
        try {
          decodeEntry(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedEntry);
          expect(String(error)).not.toContain(TENANT_ID.slice(0, 8));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function hoursFrom(count: number): string[] {
  return Array.from({ length: count }, (_, n) => new Date(Date.UTC(2026, 0, 1, n)).toISOString().slice(0, 13));
}

/** A segment of `records` records in an hour; `n` tells segments of one hour apart. */
function segmentOf(hour: string, n: number, records: number): SegmentInfo {
  const sha256 = createHash('sha256').update(`${hour} ${n}`).digest('hex');
  const path = `log=${LOG_TYPE}/date=${hour.slice(0, 10)}/hour=${hour.slice(11)}`;
  return {
    name: `archive-2555d/tenant=${TENANT_ID}/${path}/000000000001-${sha256.slice(0, 16)}.jsonl.gz`,
    sha256,
    bytes: 16_777_216,
    rawBytes: Number.MAX_SAFE_INTEGER,
    records,
    recordsRoot: 'c'.repeat(64),
    minTime: `${hour}:00:00.0000000Z`,
    maxTime: `${hour}:59:59.9999999Z`,
    retainUntil: '2033-11-18T06:15:05Z',
  };
}

/** A read of as many segments as asked, each in an hour of its own, with numbers as long as they get. */
function entryOf(segments: number): ReadEntry {
  const hours = hoursFrom(segments);
  const total = segments * 100_000_000;
  return {
    ...read,
    read: {
      ...read.read,
      fetched: total,
      new: total,
      changed: 0,
      duplicate: 0,
      hours: Object.fromEntries(hours.map((hour) => [hour, { new: 100_000_000, changed: 0, vanished: 0 }])),
    },
    segments: hours.map((hour) => segmentOf(hour, 0, 100_000_000)),
  };
}

const readEntries: fc.Arbitrary<ReadEntry> = fc
  .record({
    seq: fc.integer({ min: 1, max: 1e12 - 1 }),
    counts: fc.array(
      fc
        .record({ new: fc.nat(9), changed: fc.nat(9), vanished: fc.nat(9) })
        .filter((c) => c.new + c.changed + c.vanished > 0),
      { maxLength: 10 },
    ),
    duplicate: fc.nat(1000),
    requestIds: fc.array(fc.uuid(), { maxLength: 2 }),
    why: fc.constantFrom('head', 'sweep', 'request', 'snapshot'),
  })
  .map(({ seq, counts, duplicate, requestIds, why }) => {
    const hours = hoursFrom(counts.length).map(
      (hour, n) => [hour, counts[n] ?? { new: 0, changed: 0, vanished: 0 }] as const,
    );
    const sum = (pick: (c: { new: number; changed: number; vanished: number }) => number) =>
      counts.reduce((total, each) => total + pick(each), 0);
    return {
      ...read,
      seq,
      read: {
        ...read.read,
        why,
        requestIds,
        duplicate,
        new: sum((c) => c.new),
        changed: sum((c) => c.changed),
        vanished: sum((c) => c.vanished),
        fetched: sum((c) => c.new + c.changed) + duplicate,
        hours: Object.fromEntries(hours),
      },
      segments: hours.flatMap(([hour, c]) => (c.new + c.changed > 0 ? [segmentOf(hour, 0, c.new + c.changed)] : [])),
    };
  });
