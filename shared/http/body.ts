/**
 * The JSON body of a request: read up to a limit, and held to the members that a route knows.
 */
import type { HttpRequest } from '@azure/functions';
import { MOST_BODY } from './limits.ts';
import { Problem } from './problem.ts';

/**
 * Reads a JSON object whose members are all text.
 * @param example the members of a right body, all of them needed, each with a right value.
 * @param optional members that may be left out.
 * @throws Problem 415, 413 or 400 that says what is wrong and shows a right body.
 */
export async function readBody<Name extends string, Optional extends string = never>(
  request: HttpRequest,
  example: Readonly<Record<Name, string>>,
  optional: readonly Optional[] = [],
): Promise<Record<Name, string> & Partial<Record<Optional, string>>> {
  const right = `A right body: ${JSON.stringify(example)}`;
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    const detail = `The body must be JSON, sent with 'content-type: application/json'. ${right}`;
    throw new Problem(415, 'Wrong content type', detail, {}, { 'accept-post': 'application/json' });
  }
  const value = parse(await readBytes(request, right), right);
  const names = Object.keys(example) as Name[];
  const known: readonly string[] = [...names, ...optional];
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw badMember(unknown.slice(0, 80), 'is not a member of this request', right);
  for (const name of names) {
    if (!Object.hasOwn(value, name)) throw badMember(name, 'is missing', right);
  }
  for (const name of Object.keys(value)) {
    if (typeof value[name] !== 'string') throw badMember(name, 'must be text', right);
  }
  return value as Record<Name, string> & Partial<Record<Optional, string>>;
}

/** A member of the body is wrong. */
export function badMember(name: string, fault: string, next: string): Problem {
  return new Problem(400, 'Bad request body', `'${name}' ${fault}. ${next}`, { parameter: name });
}

async function readBytes(request: HttpRequest, right: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // A client that leaves in the middle makes this throw: nothing of a partial body is used.
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY)
      throw new Problem(413, 'Body too large', `The body may have ${MOST_BODY} bytes at most. ${right}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function parse(bytes: Buffer, right: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem(400, 'Bad request body', `The body is not JSON in UTF-8. ${right}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Problem(400, 'Bad request body', `The body must be one JSON object. ${right}`);
  return value as Record<string, unknown>;
}
