/**
 * The text of a `Set-Cookie` header, for answers in buffered mode (in streaming mode the library writes it).
 */

import type { HttpCookie } from './coreTypes.ts';

const SAME_SITE: Record<HttpCookie['sameSite'], string | undefined> = {
  none: undefined,
  lax: 'Lax',
  strict: 'Strict',
  explicitNone: 'None',
};

/** One cookie as a header value; its value is percent-encoded, as ASP.NET does it (RFC 6265 for the attributes). */
export function setCookieText(cookie: HttpCookie): string {
  const expires = cookie.expires?.value;
  const attributes: [string, string | number | boolean | undefined][] = [
    ['Expires', expires && new Date(Number(expires.seconds) * 1000).toUTCString()],
    ['Max-Age', cookie.maxAge?.value],
    ['Domain', cookie.domain?.value],
    ['Path', cookie.path?.value],
    ['Secure', cookie.secure?.value],
    ['SameSite', SAME_SITE[cookie.sameSite]],
    ['HttpOnly', cookie.httpOnly?.value],
  ];
  const present = attributes.filter(([, value]) => value !== undefined && value !== false);
  const pairs = present.map(([name, value]) => (value === true ? name : `${name}=${value}`));
  return [`${cookie.name}=${encodeURIComponent(cookie.value)}`, ...pairs].join('; ');
}
