/** What a handler is given, and what it gives back. */
import type { HttpRequest } from '@azure/functions';
import type { Caller } from '../access/caller.ts';
import type { Deps } from '../deps.ts';
import { BadQuery } from '../query/range.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  /** How many records the body has given, where that is known; asked when it has ended. */
  readonly records?: () => number;
}

/** What a handler is given: the parsed URL (never `request.params`, which the host fills from the query too) and the deps. */
export interface Call {
  readonly request: HttpRequest;
  readonly url: URL;
  /** Segments of the path after `/api/`. */
  readonly path: readonly string[];
  /** The id under which the log knows the request. */
  readonly id: string;
  readonly deps: Deps;
  /** Who asks. `undefined` with AUTH_MODE=none, and on a public route without a valid token that has a role. */
  readonly caller: Caller | undefined;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
  /** Put here by a handler: what of the request belongs into the access log and nowhere else, such as the text of a case. */
  note?: string;
}

export type Handle = (call: Call) => Promise<Answer>;

/** A JSON answer. */
export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { headers: { 'content-type': 'application/json', ...headers }, body: `${JSON.stringify(value)}\n` };
}

/**
 * @param known the parameters of the route, each with a right example of its value.
 * @throws BadQuery for a parameter that is not one of `known`, or that is given twice: a slip must not be ignored.
 */
export function refuseUnknown(query: URLSearchParams, known: Readonly<Record<string, string>>): void {
  for (const name of new Set(query.keys())) {
    const isKnown = Object.hasOwn(known, name);
    if (isKnown && query.getAll(name).length === 1) continue;
    const fault = isKnown ? 'is given more than once' : 'is not a parameter of this route';
    throw new BadQuery(name.slice(0, 80), `'${name.slice(0, 80)}' ${fault}. ${rightQuery(known)}`);
  }
}

function rightQuery(known: Readonly<Record<string, string>>): string {
  const example = Object.entries(known).map(([name, value]) => `${name}=${value}`);
  return example.length > 0 ? `A right example: ${example.join('&')}` : 'It takes none: leave out what follows the ?';
}

/** Segments of a path after `/api/`, decoded once. */
export function segmentsOf({ pathname }: URL): string[] {
  return pathname.split('/').filter(Boolean).slice(1).map(decode);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A malformed escape cannot name anything of ours: taken as it stands it matches nothing.
    return segment;
  }
}
