/** What must hold of every answer, whatever was asked. */

import { type Asked, ORIGIN, type Sent } from './app.ts';
import { CONTENT } from './archive.ts';

/** Statuses that a request can have by its own fault, or by success. */
const USUAL = new Set([200, 201, 202, 400, 404, 405, 406, 409, 410, 413, 414, 415, 431]);
const INSIDE = /\n\s+at |node_modules|\/(?:shared|functions|dist|test)\/|\.[cm]?[jt]s:\d+/;

/** What is wrong with an answer, in words; empty when nothing is. */
export function faultsOf(sent: Sent, asked: Asked): string[] {
  const { route, status, headers, thrown } = asked;
  if (thrown !== undefined) return [`threw ${String(thrown)}`];
  // The host's own bare 404, outside of the API.
  if (route === undefined) return isOfApi(sent) ? ['no function takes it'] : [];
  const faults: string[] = [];
  if (!USUAL.has(status)) faults.push(`status ${status}`);
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\x20-\x7e]*$/.test(String(value))) faults.push(`header ${name} is not plain: ${JSON.stringify(value)}`);
  }
  for (const name of ['cache-control', 'x-content-type-options']) if (!headers[name]) faults.push(`no ${name}`);
  if (status >= 400) faults.push(...faultsOfError(sent, asked));
  return faults;
}

function isOfApi({ target }: Sent): boolean {
  return /^\/api(?:\/|$)/i.test(new URL(`${ORIGIN}${target}`).pathname);
}

function faultsOfError({ method }: Sent, { route, id, status, headers, text }: Asked): string[] {
  const faults: string[] = [];
  if (INSIDE.test(text)) faults.push(`shows the inside: ${text.slice(0, 300)}`);
  if (text.includes(CONTENT)) faults.push('an error holds content of a record');
  if (text.length > 3000) faults.push(`an error of ${text.length} characters`);
  if (method === 'HEAD' && text === '') return faults;
  const document = parse(text);
  if (route === 'graph')
    return isGraphError(document, headers, id) ? faults : [...faults, `not Graph's error: ${text}`];
  const { type, title, detail, instance } = document;
  const isProblem =
    headers['content-type'] === 'application/problem+json' &&
    document.status === status &&
    instance === `urn:uuid:${id}` &&
    [type, title, detail].every((member) => typeof member === 'string' && member !== '');
  return isProblem ? faults : [...faults, `not a problem document: ${text.slice(0, 300)}`];
}

function isGraphError(
  { error }: Record<string, unknown>,
  headers: Readonly<Record<string, string>>,
  id: string,
): boolean {
  if (typeof error !== 'object' || error === null || headers['content-type'] !== 'application/json') return false;
  const { code, message, innerError } = error as Record<string, unknown>;
  const inner = (innerError ?? {}) as Record<string, unknown>;
  return typeof code === 'string' && typeof message === 'string' && message !== '' && inner['request-id'] === id;
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
