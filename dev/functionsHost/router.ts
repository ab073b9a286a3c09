/**
 * Which function answers a request: the first match in the ALPHABETICAL order of function names, as in the real host.
 *
 * There is no specificity: `users/{id}` of function "a" hides `users/me` of function "b". A wrong method is no match.
 * Names and routes that the real host refuses at load are refused here, with the same rules.
 */

import type { RegisteredFunction } from './coreModule.ts';
import { isTriggeredBy, triggerOf } from './functions.ts';
import { HostError } from './hostError.ts';
import { type MatchRoute, parseRoute, type RouteParams } from './routeTemplate.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export interface Route {
  readonly fn: RegisteredFunction;
  readonly name: string;
  /** Upper case. */
  readonly methods: readonly string[];
  /** Prefix included, without leading slash. */
  readonly template: string;
  readonly authLevel: AuthLevel;
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: RouteParams;
}

/** Finds the route for a method and a percent-encoded path; `undefined` when none matches. */
export type Router = (method: string, path: string) => RouteMatch | undefined;

const AUTH_LEVELS: readonly string[] = ['anonymous', 'function', 'admin'];

/**
 * Reads the routes of the HTTP functions among `functions`, which are in the order of their names.
 * Throws `HostError` for what the real host refuses.
 */
export function readRoutes(functions: readonly RegisteredFunction[], prefix: string): Route[] {
  const routes = functions.filter((fn) => isTriggeredBy(fn, 'http')).map((fn) => readRoute(fn, prefix));
  for (const [index, route] of routes.entries()) refuseConflicts(route, routes.slice(0, index));
  return routes;
}

/** A router over `routes`, which `readRoutes` made. */
export function createRouter(routes: readonly Route[]): Router {
  const table: { route: Route; match: MatchRoute }[] = routes.map((route) => ({
    route,
    match: parseRoute(route.template),
  }));
  return (method, path) => {
    for (const { route, match } of table) {
      const params = route.methods.includes(method) ? match(path) : undefined;
      if (params) return { route, params };
    }
    return undefined;
  };
}

function readRoute(fn: RegisteredFunction, prefix: string): Route {
  const { name } = fn.metadata;
  const {
    route = name,
    methods = [],
    authLevel = 'anonymous',
  } = triggerOf(fn).options as {
    route?: string;
    methods?: readonly string[];
    authLevel?: string;
  };
  if (/^(admin|runtime)/i.test(route)) {
    throw new HostError(
      `Function "${name}": the host refuses routes that start with "admin" or "runtime". Rename "${route}".`,
    );
  }
  const level = authLevel.toLowerCase();
  if (!AUTH_LEVELS.includes(level)) throw new HostError(`Function "${name}": unknown authLevel "${authLevel}".`);
  return {
    fn,
    name,
    methods: methods.map((method) => method.toUpperCase()),
    template: [prefix, route].filter((part) => part !== '').join('/'),
    authLevel: level as AuthLevel,
  };
}

function refuseConflicts(route: Route, earlier: readonly Route[]): void {
  const other = earlier.find(
    ({ template, methods }) =>
      template.toLowerCase() === route.template.toLowerCase() &&
      methods.some((method) => route.methods.includes(method)),
  );
  if (!other) return;
  throw new HostError(
    `Functions "${other.name}" and "${route.name}" share the route "${route.template}" and a method.`,
  );
}
