/** The access log through the real host: what a client has received is what its record says, as bytes. */
import { createHash, hash } from 'node:crypto';
import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fire, type Host, pause, pullAll, runningTimers, type Stack, startStack } from '../support/stack.ts';

const AUDITS = 'directoryAudits';
let stack: Stack;
let host: Host;
let range: string;
beforeAll(async () => {
  stack = await startStack({ days: 2, perDay: 20_000, settings: { LOG_TYPES: AUDITS } });
  host = await stack.startHost();
  const [status] = await pullAll(host, stack.target);
  range = `from=${status?.from}&to=${status?.watermark}`;
}, 300_000);
afterAll(() => stack.close());

/** The body as it comes off the wire, chunk framing aside: `fetch` would inflate it. */
async function receive(path: string, headers: Record<string, string> = {}): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  get(`${host.url}${path}`, { headers, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => (response.complete ? resolve(Buffer.concat(chunks)) : reject(new Error('broken off'))));
    response.on('error', reject);
  }).on('error', reject);
  return promise;
}

interface Found {
  readonly exports: readonly Record<string, unknown>[];
}

const lookUp = async (body: Buffer): Promise<Found> =>
  JSON.parse((await receive(`/api/exports/${hash('sha256', body)}`)).toString()) as Found;

/** Archives what was noted, by a host whose clock is an hour later. */
async function collectLater(): Promise<void> {
  await stack.pass(3_600_000);
  host = await stack.startHost();
  await fire(host, 'pull-access');
  while ((await runningTimers(host)).includes('pull-access')) await pause(50);
}

describe('a file that was delivered', () => {
  const files = new Map<string, { readonly file: Buffer; readonly found: Found }>();

  it.each([
    ['plain', {}],
    ['gzip', { 'accept-encoding': 'gzip', 'x-purpose': 'case%201' }],
  ])('as %s is found by the SHA-256 of its bytes as soon as it is there', async (kind, headers) => {
    const file = await receive(`/api/logs/${AUDITS}?${range}`, headers);
    const lines = (kind === 'gzip' ? gunzipSync(file) : file).toString().split('\n').length - 1;
    expect(lines).toBeGreaterThan(1000);
    const found = await lookUp(file);
    expect(found.exports).toMatchObject([
      {
        oid: 'anonymous',
        route: '/api/logs/{logType}',
        logType: AUDITS,
        outcome: 'complete',
        status: 200,
        records: lines,
        bytes: file.length,
        sha256: createHash('sha256').update(file).digest('hex'),
        purpose: kind === 'gzip' ? 'case 1' : null,
      },
    ]);
    files.set(kind, { file, found });
  });

  it('is found in the archive too, once the timer has collected the log', async () => {
    await collectLater();
    const log = (await receive('/api/logs/archiveAccess?from=2020-01-01&to=2100-01-01')).toString();
    for (const { file, found } of files.values()) {
      expect(log).toContain(String(found.exports[0]?.id));
      expect((await lookUp(file)).exports).toEqual(found.exports);
    }
  });

  it('as nobody received it is found by nobody', async () => {
    const text = (await receive(`/api/exports/${'0'.repeat(64)}`)).toString();
    expect(JSON.parse(text)).toMatchObject({ status: 404, title: 'Not delivered' });
  });
});
