/**
 * One entity group transaction in the words of the Table service: a multipart request of 1 to 100 changes, and the
 * reading of its answer. Pure; `tables.ts` sends it.
 *
 * The SDK has `submitTransaction`, but it deletes with `If-Match: *` whatever etag it is given (data-tables 13.3.2,
 * TableClient.js, case "delete"), which would silently delete a row that somebody else has just changed.
 * Format: https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
 */

import type { RowChange } from './port.ts';
import { encodeRow } from './rows.ts';

export interface TransactionRequest {
  readonly contentType: string;
  readonly body: string;
}

/** `failed` carries the code of the change that failed, or of the whole request. */
export type TransactionAnswer = 'done' | 'conflict' | { readonly failed: number; readonly code: string | undefined };

const LINE = '\r\n';

/**
 * The request for `changes`, which `checkChanges` has passed. `tableUrl`: of the table, without a trailing slash.
 * `id` separates the parts and must not occur in the content: a new UUID.
 */
export function encodeTransaction(
  tableUrl: string,
  partition: string,
  changes: readonly RowChange[],
  id: string,
): TransactionRequest {
  const parts = changes.map((change) =>
    [`--changeset_${id}`, 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', '']
      .concat(subRequest(tableUrl, partition, change))
      .join(LINE),
  );
  const head = [`--batch_${id}`, `Content-Type: multipart/mixed; boundary=changeset_${id}`, ''];
  const body = [...head, ...parts, `--changeset_${id}--`, `--batch_${id}--`, ''].join(LINE);
  return { contentType: `multipart/mixed; boundary=batch_${id}`, body };
}

const METHODS = { insert: 'POST', replace: 'PUT', upsert: 'PUT', delete: 'DELETE' } as const;

function subRequest(tableUrl: string, partition: string, change: RowChange): string[] {
  const row = `(PartitionKey='${encodeURIComponent(partition)}',RowKey='${encodeURIComponent(change.key)}')`;
  const url = change.kind === 'insert' ? tableUrl : tableUrl + row;
  const lines = [`${METHODS[change.kind]} ${url} HTTP/1.1`, 'Accept: application/json;odata=minimalmetadata'];
  if ('etag' in change) lines.push(`If-Match: ${change.etag}`);
  if (change.kind === 'delete') return [...lines, '', ''];
  if (change.kind === 'insert') lines.push('Prefer: return-no-content');
  return [
    ...lines,
    'Content-Type: application/json',
    'DataServiceVersion: 3.0;',
    '',
    asciiJson(encodeRow(partition, change.key, change.values)),
  ];
}

/** JSON without a character beyond ASCII: the parts carry no charset, and Azurite's reader stops at U+2028. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Codes by which one change refuses the transaction because of the state of its row. */
const CONFLICTS = new Set([
  '409 EntityAlreadyExists',
  '412 UpdateConditionNotSatisfied',
  '404 ResourceNotFound',
  '404 EntityNotFound',
]);

/**
 * Reads the answer to a transaction of `changes` changes. `status`: of the whole request; `text`: its body.
 * A part for each change with a status of success is `done`; anything that is neither that nor a refusal throws.
 */
export function decodeTransaction(status: number, text: string, changes: number): TransactionAnswer {
  const code = /"code"\s*:\s*"(\w+)"|<(?:\w+:)?code>(\w+)</i.exec(text);
  const refused = (failed: number) => ({ failed, code: code?.[1] ?? code?.[2] });
  if (status !== 202) return refused(status);
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
  const failed = statuses.find((part) => part >= 300);
  if (failed !== undefined) {
    const answer = refused(failed);
    return CONFLICTS.has(`${failed} ${answer.code}`) ? 'conflict' : answer;
  }
  if (statuses.length === changes) return 'done';
  throw new Error(`The answer to a transaction of ${changes} changes has ${statuses.length} parts.`);
}
