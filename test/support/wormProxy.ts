/**
 * An HTTP proxy before Azurite's blob service that gives its containers what Azurite lacks: immutability.
 *
 * As a container with a policy does (https://learn.microsoft.com/azure/storage/blobs/immutable-storage-overview), it lets
 * every blob be created once; it refuses to change what exists, and to delete it before its days are over. Requests pass
 * unchanged, so their signatures hold (Azure signs path and headers, not the host), and their bodies are streamed.
 */

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { DEVELOPMENT_ACCOUNT } from '../../dev/azurite.ts';
import { LEDGER_CONTAINER, parseArchiveContainer } from '../../shared/archive/names.ts';
import { readRequest, type StorageRequest } from './storageRequests.ts';

/** 409: as a container with a policy refuses. 403: as an identity is refused that may create, not overwrite or delete. */
export type Refusal = 409 | 403;

export interface WormProxy {
  /** Where clients go instead of to the target. */
  readonly url: string;
  /** What was refused, in order, as `<method> <container>/<blob>`. */
  readonly refused: readonly string[];
  /** Which containers are immutable from now on, and how a refusal looks. At first the ledger and all archives, with 409. */
  guard(isImmutable: (container: string) => boolean, refusal: Refusal): void;
  /**
   * Lets blobs be deleted, never overwritten, once they are `days` old; before this call none ever is. By default a blob
   * lives as long as the name of its archive says, and the ledger for ever. Age is told by the clock of the proxy.
   */
  letExpire(days?: (container: string) => number): void;
  /** Sets the legal hold of a container itself, or clears it: it says so when asked, and nothing in it goes. */
  hold(container: string, isHeld: boolean): void;
  /**
   * Takes the attempts to break the rules, as in `refused`: deletes, and writes that did not ask the service to leave an
   * existing blob alone. A test that makes them on purpose takes them.
   */
  takeBreaches(): string[];
  /** Rejects when there are breaches that no test has taken. */
  close(): Promise<void>;
}

const CODES = { 409: 'BlobImmutableDueToPolicy', 403: 'AuthorizationPermissionMismatch' } as const;
const MESSAGES = {
  409: 'This operation is not permitted as the blob is immutable due to a policy.',
  403: 'This request is not authorized to perform this operation using this permission.',
} as const;
const DAY_MS = 86_400_000;

/**
 * Starts the proxy on a free port of 127.0.0.1.
 * @param target Azurite's blob URL with the account's path
 * @param now milliseconds since 1970, the clock by which blobs age
 */
