/**
 * What an answer costs in memory that was made to cost much: a few times the largest body that is read, and no more
 * however often it is tried.
 */
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startOverHttp } from './overHttp.ts';

const MIB = 1024 * 1024;
const CHUNK = 256 * 1024;
/** Three of the largest body: while one of unknown length grows there are one and a half of it. */
const MOST_MIB = 192;

/** Mebibytes that this process ever took at once. */
const peak = () => process.resourceUsage().maxRSS / 1024;

interface Large {
  readonly start?: string;
  /** Repeated in between. */
  readonly unit: string | Buffer;
  readonly end?: string;
  readonly mebibytes: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes a body as fast as it is read, from one chunk. */
function large({ start = '', unit, end = '', mebibytes, status = 200, headers = {} }: Large): Answer {
  const chunk = Buffer.alloc(CHUNK - (CHUNK % unit.length), unit);
  return async (response) => {
    response.writeHead(status, headers).write(start);
    for (let sent = 0; sent < mebibytes * MIB && !response.destroyed; sent += chunk.length) {
      if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    if (!response.destroyed) response.end(end);
  };
}

/** 200 MB of white space in 200 KB. */
const bomb = Buffer.concat(Array.from({ length: 200 }, () => gzipSync(Buffer.alloc(MIB, ' '))));
const RECORD = '{"value":[{"id":"a","activityDateTime":"2026-11-20T05:30:00Z","x":"';
const LENGTH = { 'content-length': String(RECORD.length + 200 * MIB) };
const ZIPPED = { 'content-encoding': 'gzip' };
const NO_CHARACTER = Buffer.from([0xff]);

const LARGE: readonly (readonly [name: string, answer: Answer, says: RegExp])[] = [
  ['a page of 200 MB', large({ start: RECORD, unit: 'x', mebibytes: 200 }), /larger than 67108864 bytes/],
  [
    'a page of 200 MB that says its length',
    large({ start: RECORD, unit: 'x', mebibytes: 200, headers: LENGTH }),
    /larger than 67108864 bytes/,
  ],
  ['a refusal of 200 MB', large({ unit: 'x', mebibytes: 200, status: 500 }), /larger than 67108864 bytes/],
  ['a gzip bomb', (response) => response.writeHead(200, ZIPPED).end(bomb), /its content-encoding is "gzip"/],
  ['a gzip bomb that does not say so', (response) => response.end(bomb), /it is not UTF-8/],
  [
    '60 MB of records',
    large({ start: '{"value":[{}', unit: ',{}', end: ']}', mebibytes: 60 }),
    /more than 10000 records/,
  ],
  [
    '60 MB of a list',
    large({ start: '{"value":[{"signInEventTypes":[0', unit: ',""', end: ']}]}', mebibytes: 60 }),
    /a list of more than 1000 texts/,
  ],
  ['60 MB of an error', large({ start: '{"error":[0', unit: ',[]', end: ']}', mebibytes: 60 }), /it is an error/],
  [
    '60 MB of a refusal',
    large({ start: '{"error":[0', unit: ',[]', end: ']}', mebibytes: 60, status: 400 }),
    /no JSON of 4096/,
  ],
  ['60 MB of a link', large({ start: '{"@odata.nextLink":"', unit: 'x', end: '"}', mebibytes: 60 }), /too long/],
  ['60 MB of no characters', large({ start: '{"', unit: NO_CHARACTER, mebibytes: 60 }), /it is not UTF-8/],
  [
    'a length of 60 MB and nothing else',
    (response) => {
      response.writeHead(200, { 'content-length': 60 * MIB }).write('{', () => response.destroy());
    },
    /the answer broke off after 1 bytes/,
  ],
];

describe('an answer made to take memory', () => {
  let before = 0;
  beforeAll(() => {
    before = peak();
  });

  it.each(LARGE)('ends its window at a bounded cost: %s', async (_case, answer, says) => {
    await using over = await startOverHttp('servicePrincipalSignIns');
    over.intercept('later', answer);
    expect(await over.failure()).toMatchObject({ message: expect.stringMatching(says) });
    await over.archives();
    expect(peak() - before).toBeLessThan(MOST_MIB);
  });
});
