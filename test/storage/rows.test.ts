/** Whatever a row may hold comes back as it was; whatever it may not hold is refused. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkChanges, decodeRow, encodeRow } from '../../shared/storage/rows.ts';

const name = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/)
  .filter((word) => !/^(partitionkey|rowkey|timestamp|etag)$/i.test(word));
const value = fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.maxSafeInteger());
const values = fc.dictionary(name, value, { noNullPrototype: true });

/** What `@azure/data-tables` makes of the service's JSON: 64-bit numbers become bigints, system names change. */
function asRead(row: Record<string, unknown>): Record<string, unknown> {
  const { PartitionKey, RowKey, ...rest } = JSON.parse(JSON.stringify(row)) as Record<string, unknown>;
  const entity: Record<string, unknown> = {
    'odata.metadata': 'x',
    etag: 'x',
    timestamp: 'x',
    partitionKey: PartitionKey,
  };
  for (const [key, held] of Object.entries(rest)) {
    if (key.endsWith('@odata.type')) continue;
    entity[key] = rest[`${key}@odata.type`] === 'Edm.Int64' ? BigInt(held as string) : held;
  }
  return { ...entity, rowKey: RowKey };
}

describe('rows', () => {
  it('come back as they were, for any values that are allowed', () => {
    fc.assert(
      fc.property(values, (given) => {
        checkChanges('p', [{ kind: 'upsert', key: 'k', values: given }]);
        expect(decodeRow(asRead(encodeRow('p', 'k', given)))).toEqual(given);
      }),
    );
  });

  it.each([
    [-(2 ** 31), 'n'],
    [2 ** 31 - 1, 'n'],
    [-(2 ** 31) - 1, 'text'],
    [2 ** 31, 'text'],
  ])('write %d so that no layer can take it for a double', (number, form) => {
    const row = encodeRow('p', 'k', { n: number });
    expect(row).toMatchObject(form === 'n' ? { n: number } : { n: `${number}`, 'n@odata.type': 'Edm.Int64' });
  });

  it.each([
    ['a date', new Date(0)],
    ['bytes', new Uint8Array(1)],
    ['a fraction', 0.5],
    ['a number beyond 2^53', 2n ** 60n],
    ['a GUID', { type: 'Guid', value: 'x' }],
    ['null', null],
  ])('refuse to be read when they hold %s, which this app does not write', (_, foreign) => {
    expect(() => decodeRow({ rowKey: 'k', seq: foreign })).toThrow(/'seq' holds .* this app does not write/);
  });

  it('refuse any key that a layer on the way might escape', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }), (key) => {
        fc.pre(!/^[A-Za-z0-9|:.=_~-]+$/.test(key));
        expect(() => checkChanges('p', [{ kind: 'upsert', key, values: {} }])).toThrow(RangeError);
        expect(() => checkChanges(key, [{ kind: 'upsert', key: 'k', values: {} }])).toThrow(RangeError);
      }),
    );
  });

  it.each(['PartitionKey', 'rowKey', 'timestamp', 'ETAG', '1st', 'a-b', 'x'.repeat(256)])(
    'refuse the name %s for a value',
    (wrong) => {
      expect(() => checkChanges('p', [{ kind: 'upsert', key: 'k', values: { [wrong]: 1 } }])).toThrow(RangeError);
    },
  );
});
