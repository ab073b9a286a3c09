/** Links to the next page, as Graph writes them: the client's own query with a token. */
import type { GraphPath } from './graphPath.ts';

/**
 * The URL of a list with another token; every other parameter stays as the client wrote it.
 * @param url as the client asked for it, with the scheme and host that the Functions host saw.
 */
export function linkTo(url: URL, { version, resource }: GraphPath, token: string): string {
  const pairs = url.search.slice(1).split('&');
  const kept = pairs.filter((pair) => pair !== '' && !isSkipToken(pair));
  return `${url.origin}/api/graph/${version}/${resource.path}?${[...kept, `$skiptoken=${token}`].join('&')}`;
}

function isSkipToken(pair: string): boolean {
  return [...new URLSearchParams(pair).keys()].some((name) => name.toLowerCase() === '$skiptoken');
}
