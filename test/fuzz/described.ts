/** Whether the description of the routes (`GET /api/openapi.json`) has an answer, whatever was asked. */
import { segmentsOf } from '../../shared/http/call.ts';
import { describeRoutes } from '../../shared/http/openApi.ts';
import { operationOf, type Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import type { Described } from '../support/openApi.ts';
import { type Asked, ORIGIN, type Sent } from './app.ts';

const ROWS = Object.values<Route>(ROUTES);
const DOCUMENT = describeRoutes(ROWS) as unknown as Described;

/** What of an answer is not described, in words. What is no operation of the table, such as a path below a route, is not. */
export function faultsByDescription({ method, target }: Sent, { route, status, headers }: Asked): string[] {
  const row = ROWS.find(({ name }) => name === route);
  const operation = row && operationOf(row, method, segmentsOf(new URL(`${ORIGIN}${target}`)));
  if (!operation) return [];
  const said = DOCUMENT.paths[operation.path]?.[method.toLowerCase()]?.responses[String(status)];
  if (!said) return [`the description of ${method} ${operation.path} has no ${status}`];
  const type = headers['content-type']?.split(';')[0] ?? '';
  if (!said.content || Object.hasOwn(said.content, type)) return [];
  return [`the description of ${method} ${operation.path} has no ${type} with ${status}`];
}
