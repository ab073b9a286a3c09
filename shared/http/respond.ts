/**
 * The one wrapper round every HTTP handler: who asks, the access log, whether they may, the handler, the way out.
 *
 * In streaming mode a handler that throws, or returns nothing, leaves the client hanging, so every way out of here is an
 * explicit answer: an error becomes a problem document, or what else the route words its errors as.
 */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Deps } from '../deps.ts';
import { type AccessLog, createAccessLog, type NoteEnd } from './accessLog.ts';
import { type Authenticate, callerIfAny, createAuthenticate } from './authenticate.ts';
import { authorise, refuseForeign } from './authorise.ts';
import { type Call, type Handle, segmentsOf } from './call.ts';
import { type Cap, createCap } from './cap.ts';
import { ClientLeft, connectionOf, leftSignal } from './connection.ts';
import { asProblem, report } from './failure.ts';
import { requireBounded } from './limits.ts';
import { type Problem, problemAnswer } from './problem.ts';
import { requirePurpose } from './purpose.ts';
import { accessOf, type Route } from './route.ts';
import { secured } from './securityHeaders.ts';
import { measureText, send } from './send.ts';

/** What all routes of an instance share. */
export interface Shared {
  /** Where requests are noted. */
  readonly accessLog: AccessLog;
  readonly authenticate: Authenticate;
  readonly cap: Cap;
}

/** @param ready resolves when the storage is there. */
export function createShared(deps: Deps, ready?: () => Promise<void>): Shared {
  return {
    accessLog: createAccessLog(deps, ready),
    authenticate: createAuthenticate(deps),
    cap: createCap(deps.config.maxParallelRequests),
  };
}

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
  const { accessLog, authenticate, cap }: Shared = { ...createShared(deps), ...given };
  return async (request: HttpRequest, { invocationId: id }: InvocationContext): Promise<HttpResponseInit> => {
    const connection = connectionOf(id);
    const signal = leftSignal(connection);
    let noteEnd: NoteEnd = async () => undefined;
    try {
      const url = new URL(request.url);
      const path = segmentsOf(url);
      const access = accessOf(route, request.method, path, url.searchParams);
      let caller: Call['caller'];
      if (access !== 'public') {
        caller = await authenticate(request, connection?.req).catch((error: unknown) => {
          accessLog.countRefused();
          throw error;
        });
        // Whatever comes of it, it is known now who asks: that is noted before anything is refused or read.
        noteEnd = await accessLog.open({ request, url, path, id, route, caller });
        requireBounded(request, url);
        authorise(access, caller);
        refuseForeign(request, url, caller);
        noteEnd = cap.enter(noteEnd);
        requirePurpose(deps.config, request.headers);
      } else {
        requireBounded(request, url);
        if (route.knowsCaller) caller = await callerIfAny(authenticate, request, connection?.req);
        // Whoever is told more is worked for: that takes a place like any read.
        if (caller) noteEnd = cap.enter(noteEnd);
      }
      const answer = await handle({ request, url, path, id, deps, caller, signal });
      return secured(await send(answer, connection, (error) => report(deps, error, id, route.name), noteEnd));
    } catch (error) {
      const problem = asProblem(deps, error, id, route.name);
      const answer = secured(errorAnswer(problem, { request, id, deps }));
      const outcome = error instanceof ClientLeft || connection?.destroyed ? 'clientLeft' : 'complete';
      const { status, title } = problem;
      await noteEnd({
        outcome,
        status,
        problem: title,
        records: null,
        ...measureText(answer.body as string | undefined),
      });
      return answer;
    }
  };
}
