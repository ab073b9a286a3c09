/**
 * What the two HTTP modes share: their dependencies, and small answers.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Invoke } from './invocation.ts';
import type { Log } from './log.ts';
import type { Running } from './running.ts';

export interface HttpDeps {
  readonly invoke: Invoke;
  readonly running: Running;
  readonly log: Log;
  /** Bytes of a request body, at most. */
  readonly bodyLimit: number;
}

/** Ends the response with a status and nothing else. */
export function sendStatus(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 204 ? {} : { 'content-length': 0 });
  response.end();
}

/** Header names in lower case; repeated ones joined by Node's rules, `set-cookie` by commas. */
export function singleHeaders(request: IncomingMessage): [string, string][] {
  return Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
}
