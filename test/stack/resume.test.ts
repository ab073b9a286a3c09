/**
 * Downloads that break, again and again, while the archive grows: what was received and what is resumed make up the whole
 * as it was pinned. And what Node's own readers make of the same answer.
 */
import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { constants, createInflateRaw, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogTypeStatus } from '../../shared/status.ts';
import { type Host, pullAll, type Stack, startStack } from '../support/stack.ts';

const LOG_TYPE = 'nonInteractiveSignIns';
const HOUR_MS = 3_600_000;
const BREAKS = 50;
/** The archive grows after so many breaks. */
const GROWS_EVERY = 10;

let stack: Stack;
let host: Host;
let status: LogTypeStatus;

beforeAll(async () => {
  stack = await startStack({ days: 2, perDay: 6000, seed: 5, faults: 'all', settings: { LOG_TYPES: LOG_TYPE } });
  host = await stack.startHost();
  [status] = (await pullAll(host, stack.target)) as [LogTypeStatus];
}, 300_000);
afterAll(() => stack.close());

/** A range that ends in the future: all that comes later lies in it too. */
const target = (more = '') => `/api/logs/${LOG_TYPE}?from=${status.from}&to=2100-01-01${more}`;

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Receives an answer up to some byte of its body, and breaks off there. */
function receive(path: string, encoding: string, most = Number.POSITIVE_INFINITY): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = get(
      `${host.url}${path}`,
      { agent: false, headers: { 'accept-encoding': encoding } },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const done = () => resolve({ headers: response.headers, body: Buffer.concat(chunks).subarray(0, most) });
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes < most) return;
          request.destroy();
          done();
        });
        response.on('end', done);
        response.on('error', reject);
      },
    );
    request.on('error', (error) => {
      if (!request.destroyed) reject(error);
    });
  });
}

/** What a client can tell of a body that may have been cut anywhere: its text so far. */
function textOf({ headers, body }: Received): string {
  if (headers['content-encoding'] !== 'gzip') return body.toString('utf8');
  return body.length === 0 ? '' : gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8');
}

const completeLines = (text: string) => text.split('\n').slice(0, -1);

/** Numbers below 1, the same in every run. */
function* luck(seed: number): Generator<number> {
  for (let n = 0; ; n += 1) {
    yield createHash('sha256').update(`${seed}|${n}`).digest().readUInt32BE() / 2 ** 32;
  }
}

describe('an export that breaks at fifty places while the archive grows', () => {
  it('is made up by what was resumed: all of the pinned, nothing twice, nothing that came later', async () => {
    const chance = luck(1);
    const next = () => chance.next().value as number;
    const whole = await receive(target(), 'identity');
    const wanted = completeLines(textOf(whole));
    expect(wanted.length).toBeGreaterThan(3000);
    const given: string[] = [];
    let cursor = String(whole.headers['x-archive-cursor']);
    for (let n = 0; n < BREAKS; n += 1) {
      if (n % GROWS_EVERY === GROWS_EVERY - 1) {
        await stack.pass(2 * HOUR_MS);
        host = await stack.startHost();
        await pullAll(host, stack.target);
      }
      const encoding = n % 2 === 0 ? 'gzip' : 'identity';
      // A byte of the whole that is left, nearer than its end as a rule.
      const scale = encoding === 'gzip' ? 9 : 1;
      const most = 1 + Math.floor((next() * whole.body.length) / 25 / scale);
      const broken = await receive(target(`&cursor=${encodeURIComponent(cursor)}`), encoding, most);
      const lines = completeLines(textOf(broken));
      given.push(...lines);
      expect(given).toEqual(wanted.slice(0, given.length));
      const skip = `&cursor=${encodeURIComponent(String(broken.headers['x-archive-cursor']))}&skip=${lines.length}`;
      cursor = await cursorOf(skip);
    }
    const rest = await receive(target(`&cursor=${encodeURIComponent(cursor)}`), 'identity');
    given.push(...completeLines(textOf(rest)));
    expect(given).toEqual(wanted);
    expect(new Set(given).size).toBe(given.length);
    // It had grown, within the range.
    expect(completeLines(textOf(await receive(target(), 'identity'))).length).toBeGreaterThan(wanted.length);
  });

  /** The place that a cursor and `skip` lead to, as a cursor. */
  async function cursorOf(place: string): Promise<string> {
    const head = await fetch(`${host.url}${target(place)}`, { method: 'HEAD' });
    return String(head.headers.get('x-archive-cursor'));
  }
});

describe('the same export read by Node', () => {
  it('with fetch, as one member alone, and with a DecompressionStream is the same bytes', async () => {
    const url = `${host.url}${target(`&versions=all`)}`;
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const wanted = Buffer.from(await plain.arrayBuffer());
    const fetched = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
    expect(fetched.headers.get('content-encoding')).toBe('gzip');
    expect(Buffer.from(await fetched.arrayBuffer()).equals(wanted)).toBe(true);

    const { body } = await receive(target('&versions=all'), 'gzip');
    expect(gunzipSync(body).equals(wanted)).toBe(true);
    // Header, one deflate stream, trailer, and nothing behind it.
    const inflate = createInflateRaw();
    inflate.end(body.subarray(10, -8));
    expect(Buffer.concat(await inflate.toArray()).equals(wanted)).toBe(true);
    expect(inflate.bytesWritten).toBe(body.length - 18);
    const stream = new Blob([new Uint8Array(body)]).stream().pipeThrough(new DecompressionStream('gzip'));
    expect(Buffer.from(await new Response(stream).arrayBuffer()).equals(wanted)).toBe(true);
  });
});
