/** Requests of every operation in the table of routes, through the wrapper that the app puts round handlers. */
import { randomUUID } from 'node:crypto';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Deps } from '../../shared/deps.ts';
import { json } from '../../shared/http/call.ts';
import { PURPOSE_EXAMPLE } from '../../shared/http/purpose.ts';
import { type RespondOptions, respond } from '../../shared/http/respond.ts';
import type { Operation, Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import { UNLOGGED } from './unlogged.ts';

export interface Target {
  readonly route: Route;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

/** One for each operation, and one more with each parameter that changes who may. */
export const TARGETS: readonly Target[] = Object.values<Route>(ROUTES).flatMap((route) =>
  route.operations.flatMap((operation) => {
    const url = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => exampleOf(operation, name));
    const queries = ['', ...(operation.instead?.with ?? []).map((name) => `?${name}=1`)];
    return queries.map((query) => ({ route, method: operation.method, url: `${url}${query}` }));
  }),
);

function exampleOf({ inPath }: Operation, name: string): string {
  return encodeURIComponent(inPath?.[name]?.example ?? 'x');
}

export interface RouteAnswer extends HttpResponseInit {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** The problem document; empty where there is none. */
  readonly problem: Record<string, unknown>;
}

const fine = async () => json({ fine: true });

/** Makes the wrapper of each route once, as the app does, and asks it. @param options what the routes share. */
export function asking(deps: Deps, options: RespondOptions = {}) {
  const handlers = new Map(
    Object.values<Route>(ROUTES).map((route) => [
      route.name,
      respond(deps, route, fine, { accessLog: UNLOGGED, ...options }),
    ]),
  );
  return async ({ route, method, url }: Target, headers: Readonly<Record<string, string>>): Promise<RouteAnswer> => {
    const purpose = route.needsPurpose && { 'x-purpose': PURPOSE_EXAMPLE };
    const request = new HttpRequest({
      method,
      url: `https://archive.example${url}`,
      headers: { ...purpose, ...headers },
    });
    const context = new InvocationContext({ invocationId: randomUUID(), functionName: route.name });
    const answer = (await handlers.get(route.name)?.(request, context)) as HttpResponseInit;
    const problem = typeof answer.body === 'string' ? JSON.parse(answer.body) : {};
    return { ...answer, status: Number(answer.status), headers: answer.headers as Record<string, string>, problem };
  };
}
