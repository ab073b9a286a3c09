import { describe, expect, it } from 'vitest';
import { makeHour } from '../../../dev/graphSimulator/hours.ts';
import { parseInstant } from '../../../dev/graphSimulator/instant.ts';
import { SHAPES } from '../../../dev/graphSimulator/records/awkward.ts';
import { STREAMS, type Stream } from '../../../dev/graphSimulator/streams.ts';
import { createTenant, type Row, simulatedTenantId, type TenantRows } from '../../../dev/graphSimulator/tenant.ts';
import { DAY, HOUR, NOW } from './client.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const FIRST_HOUR = Math.floor((NOW - DAY) / HOUR);
const tenant = createTenant(1, 5000);
const streams = [...STREAMS.values()];
const named = streams.map((stream) => [stream.logType.name, stream] as const);

function rowsOf(of: TenantRows, stream: Stream, hours: number, changed = false): Row[] {
  return Array.from({ length: hours }, (_, step) => FIRST_HOUR + step).flatMap((hour) =>
    [...of.hour(stream, hour).ticks.keys()].map((index) => ({ stream, hour, index, changed, v1: false })),
  );
}

const texts = (of: TenantRows, rows: readonly Row[]) => rows.map((row) => of.bytes(row).toString());
const parse = (text: string) => JSON.parse(text) as Record<string, unknown>;
const stream = (name: string) => STREAMS.get(name) as Stream;

describe('the tenant', () => {
  it('is the same in every instance, and any hour can be made alone', () => {
    const other = createTenant(1, 5000);
    for (const one of streams) {
      const rows = rowsOf(tenant, one, 24);
      expect(texts(other, rows.toReversed())).toEqual(texts(tenant, rows).toReversed());
    }
  });

  it.each([
    [2, 5000],
    [1, 5001],
  ])('is another for seed %i and %i records a day', (seed, perDay) => {
    const other = createTenant(seed, perDay);
    expect(other.id).not.toBe(tenant.id);
    const one = stream('interactiveSignIns');
    const ids = new Set(texts(tenant, rowsOf(tenant, one, 24)).map((text) => parse(text).id));
    expect(texts(other, rowsOf(other, one, 24)).filter((text) => ids.has(parse(text).id))).toEqual([]);
  });

  it('has a GUID that depends on seed and size only', () => {
    expect(simulatedTenantId(7, 300)).toMatch(GUID);
    expect(simulatedTenantId(7, 300)).toBe(simulatedTenantId(7, 300));
    expect(createTenant(7, 300).id).toBe(simulatedTenantId(7, 300));
  });

  it('has the records a day that it was asked for, most of them non-interactive, and all log types', () => {
    const counts = new Map(named.map(([name, one]) => [name, rowsOf(tenant, one, 24).length]));
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(4750);
    expect(total).toBeLessThan(5250);
    expect(counts.get('nonInteractiveSignIns')).toBeGreaterThan(total / 2);
    expect(Math.min(...counts.values())).toBeGreaterThan(0);
  });

  it('has a row of every log type in any 22 hours, however small it is', () => {
    const small = createTenant(3, 50);
    for (const [name, one] of named) {
      for (let shift = 0; shift < 48; shift += 1) {
        const hours = Array.from({ length: 22 }, (_, step) => FIRST_HOUR - shift + step);
        const rows = hours.reduce((sum, hour) => sum + small.hour(one, hour).ticks.length, 0);
        expect(rows, `${name}, ${shift} hours earlier`).toBeGreaterThan(0);
      }
    }
  });

  it('is quiet at night', () => {
    const ofDay = (hour: number) => hour % 24;
    const rows = rowsOf(tenant, stream('nonInteractiveSignIns'), 24);
    const count = (from: number, to: number) =>
      rows.filter(({ hour }) => ofDay(hour) >= from && ofDay(hour) < to).length;
    expect(count(8, 16)).toBeGreaterThan(5 * count(20, 24));
  });

  it('orders an hour newest first', () => {
    for (const one of streams) {
      const { ticks } = makeHour({ seed: 1, perDay: 100_000 }, one, FIRST_HOUR);
      expect([...ticks]).toEqual([...ticks].sort((a, b) => b - a));
    }
  });
});