export async function startWormProxy(target: string, now: () => number = Date.now): Promise<WormProxy> {
  const refused: string[] = [];
  const breaches: string[] = [];
  let isImmutable = (container: string) => container === LEDGER_CONTAINER || container.startsWith('archive-');
  let refusal: Refusal = 409;
  let days = (_container: string) => Number.POSITIVE_INFINITY;
  const held = new Set<string>();
  const shelf = openShelf(target, now);
  let checking: Promise<unknown> = Promise.resolve();

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  // The clients decide how long a connection lives: one that is closed while a request is on its way is a lost answer.
  server.keepAliveTimeout = 0;

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = readRequest(incoming.method ?? '', incoming.url ?? '', undefined);
    const change = changeOf(request, incoming.headers['if-none-match'] === '*');
    const free = request.container !== undefined && !isImmutable(request.container);
    if (change === 'none' || free) return relay(request, incoming, outgoing);
    if (change === 'create') return relay(request, incoming, outgoing, (status) => status === 409 || status === 412);
    // One after another, so that no write slips in between the look at what is there and the change.
    const turn = checking.then(async () => {
      if (await allowed(request)) return relay(request, incoming, outgoing);
      breaches.push(nameOf(request));
      incoming.resume();
      refuse(request, outgoing);
    });
    checking = turn.catch(() => {});
    return turn;
  }

  async function allowed({ method, container, blob }: StorageRequest): Promise<boolean> {
    // A container whose policy is in force stays, and a batch could carry any delete.
    if (container === undefined || blob === undefined) return false;
    const createdAt = await shelf.createdAt(container, blob);
    if (createdAt === undefined) return true;
    return (
      method === 'DELETE' && refusal === 409 && !held.has(container) && now() >= createdAt + days(container) * DAY_MS
    );
  }

  function refuse(request: StorageRequest, outgoing: ServerResponse): void {
    refused.push(nameOf(request));
    const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${CODES[refusal]}</Code><Message>${MESSAGES[refusal]}</Message></Error>`;
    outgoing.writeHead(refusal, { 'content-type': 'application/xml', 'x-ms-error-code': CODES[refusal] });
    outgoing.end(xml);
  }

  /** @param exists by which statuses the target says that a blob to be created is there */
  async function relay(
    request: StorageRequest,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    exists: (status: number) => boolean = () => false,
  ): Promise<void> {
    const answer = await forward(new URL(request.url, target), incoming);
    const status = answer.statusCode ?? 502;
    if (exists(status)) {
      answer.resume();
      return refuse(request, outgoing);
    }
    if (request.kind === 'putBlob' && status === 201) shelf.note(request);
    const isHeld = request.kind === 'container' && held.has(request.container ?? '');
    outgoing.writeHead(status, { ...answer.headers, ...(isHeld && { 'x-ms-has-legal-hold': 'true' }) });
    await pipeline(answer, outgoing);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${new URL(target).pathname}`,
    refused,
    guard: (containers, status) => {
      isImmutable = containers;
      refusal = status;
    },
    hold: (container, isHeld) => void (isHeld ? held.add(container) : held.delete(container)),
    letExpire: (rule = daysOfName) => {
      days = rule;
    },
    takeBreaches: () => breaches.splice(0),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      const left = breaches.splice(0);
      if (left.length > 0) throw new Error(`Attempts to change what is immutable: ${left.join(', ')}.`);
    },
  };
}

/** What a request does to a blob: nothing, create it if it is absent, or something that needs a look at what is there. */
function changeOf({ method, url, kind }: StorageRequest, ifAbsent: boolean): 'none' | 'create' | 'look' {
  const comp = new URL(url, 'http://storage').searchParams.get('comp');
  if (method === 'DELETE' || comp === 'batch') return 'look';
  if (kind === 'putBlob' && ifAbsent) return 'create';
  // Moving a blob to another tier is no change of it.
  return kind === 'putBlob' || (kind === 'changeBlob' && comp !== 'tier') ? 'look' : 'none';
}

function nameOf({ method, container, blob }: StorageRequest): string {
  return `${method} ${[container, blob].filter((part) => part !== undefined).join('/')}`;
}

function daysOfName(container: string): number {
  return parseArchiveContainer(container) ?? Number.POSITIVE_INFINITY;
}

/** When blobs came to be: by the proxy's clock if it saw that, else as Azurite says; `undefined` for what is absent. */
function openShelf(target: string, now: () => number) {
  const { name, key } = DEVELOPMENT_ACCOUNT;
  const service = new BlobServiceClient(target, new StorageSharedKeyCredential(name, key));
  const seen = new Map<string, number>();
  return {
    note: ({ container, blob }: StorageRequest) => seen.set(`${container}/${blob}`, now()),
    async createdAt(container: string, blob: string): Promise<number | undefined> {
      const client = service.getContainerClient(container).getBlobClient(blob);
      if (!(await client.exists())) return undefined;
      return seen.get(`${container}/${blob}`) ?? (await client.getProperties()).createdOn?.getTime() ?? now();
    },
  };
}

function forward(url: URL, incoming: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: incoming.method ?? 'GET', headers: incoming.headers }, resolve);
    pipeline(incoming, outgoing).catch(reject);
  });
}
