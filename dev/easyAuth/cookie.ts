/** The cookie that a session goes by, named as App Service names it. */
import type { IncomingMessage } from 'node:http';

const NAME = 'AppServiceAuthSession';
/** No script reads it, and another site's form does not send it along. `Secure` would need TLS, which is not here. */
const FLAGS = 'Path=/; HttpOnly; SameSite=Lax';

/** Its value; empty where there is none. */
export function cookieOf({ headers: { cookie = '' } }: Pick<IncomingMessage, 'headers'>): string {
  const pairs = cookie.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${NAME}=`))?.slice(NAME.length + 1) ?? '';
}

export function cookieFor(value: string): string {
  return `${NAME}=${value}; ${FLAGS}`;
}

/** Takes it away again. */
export const NO_COOKIE = `${NAME}=; ${FLAGS}; Max-Age=0`;
