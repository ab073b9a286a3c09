/**
 * What a client of an export meets: a pace of its own, damage in the store, and answers to mistakes.
 *
 * One log type in a day of big hours, so that an export is many times what memory may grow by. Every segment that the
 * host fetches is seen at the proxy before Azurite's blobs.
 */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { BlobServiceClient, type BlockBlobClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitName } from '../../shared/archive/names.ts';
import type { IndexedSegment } from '../../shared/segmentIndex.ts';
import type { LogTypeStatus } from '../../shared/status.ts';
import { HOSTILE } from '../fuzz/hostile.ts';
import { openExport, receive, whenQuiet } from '../support/slowClient.ts';
import { type Host, pause, pullAll, residentBytes, type Stack, startStack } from '../support/stack.ts';

const MEBIBYTE = 1024 ** 2;
const LOG_TYPE = 'nonInteractiveSignIns';
const LEAST_EXPORT = 150 * MEBIBYTE;
/** What memory may grow by while a client is served, whatever the size of the export. */
const MOST_GROWTH = 80 * MEBIBYTE;
/**
 * What may lie between the store and the client, inflated: a segment, the four that are fetched ahead and stay deflated
 * until then, and what sockets of two hops hold.
 */
const MOST_AHEAD = 128 * MEBIBYTE;

let stack: Stack;
let host: Host;
let status: LogTypeStatus;
let segments: IndexedSegment[];
let url: string;
/** Full names of the segments the host has fetched, in order. */
let fetched: string[] = [];

beforeAll(async () => {
  stack = await startStack({ days: 1, perDay: 120_000, seed: 11, settings: { LOG_TYPES: LOG_TYPE } });
  const puller = await stack.startHost();
  [status] = (await pullAll(puller, stack.target)) as [LogTypeStatus];
  await puller.stop('SIGTERM');
  host = await stack.startHost();
  const range = `from=${status.from}&to=${status.watermark}`;
  url = `${host.url}/api/logs/${LOG_TYPE}?${range}`;
  const list = await fetch(`${host.url}/api/segments/${LOG_TYPE}?${range}`);
  segments = ((await list.json()) as { segments: IndexedSegment[] }).segments;
  stack.blobProxy.failBefore(({ kind, container, blob }) => {
    if (kind === 'getBlob' && container?.startsWith('archive-')) fetched.push(`${container}/${blob}`);
    return false;
  });
}, 300_000);
afterAll(() => stack.close());

const rawBytes = (names: readonly string[]): number =>
  segments.filter(({ name }) => names.includes(name)).reduce((sum, segment) => sum + segment.rawBytes, 0);

/** An export from the first time of one segment up to the last time of another, and without that. */
const hours = (first: number, last: number): string =>
  `${host.url}/api/logs/${LOG_TYPE}?from=${segments[first]?.minTime}&to=${segments[last]?.maxTime}`;

describe('a slow client of a large export', () => {
  it('leaves memory flat, keeps the reading at its own pace, and gets every byte', async () => {
    await receive(await openExport(hours(0, 0)));
    const before = residentBytes(host);
    fetched = [];
    let received = 0;
    let most = { growth: 0, ahead: 0 };
    const sum = createHash('sha256');
    for await (const chunk of await openExport(url)) {
      const step = Math.floor((received + chunk.length) / MEBIBYTE) > Math.floor(received / MEBIBYTE);
      received += chunk.length;
      sum.update(chunk);
      if (!step) continue;
      // At most 10 MiB a second: the host could give several times that.
      await pause(100);
      most = {
        growth: Math.max(most.growth, residentBytes(host) - before),
        ahead: Math.max(most.ahead, rawBytes(fetched) - received),
      };
    }
    expect(received).toBe(status.rawBytes);
    expect(received).toBeGreaterThan(LEAST_EXPORT);
    expect(fetched).toEqual(segments.map(({ name }) => name));
    expect(most.growth).toBeLessThan(MOST_GROWTH);
    expect(most.ahead).toBeLessThan(MOST_AHEAD);
    expect(sum.digest('hex')).toBe(await digestOf(await openExport(url)));
  });
});

async function digestOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const sum = createHash('sha256');
  for await (const chunk of body) sum.update(chunk);
  return sum.digest('hex');
}

describe('a client that leaves', () => {
  it.each([
    ['in the middle of reading', 4 * MEBIBYTE],
    ['after the first chunk', 1],
  ])('%s stops the reads of the store', async (_when, bytes) => {
    fetched = [];
    let received = 0;
    // Leaving the loop destroys the connection.
    for await (const chunk of await openExport(url)) {
      received += chunk.length;
      if (received >= bytes) break;
    }
    await whenQuiet(() => fetched.length);
    expect(rawBytes(fetched)).toBeLessThan(received + MOST_AHEAD);
    expect(fetched.length).toBeLessThan(segments.length / 2);
    expect((await fetch(`${host.url}/api/health`)).status).toBe(200);
  });
});