describe.each(named)('a record of %s', (_, one) => {
  const rows = rowsOf(createTenant(1, 60_000), one, 24);
  const large = createTenant(1, 60_000);
  const records = texts(large, rows).map((text) => ({ text, value: parse(text) }));
  const { timeField, moving } = one.logType;

  it('is JSON, has a time in its hour and an id', () => {
    for (const [index, { value }] of records.entries()) {
      const instant = parseInstant(String(value[timeField]));
      expect(instant?.hour).toBe(rows[index]?.hour);
      expect(value.id).toBeTypeOf('string');
    }
  });

  it('has an id of its own, unless it is a version of a row that moves', () => {
    const ids = new Set(records.map(({ value }) => value.id));
    if (!moving) expect(ids.size).toBe(records.length);
    else expect(ids.size).toBeLessThan(records.length);
  });

  it('prints its time as Graph does', () => {
    const fractions = new Set(
      records.map(({ value }) => (/\.(\d+)Z$/.exec(String(value[timeField]))?.[1] ?? '').length),
    );
    if (one.wholeSeconds) expect(fractions).toEqual(new Set([0]));
    else expect(fractions.has(7)).toBe(true);
    expect(records.some(({ value }) => /\.\d*0Z$/.test(String(value[timeField])))).toBe(false);
  });

  it('has bytes of its own when it is changed, under the same id and time', () => {
    for (const row of moving ? [] : rows.slice(0, 300)) {
      const [first, later] = [large.bytes(row).toString(), large.bytes({ ...row, changed: true }).toString()];
      expect(later).not.toBe(first);
      expect([parse(later).id, parse(later)[timeField]]).toEqual([parse(first).id, parse(first)[timeField]]);
    }
  });
});

describe.each(named.filter(([name]) => name.endsWith('SignIns')))('the records of %s', (_, one) => {
  it('have the size of real sign-ins', () => {
    const records = texts(tenant, rowsOf(tenant, one, 24));
    const mean = records.reduce((sum, text) => sum + text.length, 0) / records.length;
    expect(mean).toBeGreaterThan(2000);
    expect(mean).toBeLessThan(4000);
  });
});

