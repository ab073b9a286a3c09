/**
 * What a browser's session is good for.
 *
 * A page elsewhere can make a browser send its cookies along, so a token that came out of a session counts only when the
 * request came from our own page. Reading too: nothing could be read across origins without CORS, but the access log
 * would name a person who asked for nothing.
 */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Pick<Headers, 'get'>;
}

/** What our page sends along with what changes something. Another page could not without being asked about first. */
export const OWN_PAGE = { name: 'x-requested-with', value: 'entra-log-archive' } as const;

/** Why a request with a session's token is refused; `undefined` when it is not. */
export function foreign({ method, url, headers }: Asked): string | undefined {
  const site = headers.get('sec-fetch-site');
  if (method === 'GET' || method === 'HEAD') {
    // `none`: typed, or out of a bookmark. Older browsers say nothing.
    const isOurs = site === null || site === 'same-origin' || site === 'none';
    return isOurs ? undefined : 'A page of another origin made this request.';
  }
  const isOurs = site === null ? headers.get('origin') === url.origin : site === 'same-origin';
  if (!isOurs) return 'It does not come from the page of this archive.';
  if (headers.get(OWN_PAGE.name) === OWN_PAGE.value) return undefined;
  return `The header '${OWN_PAGE.name}: ${OWN_PAGE.value}' is missing.`;
}
