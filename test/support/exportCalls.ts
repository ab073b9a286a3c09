/** `GET,HEAD /api/logs/{logType}` as the host calls it, without a host: what comes out, and what the stores were asked. */
import { gunzipSync } from 'node:zlib';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Deps } from '../../shared/deps.ts';
import { getLogs } from '../../shared/http/logs.ts';
import { respond } from '../../shared/http/respond.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import type { World } from './flowHarness.ts';
import { recording, type StoreCall } from './storeHooks.ts';
import { UNLOGGED } from './unlogged.ts';

export interface Called {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The error that broke the body off. */
  readonly broken: unknown;
  /** What the stores were asked. */
  readonly calls: readonly StoreCall[];
}

export interface CallOptions {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
}

/** A real clock's `sleep` would keep a test waiting; nothing is silent for a minute here. */
export const sleepless: Deps['clock']['sleep'] = (_milliseconds, signal) =>
  new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

/** Calls the route. @param target what follows `/api/logs/`, as it is written in a URL. */
export async function callLogs(world: World, target: string, options: CallOptions = {}): Promise<Called> {
  const calls: StoreCall[] = [];
  const deps = { ...world.instance(recording(calls)), clock: { ...world.clock, sleep: sleepless } };
  const { method = 'GET', headers = {} } = options;
  const request = new HttpRequest({ method, url: `http://localhost/api/logs/${target}`, headers });
  const context = new InvocationContext({ invocationId: 'an-id', functionName: 'logs' });
  const handler = respond(deps, ROUTES.logs, getLogs, { accessLog: UNLOGGED });
  const answer = (await handler(request, context)) as HttpResponseInit & { headers?: Record<string, string> };
  return { status: answer.status ?? 200, headers: answer.headers ?? {}, calls, ...(await read(answer.body)) };
}

async function read(body: HttpResponseInit['body']): Promise<{ body: Buffer; broken: unknown }> {
  if (body === undefined || typeof body === 'string') return { body: Buffer.from(body ?? ''), broken: undefined };
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  } catch (broken) {
    return { body: Buffer.concat(chunks), broken };
  }
  return { body: Buffer.concat(chunks), broken: undefined };
}

/** The text of an answer, inflated where it says so. */
export function textOf({ headers, body }: Called): string {
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
}

/** The lines of an NDJSON answer. */
export function linesIn(called: Called): string[] {
  const text = textOf(called);
  if (text !== '' && !text.endsWith('\n')) throw new Error('the answer ends in the middle of a line');
  return text.split('\n').slice(0, -1);
}

export const isSegmentRead = ({ op, target }: StoreCall): boolean => op === 'get' && target.startsWith('archive-');
