/**
 * What a row may hold, and how it is written in Table Storage. Pure.
 *
 * It promises that whatever passes `checkChanges` reads back exactly as written, and refuses everything else before it
 * is sent. The in-memory twin uses the same check, so both stores refuse the same things.
 */

import type { RowChange, RowValues } from './port.ts';

/** Limits: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
const MOST_CHANGES = 100;
const LONGEST_STRING = 32_768;

/** Narrower than the service allows: no character that any layer on the way would escape differently. */
const KEY = /^[A-Za-z0-9|:.=_~-]{1,512}$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
const RESERVED = new Set(['partitionkey', 'rowkey', 'timestamp', 'etag']);

const INT32 = 2 ** 31;

/** Values as a row holds them: what is `undefined` has no column. */
export function definedValues(values: Readonly<Record<string, RowValues[string] | undefined>>): RowValues {
  return Object.fromEntries(
    Object.entries(values).filter((pair): pair is [string, RowValues[string]] => pair[1] !== undefined),
  );
}

/**
 * Throws `RangeError` unless `changes` can be one transaction: 1 to 100, each row once, keys of letters, digits and
 * `| : . = _ ~ -`, whole numbers within ±(2^53 − 1), strings of at most 32,768 UTF-16 units, and no `*` for an etag.
 */
export function checkChanges(partition: string, changes: readonly RowChange[]): void {
  require(changes.length >= 1 && changes.length <= MOST_CHANGES, `1 to 100 changes, not ${changes.length}`);
  require(KEY.test(partition), `a partition of letters, digits and |:.=_~-, not '${partition}'`);
  const keys = new Set(changes.map((change) => change.key));
  require(keys.size === changes.length, 'each row once');
  for (const change of changes) {
    require(KEY.test(change.key), `a row key of letters, digits and |:.=_~-, not '${change.key}'`);
    if ('etag' in change) require(change.etag !== '*' && change.etag !== '', 'the etag of one version, not any');
    if ('values' in change) checkValues(change.key, change.values);
  }
}

function checkValues(key: string, values: RowValues): void {
  for (const [name, value] of Object.entries(values)) {
    const where = `'${name}' of row '${key}'`;
    require(NAME.test(name) && !RESERVED.has(name.toLowerCase()), `another name than ${where}`);
    if (typeof value === 'number') require(Number.isSafeInteger(value), `a whole number within 2^53 in ${where}`);
    if (typeof value === 'string') require(value.length <= LONGEST_STRING, `at most 32,768 characters in ${where}`);
  }
}

function require(holds: boolean, rule: string): void {
  if (!holds) throw new RangeError(`A transaction takes ${rule}.`);
}

/**
 * The row as the service's JSON. Numbers beyond 32 bits go as `Edm.Int64`, which is text on the wire: a double would
 * also hold them, but leaves it to every layer how its digits are printed.
 */
export function encodeRow(partition: string, key: string, values: RowValues): Record<string, unknown> {
  const row: Record<string, unknown> = { PartitionKey: partition, RowKey: key };
  for (const [name, value] of Object.entries(values)) {
    const wide = typeof value === 'number' && (value < -INT32 || value >= INT32);
    row[name] = wide ? String(value) : value;
    if (wide) row[`${name}@odata.type`] = 'Edm.Int64';
  }
  return row;
}

/**
 * The values in an entity as `@azure/data-tables` reads it, without keys, etag and times.
 * Throws when it holds something that `encodeRow` never writes.
 */
export function decodeRow(entity: Readonly<Record<string, unknown>>): RowValues {
  const values: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(entity)) {
    if (RESERVED.has(name.toLowerCase()) || name.startsWith('odata.')) continue;
    values[name] = decodeValue(name, value);
  }
  return values;
}

function decodeValue(name: string, value: unknown): string | number | boolean {
  const plain = typeof value === 'bigint' ? Number(value) : value;
  if (typeof plain === 'string' || typeof plain === 'boolean' || Number.isSafeInteger(plain)) {
    return plain as string | number | boolean;
  }
  throw new TypeError(`'${name}' holds a ${typeof value} that this app does not write. Rebuild the table.`);
}
