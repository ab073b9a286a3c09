/** The half of the storage contract that is about rows: exact values, single changes, ranges, and what is refused. */

import { expect, it } from 'vitest';
import type { RowChange, RowValues } from '../../shared/storage/port.ts';
import { type Contract, collect } from './contract.ts';
import { insert, read, remove, replace, upsert } from './rowChanges.ts';
import { transactionContract } from './transactionContract.ts';

/** Declares the tests; the caller has opened a `describe`. */
export function stateContract(contract: Contract): void {
  values(contract);
  changes(contract);
  ranges(contract);
  refusals(contract);
  transactionContract(contract);
}

const NUMBERS = [
  0,
  1,
  -1,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  1_763_712_000_123,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
];
const STRINGS = {
  empty: '',
  'a space': ' ',
  'quotes and slashes': `'"\\/'';--`,
  'line ends': 'a\r\nb\n\nc\r\n\r\n',
  json: '{"odata.error":{"code":"EntityAlreadyExists"}}',
  'a multipart boundary': '--changeset_1\r\n--batch_1--',
  'a status line': '\r\nHTTP/1.1 409 Conflict\r\n',
  'text that looks like a time': '2026-11-21T08:00:00.1234567Z',
  'text that looks like a number': '00123',
  'text that looks like a GUID': '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
  'letters beyond ASCII': 'Grüße, 東京, 𝒳, \u2028 and \u2029',
  '32,768 characters': 'x'.repeat(32_768),
  '32,768 characters beyond ASCII': 'ü'.repeat(32_768),
};

function values(contract: Contract): void {
  const roundTrip = async (given: RowValues) => {
    const partition = contract.newPartition();
    await contract.apply(partition, insert('row', given));
    expect((await read(contract, partition, 'row')).values).toEqual(given);
    expect((await collect(contract.state().list(partition, 'a', 'z'))).map((row) => row.values)).toEqual([given]);
  };

  it('answers undefined for a row that does not exist', async () => {
    expect(await contract.state().get(contract.newPartition(), 'row')).toBeUndefined();
  });

  it('keeps a row without values', () => roundTrip({}));
  it.each(NUMBERS)('keeps the number %d', (value) => roundTrip({ value }));
  it.each(Object.entries(STRINGS))('keeps %s', (_, value) => roundTrip({ value }));
  it('keeps booleans', () => roundTrip({ yes: true, no: false }));
  it('tells a number from its text', () => roundTrip({ number: 1, text: '1', wide: 2 ** 40, wideText: `${2 ** 40}` }));
  it('lets one value change its type', async () => {
    const partition = contract.newPartition();
    for (const value of [1, 2 ** 40, 'text', true, -1]) {
      await contract.apply(partition, upsert('row', { value }));
      expect((await read(contract, partition, 'row')).values).toEqual({ value });
    }
  });
  it.each([
    'watermark',
    'segment|2026-11-20T05|000000000001',
    'a:b',
    'a.b',
    'a=b',
    'a-b',
    'a_b',
    'a~b',
    '000012',
    'PUT',
  ])('keeps the key %s, as row and as partition', async (key) => {
    const partition = `${contract.newPartition()}|${key}`;
    await contract.apply(partition, insert(key, { value: 1 }));
    expect((await read(contract, partition, key)).key).toBe(key);
    expect((await collect(contract.state().list(partition, key, `${key}~`))).map((row) => row.key)).toEqual([key]);
    await contract.apply(partition, remove(key, (await read(contract, partition, key)).etag));
    expect(await contract.state().get(partition, key)).toBeUndefined();
  });
}

