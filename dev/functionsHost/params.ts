/**
 * `request.params` of streaming mode, polluted as the real host pollutes it.
 *
 * In rising precedence: top-level scalar fields of a JSON body, query parameters (all but `code`), route parameters.
 * So `?opt=x` shows up as `params.opt` where the route's optional part is absent. The app has to cope.
 */

import type { TypedData } from './coreTypes.ts';
import type { RouteParams } from './routeTemplate.ts';
import { joinRepeated } from './typedData.ts';

/** One text for each name. `body` is the raw body where it has been read. */
export function requestParams(
  body: Buffer | undefined,
  query: URLSearchParams,
  route: RouteParams,
): Record<string, TypedData> {
  const visible = [...joinRepeated(query)].filter(([name]) => name.toLowerCase() !== 'code');
  const merged: [string, string][] = [...scalarFields(body), ...visible, ...Object.entries(route)];
  return Object.fromEntries(merged.map(([name, string]) => [name, { string }]));
}

function scalarFields(body: Buffer | undefined): [string, string][] {
  const text = body?.toString('utf8').trim() ?? '';
  if (!text.startsWith('{')) return [];
  return Object.entries(parseObject(text))
    .filter(([, value]) => value !== null && typeof value !== 'object')
    .map(([name, value]) => [name, String(value)]);
}

/** A body that only looks like JSON has no fields: the host passes it on as it is. */
function parseObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
