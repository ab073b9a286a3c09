/**
 * The master key: compared in constant time, only where one is configured.
 *
 * A request shows it in the header `x-functions-key`, else in the query parameter `code`, as in the real host. Without
 * a configured key every request passes: the host listens on the loopback interface only.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whether the request shows the key, or needs none. */
export type CheckKey = (request: IncomingMessage, url: URL) => boolean;

/** A check against `masterKey`; an empty or absent one lets everything pass. */
export function createKeyCheck(masterKey: string | undefined): CheckKey {
  if (!masterKey) return () => true;
  const expected = digest(masterKey);
  return (request, url) => {
    const shown = request.headers['x-functions-key'] ?? url.searchParams.get('code');
    return typeof shown === 'string' && timingSafeEqual(digest(shown), expected);
  };
}

/** Equal lengths, so that the comparison takes the same time whatever is shown. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