function changes(contract: Contract): void {
  it('replaces the whole row, not the values named', async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, insert('row', { a: 1, b: 2 }));
    await contract.apply(partition, replace('row', (await read(contract, partition, 'row')).etag, { b: 3 }));
    expect((await read(contract, partition, 'row')).values).toEqual({ b: 3 });
  });

  it('upserts a row that is absent, and the whole of one that is there', async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, upsert('row', { a: 1 }));
    expect((await read(contract, partition, 'row')).values).toEqual({ a: 1 });
    await contract.apply(partition, upsert('row', { b: 2 }));
    expect((await read(contract, partition, 'row')).values).toEqual({ b: 2 });
  });

  it('deletes a row, which can then be inserted anew', async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, insert('row', { a: 1 }));
    await contract.apply(partition, remove('row', (await read(contract, partition, 'row')).etag));
    expect(await contract.state().get(partition, 'row')).toBeUndefined();
    await contract.apply(partition, insert('row', { a: 2 }));
    expect((await read(contract, partition, 'row')).values).toEqual({ a: 2 });
  });

  it('keeps partitions apart', async () => {
    const [one, two] = [contract.newPartition(), contract.newPartition()];
    await contract.apply(one, insert('row', { of: 'one' }));
    await contract.apply(two, insert('row', { of: 'two' }));
    await contract.apply(one, remove('row', (await read(contract, one, 'row')).etag));
    expect((await read(contract, two, 'row')).values).toEqual({ of: 'two' });
    expect(await collect(contract.state().list(one, 'a', 'z'))).toEqual([]);
  });
}

function ranges(contract: Contract): void {
  const KEYS = ['a', 'b|1', 'b|10', 'b|2', 'b|2026-11-20T05', 'c'];
  const listed = async (partition: string, from: string, to: string) =>
    (await collect(contract.state().list(partition, from, to))).map((row) => row.key);

  it.each([
    ['a', 'd', KEYS],
    ['b|1', 'b|2', ['b|1', 'b|10']],
    ['b|', 'b|~', ['b|1', 'b|10', 'b|2', 'b|2026-11-20T05']],
    ['b|3', 'c', []],
    ['c', 'c', []],
    ['c', 'a', []],
    ['', 'b', ['a']],
  ])('lists from %s, included, to %s, excluded', async (from, to, expected) => {
    const partition = contract.newPartition();
    await contract.apply(partition, ...[...KEYS].reverse().map((key) => insert(key)));
    expect(await listed(partition, from, to)).toEqual(expected);
  });

  it('lists every row of many, once and in order', async () => {
    const partition = contract.newPartition();
    const keys = Array.from({ length: 2_100 }, (_, row) => `row|${String(row).padStart(12, '0')}`);
    for (let from = 0; from < keys.length; from += 100) {
      await contract.apply(partition, ...keys.slice(from, from + 100).map((key) => insert(key)));
    }
    expect(await listed(partition, 'row|', 'row|~')).toEqual(keys);
  });

  it('can be left early', async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, ...['a', 'b', 'c'].map((key) => insert(key)));
    const seen: string[] = [];
    for await (const row of contract.state().list(partition, 'a', 'z')) {
      seen.push(row.key);
      if (row.key === 'b') break;
    }
    expect(seen).toEqual(['a', 'b']);
  });
}

/** Transactions that no store takes, and the words by which the refusal says why. */
const IMPOSSIBLE: Readonly<Record<string, readonly [RowChange[], string]>> = {
  'no change': [[], '1 to 100 changes'],
  '101 changes': [Array.from({ length: 101 }, (_, row) => insert(`row${row}`)), '1 to 100 changes'],
  'one row twice': [[insert('row'), upsert('row')], 'each row once'],
  'a fraction': [[insert('row', { a: 0.5 })], 'whole number'],
  NaN: [[insert('row', { a: Number.NaN })], 'whole number'],
  'a number of 2^53': [[insert('row', { a: 2 ** 53 })], 'whole number'],
  'a string of 32,769 characters': [[insert('row', { a: 'x'.repeat(32_769) })], '32,768 characters'],
  'a key with a slash': [[insert('a/b')], 'row key'],
  'an empty key': [[insert('')], 'row key'],
  'a value named like a system value': [[insert('row', { Timestamp: 1 })], 'another name'],
  'a value with a name that is no identifier': [[insert('row', { 'a b': 1 })], 'another name'],
  'an etag that stands for any version': [[remove('row', '*')], 'etag of one version'],
};

function refusals(contract: Contract): void {
  it.each(Object.entries(IMPOSSIBLE))(
    'refuses a transaction with %s, before anything is written',
    async (_, [order, words]) => {
      const partition = contract.newPartition();
      await expect(contract.state().commit(partition, order)).rejects.toThrow(RangeError);
      await expect(contract.state().commit(partition, order)).rejects.toThrow(words);
      expect(await collect(contract.state().list(partition, '', '~'))).toEqual([]);
    },
  );
}
