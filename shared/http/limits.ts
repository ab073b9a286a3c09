/**
 * How large a request may be: every bound that is not about the meaning of a parameter. They hold on every route. Where a
 * token is needed it is looked at first, so that the refusal is on record; Node bounds the head of a request at 16 KB.
 */
import type { HttpRequest } from '@azure/functions';
import { Problem } from './problem.ts';

/**
 * Characters of path and query. The front end of the Functions host (Kestrel) bounds the request line at 8 KB:
 * https://learn.microsoft.com/dotnet/api/microsoft.aspnetcore.server.kestrel.core.kestrelserverlimits.maxrequestlinesize
 */
export const MOST_URL = 8 * 1024;
/** Headers. What they hold together is bounded by Node at 16 KB. The platform adds about twenty of its own. */
export const MOST_HEADERS = 100;
/** Bytes of a body. Nothing that is asked of us needs more. */
export const MOST_BODY = 8 * 1024;

/** @throws Problem 414 or 431 for a request that is too large to be looked at. */
export function requireBounded(request: Pick<HttpRequest, 'headers'>, { pathname, search }: URL): void {
  const length = pathname.length + search.length;
  if (length > MOST_URL) {
    const detail =
      `The URL has ${length} characters behind the host; ${MOST_URL} are the most. Make filter, select or ids shorter, or ` +
      'ask in several requests.';
    throw new Problem(414, 'URL too long', detail);
  }
  const headers = [...request.headers.keys()].length;
  if (headers > MOST_HEADERS) {
    const detail = `The request has ${headers} headers; ${MOST_HEADERS} are the most. Send fewer.`;
    throw new Problem(431, 'Too many headers', detail);
  }
}