describe('identifiers', () => {
  const large = createTenant(1, 20_000);
  const values = (name: string) => texts(large, rowsOf(large, stream(name), 24)).map(parse);

  it('of sign-ins end in 00 and stand once more, in .NET byte order, as token identifiers', () => {
    for (const { id, uniqueTokenIdentifier } of values('nonInteractiveSignIns').slice(0, 500)) {
      expect(id).toMatch(/00$/);
      expect(id).toMatch(GUID);
      const bytes = Buffer.from(String(uniqueTokenIdentifier), 'base64url');
      bytes.subarray(0, 4).reverse();
      bytes.subarray(4, 6).reverse();
      bytes.subarray(6, 8).reverse();
      expect(bytes.toString('hex')).toBe(String(id).replaceAll('-', ''));
    }
  });

  it('of audits are no GUIDs, of detections 64 hexadecimal digits', () => {
    for (const { id } of values('directoryAudits'))
      expect(id).toMatch(/^(Directory|SSGM|Sync_HM0PK)_[0-9a-f-]{36}_[0-9A-Z]{5}_\d{8}$/);
    for (const { id } of values('riskDetections')) expect(id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of people and applications are many, and busy ones are busier', () => {
    const names = values('nonInteractiveSignIns').map(({ userPrincipalName }) => String(userPrincipalName));
    const counts = [...Map.groupBy(names, (name) => name).values()].map((list) => list.length).sort((a, b) => b - a);
    expect(counts.length).toBeGreaterThan(1500);
    expect(counts[0]).toBeGreaterThan(100);
    expect(names.every((name) => name === name.toLowerCase() && /\.example$/.test(name))).toBe(true);
  });

  it('of risky users are one for each entity', () => {
    const users = values('riskyUsers');
    expect(new Set(users.map(({ id }) => id)).size).toBe(
      new Set(users.map(({ userPrincipalName }) => userPrincipalName)).size,
    );
    expect(new Set(users.map(({ id }) => id)).size).toBeGreaterThanOrEqual(10);
    expect(new Set(values('riskyServicePrincipals').map(({ id }) => id)).size).toBeGreaterThanOrEqual(3);
  });
});

/** What must be found in the bytes of some thousand rows, whatever shape brought it. */
const AWKWARD: readonly (readonly [string, RegExp])[] = [
  ['a 17-digit double', /78\.376632690429688[,}]/],
  ['0.0', /:0\.0[,}]/],
  ['an integer beyond 2^53', /9007199254740993[,}]/],
  ['an exponent', /1E\+2[,}]/],
  ['an escaped dash', /\\u2013/],
  ['an escaped slash', /\\\//],
  ['raw non-ASCII', /東京/],
  ['a nested duplicate key', /\{"value":1,"value":2\}/],
  ['a top-level duplicate key', /"tags":\["first"\].*"tags":\["second"\]/s],
  ['a nested object with id and time before the record’s own', /^\{"related":\[\{"id":/],
  ['a page in a string', /\\"value\\":\[/],
  ['a nextLink in a string', /"@odata\.nextLink":"no link"/],
  ['brackets in a string', /\}\]\{\[/],
  ['nothing in many ways', /"text":"","null":null,"object":\{\},"list":\[\]/],
  ['spaces between tokens', /^\{ "/],
  ['LF between tokens', /^\{\n {2}"/],
  ['CRLF between tokens', /^\{\r\n {4}"/],
  ['a record above 18 KB', /^.{18000}/s],
];

describe('awkward shapes', () => {
  const large = createTenant(1, 60_000);

  it.each(AWKWARD)('hold %s', (_, pattern) => {
    for (const name of ['interactiveSignIns', 'directoryAudits']) {
      const records = texts(large, rowsOf(large, stream(name), 24));
      expect(
        records.some((text) => pattern.test(text)),
        name,
      ).toBe(true);
    }
  });

  it('leave id, time and validity alone', () => {
    const plain = { id: 'A', createdDateTime: '2026-11-20T05:00:00Z', list: [1, { b: 'x:,{"' }] };
    for (const { name, bend } of SHAPES) {
      for (const dice of [0, 1]) {
        const bent = bend(JSON.stringify(plain), { timeField: 'createdDateTime', dice });
        expect(bent, name).not.toBe(JSON.stringify(plain));
        expect(parse(bent), name).toMatchObject(plain);
      }
    }
  });
});

describe('rows that move', () => {
  it.each(['riskDetections', 'servicePrincipalRiskDetections', 'riskyUsers', 'riskyServicePrincipals'])(
    'of %s know the time of their next version, which exists',
    (name) => {
      const large = createTenant(1, 40_000);
      let followed = 0;
      for (const { hour, index } of rowsOf(large, stream(name), 24)) {
        const origin = large.hour(stream(name), hour).origins?.[index];
        if (origin?.next === undefined) continue;
        const later = large.hour(stream(name), Math.floor(origin.next / HOUR)).origins ?? [];
        expect(later.filter(({ time }) => time === origin.next)).toHaveLength(1);
        expect(later.find(({ time }) => time === origin.next)).toMatchObject({
          row: origin.row,
          version: origin.version + 1,
        });
        expect(origin.next).toBeGreaterThan(origin.time);
        followed += 1;
      }
      expect(followed).toBeGreaterThan(2);
    },
  );
});
