/**
 * The one wrapper round every HTTP handler.
 *
 * In streaming mode a handler that throws, or returns nothing, leaves the client hanging, so every way out of here is an
 * explicit answer. What a client may know becomes a problem document, or what else the route words its errors as;
 * everything else is logged under the request's id and answered as a 500 that names that id.
 */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { LedgerBehind, LedgerTorn } from '../ledger.ts';
import { BadFilter } from '../query/badFilter.ts';
import { BadQuery } from '../query/range.ts';
import { SegmentDeleted } from '../segments.ts';
import { ContainerMissing } from '../storage/port.ts';
import { ClientLeft, connectionOf, leftSignal, paced } from './connection.ts';
import { Problem, problemAnswer } from './problem.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
}

/** What a handler is given: the parsed URL (never `request.params`, which the host fills from the query too) and deps. */
export interface Call {
  readonly request: HttpRequest;
  readonly url: URL;
  /** Segments of the path after `/api/`. */
  readonly path: readonly string[];
  /** The id under which the log knows the request. */
  readonly id: string;
  readonly deps: Deps;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
}

/** How a route words its errors. */
export type ErrorAnswer = (problem: Problem, call: Pick<Call, 'request' | 'id' | 'deps'>) => HttpResponseInit;

export interface RespondOptions {
  /** Answers without authorisation: health only. */
  readonly open?: boolean;
  /** Problem documents by default. */
  readonly errorAnswer?: ErrorAnswer;
}

/** Wraps a handler. */
export function respond(
  deps: Deps,
  handle: (call: Call) => Promise<Answer>,
  { open = false, errorAnswer = (problem, { id }) => problemAnswer(problem, id) }: RespondOptions = {},
): HttpHandler {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const { invocationId } = context;
    const connection = connectionOf(invocationId);
    const signal = leftSignal(connection);
    try {
      if (!open) authorise(deps);
      const url = new URL(request.url);
      const path = url.pathname.split('/').filter(Boolean).slice(1).map(decode);
      const { status = 200, headers = {}, body } = await handle({ request, url, path, id: invocationId, deps, signal });
      const safe = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers };
      if (body === undefined || typeof body === 'string')
        return { status, headers: safe, ...(body !== undefined && { body }) };
      const started = await firstChunk(body);
      const onFailure = (error: unknown) => report(deps, error, invocationId, context.functionName);
      return { status, headers: safe, body: paced(connection, started, onFailure) };
    } catch (error) {
      const problem = asProblem(deps, error, invocationId, context.functionName);
      return errorAnswer(problem, { request, id: invocationId, deps });
    }
  };
}

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

/** Until tokens are checked, nothing is served but where the settings open it, which they can only on one machine. */
function authorise(deps: Deps): void {
  if (deps.config.authMode === 'none') return;
  throw new Problem(
    401,
    'Sign-in needed',
    "This version cannot check tokens yet; on a developer's machine set AUTH_MODE=none.",
  );
}

/** Waits for the first chunk, so that an answer which fails at once is an error and not a broken transfer. */
async function firstChunk(body: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = body[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | undefined = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const result = first ?? (await iterator.next());
        first = undefined;
        return result;
      },
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    }),
  };
}

function asProblem(deps: Deps, error: unknown, id: string, functionName: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BadFilter) {
    const { message, parameter, position, expected } = error;
    return new Problem(400, 'Bad filter', message, { parameter, position, expected });
  }
  if (error instanceof BadQuery)
    return new Problem(400, 'Bad parameter', error.message, { parameter: error.parameter });
  // Nobody reads it.
  if (error instanceof ClientLeft) return new Problem(499, 'Client left', error.message);
  if (error instanceof LedgerBehind) {
    return new Problem(
      503,
      'Index is being rebuilt',
      `${error.message}. Try again shortly.`,
      {},
      { 'retry-after': '10' },
    );
  }
  if (error instanceof SegmentDeleted) {
    return new Problem(503, 'Deleted meanwhile', error.message, {}, { 'retry-after': '1' });
  }
  report(deps, error, id, functionName);
  if (error instanceof ContainerMissing || error instanceof LedgerTorn)
    return new Problem(503, 'Archive not usable', error.message);
  return new Problem(
    500,
    'Internal error',
    'The request failed and nothing was left out silently. Give this id to the operator.',
  );
}

function report(deps: Deps, error: unknown, id: string, functionName: string): void {
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  deps.log('error', `request to ${functionName} failed: ${cause}`, {
    invocationId: id,
    stack: error instanceof Error ? error.stack : undefined,
  });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A malformed escape cannot name anything of ours: taken as it stands it matches nothing.
    return segment;
  }
}
