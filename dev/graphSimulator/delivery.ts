/**
 * Sending answers, right or spoilt, and saying whether a right one left whole.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { systemClock } from '../../shared/clock.ts';

/** How long a slow page takes at speed 1. */
const SLOW_MS = 3000;
const DRIPS = 6;

export interface Spoiling {
  /** A fault of the stage `delivery`, or none. */
  readonly fault: string | undefined;
  readonly dice: number;
  readonly speed: number;
}

export type Headers = Readonly<Record<string, string>>;

/** Sends a page; true when all of it, and nothing else, was handed to the network. */
export async function deliverPage(
  response: ServerResponse,
  headers: Headers,
  body: Buffer,
  spoiling: Spoiling,
): Promise<boolean> {
  const { fault, dice, speed } = spoiling;
  if (fault === 'truncated-page') {
    const length = cutPoint(body, dice >>> 1);
    if (dice & 1) await send(response, 200, headers, body.subarray(0, length));
    else await sendCut(response, headers, body, length);
    return false;
  }
  if (fault === 'broken-page') {
    await send(response, 200, headers, brokenBody(body, dice));
    return false;
  }
  return fault === 'slow-page' ? sendSlowly(response, headers, body, speed) : send(response, 200, headers, body);
}

/** Sends a whole answer in one write; true when all of it was handed to the network. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Headers,
  body: Buffer | string,
): Promise<boolean> {
  const whole = finished(response);
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
  return whole;
}

function finished(response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    response.once('finish', () => resolve(true));
    response.once('close', () => resolve(false));
  });
}

/** Promises the whole body and breaks the connection after a part. */
async function sendCut(response: ServerResponse, headers: Headers, body: Buffer, length: number): Promise<void> {
  response.writeHead(200, { ...headers, 'content-length': body.length });
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.write(body.subarray(0, length), () => resolve());
  });
  response.destroy();
}

async function sendSlowly(response: ServerResponse, headers: Headers, body: Buffer, speed: number): Promise<boolean> {
  const whole = finished(response);
  response.writeHead(200, { ...headers, 'content-length': body.length });
  const size = Math.ceil(body.length / DRIPS);
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    if (at > 0) await systemClock.sleep(SLOW_MS / DRIPS / speed);
    if (!response.write(body.subarray(at, at + size)) && !response.destroyed) {
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
  }
  response.end();
  return whole;
}

/** Anywhere, right after a row, before the end of the list, or before the last brace: always less than the whole. */
function cutPoint(body: Buffer, dice: number): number {
  const end = body.lastIndexOf('}');
  const places = [
    1 + ((dice >>> 3) % Math.max(1, end - 1)),
    body.indexOf('},{', (dice >>> 3) % body.length) + 1,
    body.lastIndexOf(']'),
    end,
  ];
  const place = places[dice % places.length] ?? end;
  return place > 0 ? place : end;
}

/**
 * A page that fails on one bad row: Graph's own words, in the middle of the row, and nothing after. As reported in
 * https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/7577
 */
function brokenBody(body: Buffer, dice: number): Buffer {
  const list = body.indexOf('"value"');
  const after = body.indexOf('},{', (dice >>> 1) % body.length);
  const kept = after > list ? body.subarray(0, after + 2) : body.subarray(0, body.indexOf('[', list) + 1);
  const error = {
    error: {
      code: 'BadRequest',
      message: "The property 'category[Nullable=False]' of type 'Edm.String' has a null value, which is not allowed.",
      innerError: { date: '2018-05-02T10:15:51' },
    },
  };
  return Buffer.concat([kept, Buffer.from(`{"id":"Sync_HM0PK_XXXXX"${JSON.stringify(error)}`)]);
}
