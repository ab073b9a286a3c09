/** The wire form of a transaction, and every answer that the Table service gives to one. */

import { describe, expect, it } from 'vitest';
import type { RowChange } from '../../shared/storage/port.ts';
import { decodeTransaction, encodeTransaction } from '../../shared/storage/transaction.ts';

const URL = 'https://account.table.core.windows.net/state';

describe('encodeTransaction', () => {
  it('writes each kind of change as its own request, with the etag it was given', () => {
    const changes: RowChange[] = [
      { kind: 'insert', key: 'a|1', values: { n: 1, wide: 2 ** 40 } },
      { kind: 'replace', key: 'b', values: {}, etag: 'W/"b"' },
      { kind: 'upsert', key: 'c', values: { t: 'ü' } },
      { kind: 'delete', key: 'd', etag: 'W/"d"' },
    ];
    const { contentType, body } = encodeTransaction(URL, 'p|x', changes, 'id');
    expect(contentType).toBe('multipart/mixed; boundary=batch_id');
    const parts = body.split('--changeset_id\r\n').slice(1);
    const lines = parts.map((part) => part.split('\r\n').filter((line) => /^(POST|PUT|DELETE|If-Match|\{)/.test(line)));
    const row = (key: string) => `${URL}(PartitionKey='p%7Cx',RowKey='${key}') HTTP/1.1`;
    expect(lines).toEqual([
      [
        `POST ${URL} HTTP/1.1`,
        '{"PartitionKey":"p|x","RowKey":"a|1","n":1,"wide":"1099511627776","wide@odata.type":"Edm.Int64"}',
      ],
      [`PUT ${row('b')}`, 'If-Match: W/"b"', '{"PartitionKey":"p|x","RowKey":"b"}'],
      [`PUT ${row('c')}`, '{"PartitionKey":"p|x","RowKey":"c","t":"\\u00fc"}'],
      [`DELETE ${row('d')}`, 'If-Match: W/"d"'],
    ]);
    expect(body.endsWith('--changeset_id--\r\n--batch_id--\r\n')).toBe(true);
  });

  it('writes nothing but ASCII, whatever the values hold', () => {
    const values = { a: '\u007f\u2028𝒳東', b: '\u0000\u001f' };
    const { body } = encodeTransaction(URL, 'p', [{ kind: 'upsert', key: 'k', values }], 'id');
    expect(body).toMatch(/^[\r\n\x20-\x7e]*$/);
    expect(JSON.parse(body.split('\r\n').find((line) => line.startsWith('{')) ?? '')).toMatchObject(values);
  });
});

/** An answer as the service words it: one part for each change, or one for the change that failed. */
function answer(...parts: string[]): string {
  const part = (text: string) =>
    `--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n${text}\r\n`;
  const head = '--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n';
  return `${head}${parts.map(part).join('')}--changesetresponse_1--\r\n--batchresponse_1--\r\n`;
}

const DONE = 'HTTP/1.1 204 No Content\r\nETag: W/"1"\r\n\r\n';

/** A failed part; `index` is the change, as the service puts it before its message. */
function refused(status: number, code: string, index = 0): string {
  const error = { 'odata.error': { code, message: { lang: 'en-US', value: `${index}:Words.\nRequestId:1\nTime:2` } } };
  return `HTTP/1.1 ${status} Words\r\nContent-Type: application/json;odata=minimalmetadata\r\n\r\n${JSON.stringify(error)}`;
}

describe('decodeTransaction', () => {
  it('is done when every change has a part of success', () => {
    expect(decodeTransaction(202, answer(DONE, DONE, DONE), 3)).toBe('done');
  });

  it.each([
    [409, 'EntityAlreadyExists'],
    [412, 'UpdateConditionNotSatisfied'],
    [404, 'ResourceNotFound'],
    [404, 'EntityNotFound'],
  ])('is a conflict for %d %s', (status, code) => {
    expect(decodeTransaction(202, answer(refused(status, code, 2)), 3)).toBe('conflict');
  });

  it.each([
    [404, 'TableNotFound'],
    [400, 'InvalidDuplicateRow'],
    [400, 'EntityTooLarge'],
    [409, 'TableBeingDeleted'],
    [500, 'InternalError'],
  ])('has failed for %d %s in a part', (status, code) => {
    expect(decodeTransaction(202, answer(refused(status, code)), 3)).toEqual({ failed: status, code });
  });

  it.each([
    [403, '{"odata.error":{"code":"AuthorizationFailure","message":{}}}', 'AuthorizationFailure'],
    [413, '<?xml version="1.0"?><m:error><m:code>RequestBodyTooLarge</m:code></m:error>', 'RequestBodyTooLarge'],
    [503, '<Error><Code>ServerBusy</Code></Error>', 'ServerBusy'],
    [409, '{"odata.error":{"code":"EntityAlreadyExists"}}', 'EntityAlreadyExists'],
    [200, '', undefined],
    [502, 'Bad gateway', undefined],
  ])('has failed for %d to the whole request', (status, body, code) => {
    expect(decodeTransaction(status, body, 1)).toEqual({ failed: status, code });
  });

  it.each([[''], [answer()], [answer(DONE)], [answer(DONE, DONE).slice(0, 150)]])(
    'throws for a success that does not account for every change',
    (text) => {
      expect(() => decodeTransaction(202, text, 2)).toThrow(/answer to a transaction of 2 changes has [01] parts/);
    },
  );
});
