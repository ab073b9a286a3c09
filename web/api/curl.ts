/** The same query as a command, for whoever would rather have it in a terminal. */
import { givenOf, type Query } from './url.ts';

/**
 * @param origin of the archive. @param path below `/api/`.
 * @param wantsToken whether the archive checks tokens. @param purpose what the range is asked for; empty for nothing.
 */
export function curlOf(origin: string, path: string, query: Query, wantsToken: boolean, purpose: string): string {
  return [
    `curl -sS --compressed -G ${quoted(`${origin}/api/${path}`)}`,
    ...(wantsToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(purpose ? [`-H ${quoted(`X-Purpose: ${encodeURIComponent(purpose.toWellFormed())}`)}`] : []),
    ...givenOf(query).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`),
  ].join(' \\\n  ');
}

/** As a POSIX shell reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
