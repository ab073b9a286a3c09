/** The same query as a command, for whoever would rather have it in a terminal. */
import { givenOf, type Query } from './url.ts';

/**
 * @param origin of the archive. @param path below `/api/`.
 * @param wantsToken whether the archive checks tokens.
 */
export function curlOf(origin: string, path: string, query: Query, wantsToken: boolean): string {
  return [
    `curl -sS --compressed -G ${quoted(`${origin}/api/${path}`)}`,
    ...(wantsToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...givenOf(query).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`),
  ].join(' \\\n  ');
}

/** As a POSIX shell reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
