/**
 * The host's own routes: `POST /admin/functions/{name}` fires a function, `GET /admin/host/status` shows what runs.
 *
 * Both ask for the master key where one is configured. Requests that a browser makes on behalf of another site are
 * refused: the loopback interface is open to every page the developer visits.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './body.ts';
import { sendStatus } from './http.ts';
import type { CheckKey } from './keys.ts';
import type { Running } from './running.ts';

export interface AdminDeps {
  readonly functions: readonly { readonly name: string; readonly type: string }[];
  readonly running: Running;
  readonly checkKey: CheckKey;
  /** Starts a function that is not an HTTP one; returns its invocation id, `undefined` when there is none of that name. */
  fire(name: string, input: unknown): string | undefined;
}

export type Admin = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

const MAX_INPUT_BYTES = 1024 * 1024;

/** Answers every request below `/admin/`. */
export function createAdmin(deps: AdminDeps): Admin {
  return async (request, response, url) => {
    if (request.headers['sec-fetch-site'] === 'cross-site') return sendStatus(response, 403);
    if (!deps.checkKey(request, url)) return sendStatus(response, 401);
    const name = /^\/admin\/functions\/([^/]+)$/i.exec(url.pathname)?.[1];
    if (request.method === 'POST' && name) return fire(name, request, response, deps);
    if (request.method === 'GET' && /^\/admin\/host\/status$/i.test(url.pathname)) return sendState(response, deps);
    sendStatus(response, 404);
  };
}

/** 202 at once; the invocation id in `x-ms-invocation-id` is the one that the status lists until the run has ended. */
async function fire(name: string, request: IncomingMessage, response: ServerResponse, deps: AdminDeps): Promise<void> {
  const body = await readBody(request, MAX_INPUT_BYTES);
  if (body === 'tooLarge') return sendStatus(response, 413);
  const input = parseInput(body);
  if (!input) return sendStatus(response, 400);
  const wanted = name.toLowerCase();
  const found = deps.functions.find((fn) => fn.name.toLowerCase() === wanted);
  if (!found) return sendStatus(response, 404);
  const invocationId = deps.fire(found.name, input.input);
  if (!invocationId) return sendStatus(response, 400);
  response.setHeader('x-ms-invocation-id', invocationId);
  sendStatus(response, 202);
}

function sendState(response: ServerResponse, { functions, running }: AdminDeps): void {
  const body = JSON.stringify({ state: 'Running', functions, running: running.list() });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** `{"input": …}` or nothing; `undefined` when it is something else. */
function parseInput(body: Buffer): { input?: unknown } | undefined {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
