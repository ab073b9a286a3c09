/**
 * `StateStore` on Azure Table Storage (and Azurite): point reads, range queries, and commits as one entity group
 * transaction with `If-Match`.
 *
 * It promises what `port.ts` says. It never writes a row unconditionally unless the change is an `upsert`, and never
 * takes a transaction that the service would have to split.
 */

import { randomUUID } from 'node:crypto';
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { odata, type TableClient, type TableEntityResult } from '@azure/data-tables';
import { refusalOf, StorageError, type StorageOperation } from './failure.ts';
import { ATTEMPT_MS, patiently } from './patience.ts';
import type { Row, RowChange, StateStore } from './port.ts';
import { checkChanges, decodeRow } from './rows.ts';
import { decodeTransaction, encodeTransaction, type TransactionAnswer } from './transaction.ts';

type Entity = TableEntityResult<Record<string, unknown>>;

const RIGHTS = 'Microsoft.Storage/storageAccounts/tableServices/tables/entities';

/** The version of the Table service's protocol, the same that `@azure/data-tables` speaks. */
const SERVICE_VERSION = '2019-02-02';

/** Shared by all transactions, so that connections are reused. */
const httpClient = createDefaultHttpClient();

/**
 * The state store in `table`, whose client carries credential and retry options.
 * `attemptMs`: how long one attempt of a call may take, in milliseconds.
 */
export function createStateStore(table: TableClient, attemptMs: number = ATTEMPT_MS): StateStore {
  async function get(partition: string, key: string): Promise<Row | undefined> {
    try {
      return toRow(await patiently(attemptMs, (abortSignal) => table.getEntity(partition, key, { abortSignal })));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.status === 404 && refusal.code === 'ResourceNotFound') return undefined;
      throw new StorageError(reading(`read row '${partition}' '${key}'`), refusal);
    }
  }

  async function* list(partition: string, fromKey: string, toKey: string): AsyncIterable<Row> {
    const filter = odata`PartitionKey eq ${partition} and RowKey ge ${fromKey} and RowKey lt ${toKey}`;
    let continuationToken: string | undefined;
    do {
      const page = await patiently(attemptMs, async (abortSignal) => {
        const pages = table.listEntities({ queryOptions: { filter }, abortSignal });
        return (await pages.byPage(continuationToken ? { continuationToken } : {}).next()).value;
      }).catch((error) => {
        throw new StorageError(reading(`list rows '${partition}' '${fromKey}' to '${toKey}'`), refusalOf(error));
      });
      for (const entity of page as Entity[]) yield toRow(entity);
      continuationToken = page.continuationToken;
    } while (continuationToken);
  }

  async function commit(partition: string, changes: readonly RowChange[]): Promise<'done' | 'conflict'> {
    checkChanges(partition, changes);
    const operation = writing(`commit ${changes.length} changes to '${partition}', first row '${changes[0]?.key}'`);
    const answer = await patiently(attemptMs, (signal) => submit(table, partition, changes, signal)).catch((error) => {
      throw new StorageError(operation, refusalOf(error));
    });
    if (typeof answer === 'string') return answer;
    throw new StorageError(operation, { status: answer.failed, code: answer.code, requestId: undefined });
  }

  return { get, list, commit };
}

/** Sends the transaction through the client's own pipeline, which signs it and repeats it on 5xx and lost connections. */
async function submit(
  table: TableClient,
  partition: string,
  changes: readonly RowChange[],
  abortSignal: AbortSignal,
): Promise<TransactionAnswer> {
  const base = table.url.replace(/\/$/, '');
  const { contentType, body } = encodeTransaction(`${base}/${table.tableName}`, partition, changes, randomUUID());
  const request = createPipelineRequest({
    url: `${base}/$batch`,
    method: 'POST',
    headers: createHttpHeaders({
      Accept: 'application/json',
      'Content-Type': contentType,
      DataServiceVersion: '3.0;',
      MaxDataServiceVersion: '3.0;NetFx',
      'x-ms-version': SERVICE_VERSION,
    }),
    body,
    abortSignal,
    // The client's own calls refuse plain http unless it was built to allow it, and `connectStorage` allows loopback only.
    allowInsecureConnection: base.startsWith('http:'),
  });
  const response = await table.pipeline.sendRequest(httpClient, request);
  return decodeTransaction(response.status, response.bodyAsText ?? '', changes.length);
}

/** `timestamp` has seven fraction digits; those beyond the millisecond are dropped, not rounded. */
function toRow(entity: Entity): Row {
  const { rowKey, etag, timestamp } = entity;
  return { key: rowKey as string, values: decodeRow(entity), etag, writtenAt: Date.parse(timestamp as string) };
}

function reading(doing: string): StorageOperation {
  return { doing, right: `${RIGHTS}/read`, role: 'Storage Table Data Reader' };
}

function writing(doing: string): StorageOperation {
  return { doing, right: `${RIGHTS}/write`, role: 'Storage Table Data Contributor' };
}
