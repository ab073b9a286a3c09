/** Short words for row changes, and for reading a row that must exist. */

import type { Row, RowChange, RowValues } from '../../shared/storage/port.ts';
import type { Contract } from './contract.ts';

export const insert = (key: string, values: RowValues = {}): RowChange => ({ kind: 'insert', key, values });
export const upsert = (key: string, values: RowValues = {}): RowChange => ({ kind: 'upsert', key, values });
export const replace = (key: string, etag: string, values: RowValues = {}): RowChange => ({
  kind: 'replace',
  key,
  values,
  etag,
});
export const remove = (key: string, etag: string): RowChange => ({ kind: 'delete', key, etag });

/** The row, which must exist. */
export async function read({ state }: Contract, partition: string, key: string): Promise<Row> {
  const row = await state().get(partition, key);
  if (!row) throw new Error(`Row '${key}' does not exist.`);
  return row;
}
