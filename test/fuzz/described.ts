/** Whether an answer is one that the description of the routes (OpenAPI) speaks of. */
import { openApi } from '../../shared/http/openApi.ts';
import { operationOf, type Route } from '../../shared/http/route.ts';
import { ROUTES } from '../../shared/http/routes.ts';
import type { Asked, Sent } from './app.ts';

interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: { readonly required?: readonly string[] } }>>;
}
type Paths = Readonly<
  Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> }>>>
>;

const ALL: readonly Route[] = Object.values(ROUTES);
const PATHS = openApi(ALL, '0').paths as Paths;

/** What the description says otherwise; empty for a request that is none of its operations. */
export function undescribed({ method, target }: Sent, { route, status, headers, text }: Asked): string[] {
  const row = ALL.find(({ name }) => name === route);
  const { pathname } = new URL(`http://localhost${target}`);
  const operation = row && operationOf(row, method, pathname.split('/').filter(Boolean).slice(1));
  // The page's row takes every path that no other does; only its own is described.
  if (!operation || (operation.path === '/' && pathname !== '/')) return [];
  const { path } = operation;
  const described = PATHS[path]?.[method.toLowerCase()]?.responses[status];
  if (!described) return [`OpenAPI knows no ${status} of ${method} ${path}`];
  if (method === 'HEAD') return [];
  const type = String(headers['content-type'] ?? '').split(';')[0] ?? '';
  const content = described.content?.[type];
  if (!content) return [`OpenAPI knows no '${type}' of ${status} of ${method} ${path}`];
  const isPlain = type === 'application/json' && headers['content-encoding'] === undefined;
  const missing = isPlain ? missingOf(content.schema.required ?? [], text) : [];
  return missing.map((member) => `${status} of ${method} ${path} lacks '${member}'`);
}

function missingOf(required: readonly string[], text: string): string[] {
  if (required.length === 0) return [];
  const given = JSON.parse(text) as Record<string, unknown>;
  return required.filter((member) => !Object.hasOwn(given, member));
}
