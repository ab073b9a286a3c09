/** What no route takes: a path that there is not, or a method that its route does not take. */
import type { Call } from './call.ts';
import { Problem } from './problem.ts';
import { methodsAt, type Route } from './route.ts';

/** @param routes of the table. @throws Problem 405 with `Allow` where another method is right, else 404. */
export async function refuseUnrouted(
  { request, path }: Pick<Call, 'request' | 'path'>,
  routes: readonly Route[],
): Promise<never> {
  const allow = [...new Set(methodsAt(routes, path))].join(', ');
  if (allow !== '') {
    const detail = `${request.method} is nothing that this path takes. It takes ${allow}.`;
    throw new Problem(405, 'Method not allowed', detail, {}, { allow });
  }
  throw new Problem(404, 'No such route', 'GET /api/openapi.json describes every route that there is.');
}