describe('a segment that is damaged in the store', () => {
  const flip = (bytes: Buffer, at: number) => {
    const other = Buffer.from(bytes);
    other[at] = (other[at] ?? 0) ^ 1;
    return other;
  };
  const damages: readonly [string, (blob: BlockBlobClient, bytes: Buffer) => Promise<unknown>][] = [
    ['one bit of it is another', (blob, bytes) => upload(blob, flip(bytes, bytes.length >> 1))],
    ['a bit of its trailer is another', (blob, bytes) => upload(blob, flip(bytes, bytes.length - 1))],
    ['it is cut short', (blob, bytes) => upload(blob, bytes.subarray(0, bytes.length >> 1))],
    ['it is empty', (blob) => upload(blob, Buffer.alloc(0))],
    ['it is missing', (blob) => blob.delete()],
  ];
  const upload = (blob: BlockBlobClient, bytes: Buffer) => blob.upload(bytes, bytes.length);
  const lines = (at: number) => (segments[at] as IndexedSegment).records;

  /** Does `act` while the segment at this place of the list is damaged, and mends it. */
  async function whileDamaged(at: number, damage: (typeof damages)[number][1], act: () => Promise<void>) {
    const [container, name] = splitName((segments[at] as IndexedSegment).name);
    const service = BlobServiceClient.fromConnectionString(stack.azurite.unguarded.connectionString);
    const blob = service.getContainerClient(container).getBlockBlobClient(name);
    const bytes = await blob.downloadToBuffer();
    await damage(blob, bytes);
    try {
      await act();
    } finally {
      await upload(blob, bytes);
    }
  }

  it.each(damages)('is an error answer where it comes first: %s', async (_what, damage) => {
    await whileDamaged(0, damage, async () => {
      const response = await fetch(url);
      expect(response.status).toBe(500);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ status: 500, instance: expect.stringMatching(/^urn:uuid:/) });
      expect(text).not.toMatch(/\bat .*:\d+/);
    });
    await receive(await openExport(hours(0, 0)));
  });

  it.each(damages)('breaks the transfer where it comes later: %s', async (_what, damage) => {
    const at = 2;
    await whileDamaged(at, damage, async () => {
      const { status: code, complete, body } = await untilBroken(url);
      expect({ code, complete }).toEqual({ code: 200, complete: false });
      // What came before it may have arrived, but no line of it or after it.
      expect(body.filter((byte) => byte === 10).length).toBeLessThanOrEqual(lines(0) + lines(1));
    });
    // The log names the segment, so that an operator can look at it.
    expect(host.output()).toContain((segments[at] as IndexedSegment).name);
  });

  it('breaks it too where the range cuts the segment', async () => {
    for (const [, damage] of damages) {
      await whileDamaged(1, damage, async () => {
        expect(await untilBroken(hours(0, 1))).toMatchObject({ status: 200, complete: false });
      });
    }
  });
});

/** Receives an answer whatever becomes of it. */
async function untilBroken(from: string): Promise<{ status: number; complete: boolean; body: Buffer }> {
  const response = await openExport(from);
  const chunks: Buffer[] = [];
  let broken = false;
  try {
    for await (const chunk of response) chunks.push(chunk);
  } catch {
    broken = true;
  }
  return { status: response.statusCode ?? 0, complete: response.complete && !broken, body: Buffer.concat(chunks) };
}

/** A request as it is written here, to the byte. */
async function sendRaw(target: string): Promise<{ target: string; status: number; text: string }> {
  const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  const text = Buffer.concat(await socket.toArray()).toString();
  return { target, status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]), text };
}

