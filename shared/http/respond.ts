/**
 * The one wrapper round every HTTP handler: who comes in (`admit.ts`), the handler, the way out.
 *
 * In streaming mode a handler that throws, or returns nothing, leaves the client hanging, so every way out of here is an
 * explicit answer: an error becomes a problem document, or what else the route words its errors as.
 */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { admit, createShared, type Shared } from './admit.ts';
import { type Call, type Handle, segmentsOf } from './call.ts';
import { ClientLeft, connectionOf, leftSignal } from './connection.ts';
import { Ending } from './ending.ts';
import { asProblem, report } from './failure.ts';
import { type Problem, problemAnswer } from './problem.ts';
import type { Route } from './route.ts';
import { secured } from './securityHeaders.ts';
import { measureText, send } from './send.ts';

/** How a route words its errors. */
export type ErrorAnswer = (problem: Problem, call: Pick<Call, 'request' | 'id' | 'deps'>) => HttpResponseInit;

export interface RespondOptions extends Partial<Shared> {
  /** Problem documents by default. */
  readonly errorAnswer?: ErrorAnswer;
}

/** Wraps the handler of a route. */
export function respond(
  deps: Deps,
  route: Route,
  handle: Handle,
  { errorAnswer = (problem, { id }) => problemAnswer(problem, id), ...given }: RespondOptions = {},
): HttpHandler {
  const shared: Shared = { ...createShared(deps), ...given };
  return async (request: HttpRequest, { invocationId: id }: InvocationContext): Promise<HttpResponseInit> => {
    const connection = connectionOf(id);
    const signal = leftSignal(connection);
    const ending = new Ending();
    try {
      const url = new URL(request.url);
      const path = segmentsOf(url);
      const asked = { request, url, path, id };
      const admitted = await admit(deps, shared, { ...asked, route, incoming: connection?.req }, ending);
      const answer = await handle({ ...asked, ...admitted, deps, signal });
      return secured(await send(answer, connection, (error) => report(deps, error, id, route.name), ending.note));
    } catch (error) {
      const problem = asProblem(deps, error, id, route.name);
      const answer = secured(errorAnswer(problem, { request, id, deps }));
      const outcome = error instanceof ClientLeft || connection?.destroyed ? 'clientLeft' : 'complete';
      const { status, title } = problem;
      const measured = measureText(answer.body as string | undefined);
      await ending.note({ outcome, status, problem: title, records: null, ...measured });
      return answer;
    }
  };
}
