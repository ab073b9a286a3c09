/**
 * An HTTP proxy before a storage service that can do what networks do: lose an answer after the write was applied, fail
 * before it, be slow.
 *
 * Requests pass unchanged, so their signatures hold (Azure signs path and headers, not the host). Faults are checked
 * in the order of `FaultProxy` below; the first that applies is the one that happens. Everything is counted by kind.
 */

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RequestKind, readRequest, type StorageRequest } from './storageRequests.ts';

export type Match = (request: StorageRequest) => boolean;

/** Every time, only at the first attempt of each request (an SDK's repetitions pass), or as the function says. */
export type Frequency = 'always' | 'firstAttempt' | (() => boolean);

export interface FaultProxy {
  /** Where clients go instead of to the target. */
  readonly url: string;
  /** Requests received, by kind, since the start or the last `reset`. */
  readonly received: Map<RequestKind, number>;
  /** Requests passed on to the target, by kind. */
  readonly forwarded: Map<RequestKind, number>;
  /** Waits before anything else is done with the request, and then does it even if the client has left. */
  delay(match: Match, milliseconds: number, frequency?: Frequency): void;
  /** Answers with an error without passing the request on: `503 ServerBusy` unless told otherwise. */
  failBefore(match: Match, frequency?: Frequency, status?: number, code?: string): void;
  /**
   * Passes the request on, waits for the whole answer, and then breaks the connection instead of giving it:
   * `nothing` of it, or the headers and `half` of the body.
   */
  loseAnswer(match: Match, frequency?: Frequency, give?: 'nothing' | 'half'): void;
  /** Faults that happened, by name, since the start or the last `reset`. */
  readonly happened: Map<'delay' | 'fail' | 'lose', number>;
  /** Forgets all faults and counts. */
  reset(): void;
  close(): Promise<void>;
}

interface Fault {
  readonly what: 'delay' | 'fail' | 'lose';
  readonly applies: Match;
  readonly milliseconds?: number;
  readonly answer?: Answer;
  readonly give?: 'nothing' | 'half';
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** Starts a proxy on a free port of 127.0.0.1 before `target`, Azurite's blob or table URL with the account's path. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const received = new Map<RequestKind, number>();
  const forwarded = new Map<RequestKind, number>();
  const happened: FaultProxy['happened'] = new Map();
  const closing = new AbortController();
  let faults: Fault[] = [];

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const id = incoming.headers['x-ms-client-request-id'] as string | undefined;
    const request = readRequest(incoming.method ?? '', incoming.url ?? '', id);
    count(received, request.kind);
    const body = await buffer(incoming);
    const hit = (what: Fault['what']) => {
      const fault = faults.find((one) => one.what === what && one.applies(request));
      if (fault) count(happened, what);
      return fault;
    };
    await sleep(hit('delay')?.milliseconds ?? 0, undefined, { signal: closing.signal });
    const failure = hit('fail')?.answer;
    if (failure) return give(outgoing, failure);
    count(forwarded, request.kind);
    const answer = await forward(new URL(request.url, target), incoming, body);
    const loss = hit('lose')?.give;
    if (loss === 'nothing') outgoing.destroy();
    else if (loss === 'half') giveHalf(outgoing, answer);
    else give(outgoing, answer);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${new URL(target).pathname}`,
    received,
    forwarded,
    happened,
    delay: (match, milliseconds, frequency = 'always') =>
      faults.push({ what: 'delay', applies: limited(match, frequency), milliseconds }),
    failBefore: (match, frequency = 'always', status = 503, code = 'ServerBusy') =>
      faults.push({ what: 'fail', applies: limited(match, frequency), answer: errorAnswer(status, code) }),
    loseAnswer: (match, frequency = 'firstAttempt', give = 'nothing') =>
      faults.push({ what: 'lose', applies: limited(match, frequency), give }),
    reset: () => {
      faults = [];
      for (const counts of [received, forwarded, happened]) counts.clear();
    },
    close: () => {
      closing.abort();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function count<K>(counts: Map<K, number>, kind: K): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

function limited(match: Match, frequency: Frequency): Match {
  if (frequency === 'always') return match;
  if (frequency !== 'firstAttempt') return (request) => match(request) && frequency();
  const seen = new Set<string>();
  return (request) => {
    if (!match(request) || seen.has(request.id)) return false;
    seen.add(request.id);
    return true;
  };
}

function forward(url: URL, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: incoming.method ?? 'GET', headers: incoming.headers }, (response) => {
      const { statusCode = 502, headers } = response;
      buffer(response).then((content) => resolve({ status: statusCode, headers, body: content }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function give(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, headers);
  outgoing.end(body);
}

function giveHalf(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, headers);
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => outgoing.destroy());
}

function errorAnswer(status: number, code: string): Answer {
  const body = Buffer.from(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`);
  return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, body };
}