describe('bad input', () => {
  const from = 'from=2026-01-01T00:00:00Z';
  const to = 'to=2026-01-02T00:00:00Z';
  const example = 'from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z';
  const future = new Date(Date.now() + 86_400_000).toISOString();
  it.each([
    [`noSuchLog?${from}&${to}`, 'logType', `/api/logs/${LOG_TYPE}`],
    [`${LOG_TYPE.toLowerCase()}?${from}&${to}`, 'logType', `/api/logs/${LOG_TYPE}`],
    [`%E0%A4%A?${from}&${to}`, 'logType', `/api/logs/${LOG_TYPE}`],
    [`${LOG_TYPE}?${to}`, 'from', example],
    [`${LOG_TYPE}?from=&${to}`, 'from', example],
    [`${LOG_TYPE}?${from}`, 'to', example],
    [LOG_TYPE, 'from', example],
    [`${LOG_TYPE}?from=01/02/2026&${to}`, 'from', example],
    [`${LOG_TYPE}?${from}&to=yesterday`, 'to', example],
    [`${LOG_TYPE}?from=2026-02-30T00:00:00Z&to=2026-03-02`, 'from', example],
    [`${LOG_TYPE}?from=2026-02-01&to=2026-02-30`, 'to', example],
    [`${LOG_TYPE}?from=2026-01-02&to=2026-01-01`, 'to', example],
    [`${LOG_TYPE}?from=2026-01-02&to=2026-01-02`, 'to', example],
    [`${LOG_TYPE}?from=${future}&to=9999-01-01`, 'from', example],
    [`${LOG_TYPE}?${from}&${to}&form=x`, 'form', `${example}&filter=`],
    [`${LOG_TYPE}?${from}&${from}&${to}`, 'from', `${example}&filter=`],
    [`${LOG_TYPE}?${from}&${to}&format=xml`, 'format', 'format=ndjson'],
    [`${LOG_TYPE}?${from}&${to}&format=ndjson&format=ndjson`, 'format', 'format=csv'],
  ])('/api/logs/%s is a 400 that names %s and shows a right example', async (query, parameter, right) => {
    const response = await fetch(`${host.url}/api/logs/${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await response.json()) as { status: number; parameter: string; detail: string };
    expect(problem).toMatchObject({ status: 400, parameter });
    expect(problem.detail).toContain(right);
    expect(problem.detail).toContain(`'${parameter === 'logType' ? query.split('?')[0]?.slice(0, 80) : parameter}'`);
  });

  it.each([
    [`segments/${LOG_TYPE}?${from}`, 'to'],
    [`segments/noSuchLog?${from}&${to}`, 'logType'],
    [`segments/${LOG_TYPE}?${from}&${to}&format=ndjson`, 'format'],
    ['status?verbose=1', 'verbose'],
    [`coverage?${from}`, 'to'],
    [`coverage?${from}&${to}&detail=hours`, 'detail'],
    ['coverage/noSuchLog', 'logType'],
    [`coverage/${LOG_TYPE}?detail=minutes`, 'detail'],
    [`coverage/${LOG_TYPE}?from=2026-01-01&to=2026-03-01&detail=hours`, 'to'],
    ['logs?from=2026-01-01', 'from'],
  ])('/api/%s is a 400 that names %s', async (path, parameter) => {
    const response = await fetch(`${host.url}/api/${path}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ parameter });
  });

  it.each(['/api/nothing', '/api', '/api/logs/a/b', '/nothing/at/all', '/api/segments'])(
    '%s is a 404',
    async (path) => {
      expect((await fetch(`${host.url}${path}`)).status).toBe(404);
    },
  );

  it('is answered as such also where no client has put the path in order before it is sent', async () => {
    const named = new Set<string>();
    stack.blobProxy.failBefore(({ container, blob }) => {
      named.add(`${container}/${blob}`);
      return false;
    });
    // What fits into a request line as it stands.
    const raw = HOSTILE.filter((text) => /^[\x21-\x7e]{1,2000}$/.test(text));
    const targets = raw.flatMap((text) => [
      `/api/logs/${text}?${from}&${to}`,
      `/${text}/api/logs/${LOG_TYPE}?${from}&${to}`,
      `/api/integrity/${text}`,
    ]);
    expect(targets.length).toBeGreaterThan(150);
    const answers = await Promise.all(targets.map((target) => sendRaw(target)));
    const wrong = answers.filter(
      ({ status, text }) => !(status >= 200 && status < 500) || /\n\s+at |node_modules|\.[cm]?[jt]s:\d/.test(text),
    );
    expect(wrong).toEqual([]);
    expect(answers.filter(({ status }) => status === 400).length).toBeGreaterThan(50);
    expect([...named].filter((name) => /\.\.|[^\w/=.-]/.test(name))).toEqual([]);
  });

  it('leaves a host that answers right questions, HEAD among them', async () => {
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(head.headers.get('x-archive-covered-to')).toBe(status.watermark);
    const asked = await fetch(url.replace('/api/logs/', '/api/coverage/'));
    const { state, coveredTo } = (await asked.json()) as { state: string; coveredTo: string };
    expect([state, coveredTo]).toEqual([
      head.headers.get('x-archive-coverage'),
      `${status.watermark}`.replace('Z', '.0000000Z'),
    ]);
    const all = (await (await fetch(`${host.url}/api/coverage`)).json()) as { logTypes: { logType: string }[] };
    expect(all.logTypes.map(({ logType }) => logType)).toContain(LOG_TYPE);
    expect(await head.text()).toBe('');
    const refused = await fetch(`${host.url}/api/logs/${LOG_TYPE}?${from}`, { method: 'HEAD' });
    expect([refused.status, await refused.text()]).toEqual([400, '']);
    // A range of dates, and one that ends in the future, are right.
    const day = `${status.watermark}`.slice(0, 10);
    const dates = await openExport(`${host.url}/api/logs/${LOG_TYPE}?from=${day}&to=9999-01-01`);
    expect(dates.statusCode).toBe(200);
    dates.destroy();
  });
});
