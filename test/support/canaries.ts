/**
 * Secrets that must show nowhere, and a watch over every way out of a process: what it logs, what it answers over HTTP, what
 * it sends to be stored.
 *
 * `test/support/canaryWatch.ts` is loaded into each process of the tests, those that tests start included. A hit is written
 * to the folder that `CANARY_FOLDER` names, with the place; the run fails at its end when that folder is not empty.
 */

import { appendFileSync } from 'node:fs';
import { ClientRequest, OutgoingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DEVELOPMENT_ACCOUNT } from '../../dev/azurite.ts';

/** Values that mean nothing, put where a process keeps its secrets. */
export const CANARIES = {
  bearer: 'eyJ0eXAiOiJKV1QifQ.a-token-that-must-not-leak',
  clientSecret: 'canary-client-secret-b83d2e61f4',
  sas: 'canary-sas-0d9c4477ae',
  hostKey: 'Y2FuYXJ5LWhvc3Qta2V5LTkxYTNmMGQyYzc=',
} as const;

/** What every process of the tests has in its environment, beside its own settings. */
export function canaryEnvironment(): Record<string, string> {
  const folder = process.env.CANARY_FOLDER;
  if (folder === undefined) return {};
  return {
    CANARY_FOLDER: folder,
    NODE_OPTIONS: `--import=${new URL('./canaryWatch.ts', import.meta.url).href}`,
    AZURE_CLIENT_SECRET: CANARIES.clientSecret,
    AzureWebJobsStorage: `AccountName=host;AccountKey=${CANARIES.hostKey};BlobEndpoint=https://host.example/?sig=${CANARIES.sas}`,
  };
}

const NEEDLES: readonly (readonly [name: string, text: string, bytes: Buffer])[] = Object.entries({
  ...CANARIES,
  // Azurite's key is in the connection string of every process that stores something.
  accountKey: DEVELOPMENT_ACCOUNT.key,
  // What every private key of P-256 begins with in PKCS #8, and every PEM of a private key.
  privateKey: 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg',
  pem: 'PRIVATE KEY-----',
  // What every token of the tests' issuers begins with: {"alg":"RS256","typ":"JWT","kid":
  token: Buffer.from('{"alg":"RS256","typ":"JWT","kid":').toString('base64url').slice(0, -1),
}).map(([name, text]) => [name, text, Buffer.from(text)]);
const GZIP = Buffer.from('1f8b', 'hex');
/** What inflates to more is records, and is not inflated: they hold no secret that was not Graph's. */
const MOST_INFLATED = 1 << 20;

/** The names of the secrets that are in a text or in bytes, inflated where they are gzip. Nothing large is copied. */
export function secretsIn(value: string | Buffer): string[] {
  const plain = typeof value === 'string' ? value : inflated(value);
  return NEEDLES.filter(([, text, bytes]) =>
    typeof plain === 'string' ? plain.includes(text) : plain.includes(bytes),
  ).map(([name]) => name);
}

function inflated(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, 2).equals(GZIP)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_INFLATED });
  } catch {
    // A part of a stream, damaged on purpose, or too much.
    return bytes;
  }
}

/** Where hits are reported; `undefined` in a thread of its own, such as the simulation's, and outside of test runs. */
let folder: string | undefined;

/** Where the imitations of Microsoft's issuer and of EasyAuth hand out tokens: it is what they are for. */
const HANDS_OUT_TOKENS = /^\/(?:[0-9a-f-]+\/token|\.auth)\b/;

/**
 * Looks at what leaves the process by this way; a hit is reported with the place it comes from.
 * @param allowed the one secret that may leave so.
 */
export function watch(way: string, value: unknown, allowed?: 'token'): void {
  if (folder === undefined) return;
  const isBytes = value instanceof Uint8Array;
  if (!isBytes && typeof value !== 'string') return;
  const found = secretsIn(isBytes ? Buffer.from(value.buffer, value.byteOffset, value.length) : value).filter(
    (name) => name !== allowed,
  );
  if (found.length === 0) return;
  const place = new Error(`${found.join(', ')} in ${way}`).stack ?? '';
  appendFileSync(join(folder, `${process.pid}`), `${place}\n`);
}

type Writable = Record<'write' | 'end', (...values: unknown[]) => unknown>;

/** Watches the ways out of this process, from now on. */
export function watchProcess(): void {
  folder = process.env.CANARY_FOLDER;
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    before(console as unknown as Record<string, (...values: unknown[]) => unknown>, level, (values) =>
      watch('a log', values.map(String).join(' ')),
    );
  }
  for (const stream of [process.stdout, process.stderr])
    before(stream as never, 'write', ([chunk]) => watch('a log', chunk));
  // Answers, and what is sent to the storage or to Graph: bodies alone, for requests carry their token by right.
  for (const name of ['write', 'end'] as const) {
    before(OutgoingMessage.prototype as unknown as Writable, name, ([chunk], message) =>
      message instanceof ClientRequest
        ? watch('the body of a request', chunk)
        : watch('an answer', chunk, handsOutTokens(message) ? 'token' : undefined),
    );
  }
  before(ServerResponse.prototype as never, 'writeHead', (values) =>
    watch('the head of an answer', JSON.stringify(values)),
  );
}

function handsOutTokens(message: unknown): boolean {
  return message instanceof ServerResponse && HANDS_OUT_TOKENS.test(message.req.url ?? '');
}

function before<Name extends string>(
  object: Record<Name, (...values: unknown[]) => unknown>,
  name: Name,
  look: (values: unknown[], self: unknown) => void,
): void {
  const original = object[name];
  object[name] = function (this: unknown, ...values: unknown[]) {
    look(values, this);
    return original.apply(this, values);
  };
}
