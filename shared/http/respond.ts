/**
 * The one wrapper round every HTTP handler: who asks, whether they may, the handler, the way out.
 *
 * In streaming mode a handler that throws, or returns nothing, leaves the client hanging, so every way out of here is an
 * explicit answer: an error becomes a problem document, or what else the route words its errors as.
 */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { authenticate } from './authenticate.ts';
import { authorise } from './authorise.ts';
import { type Call, type Handle, segmentsOf } from './call.ts';
import { connectionOf, leftSignal } from './connection.ts';
import { asProblem, report } from './failure.ts';
import { type Problem, problemAnswer } from './problem.ts';
import { accessOf, type Route } from './route.ts';
import { send } from './send.ts';

/** How a route words its errors. */
export type ErrorAnswer = (problem: Problem, call: Pick<Call, 'request' | 'id' | 'deps'>) => HttpResponseInit;

export interface RespondOptions {
  /** Problem documents by default. */
  readonly errorAnswer?: ErrorAnswer;
}

/** Wraps the handler of a route. */
export function respond(
  deps: Deps,
  route: Route,
  handle: Handle,
  { errorAnswer = (problem, { id }) => problemAnswer(problem, id) }: RespondOptions = {},
): HttpHandler {
  return async (request: HttpRequest, { invocationId: id }: InvocationContext): Promise<HttpResponseInit> => {
    const connection = connectionOf(id);
    const signal = leftSignal(connection);
    try {
      const url = new URL(request.url);
      const path = segmentsOf(url);
      const access = accessOf(route, request.method, path, url.searchParams);
      const caller = access === 'public' ? undefined : await authenticate(deps);
      // The place of the access log: from here on it is known who asks, whatever comes of it.
      authorise(access, caller);
      const answer = await handle({ request, url, path, id, deps, caller, signal });
      return await send(answer, connection, (error) => report(deps, error, id, route.name));
    } catch (error) {
      return errorAnswer(asProblem(deps, error, id, route.name), { request, id, deps });
    }
  };
}
