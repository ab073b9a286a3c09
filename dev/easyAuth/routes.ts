/** The routes of the sign-in under `/.auth/`, as far as the Explorer goes to them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ROLES } from '../../shared/access/caller.ts';
import { readBody } from '../functionsHost/body.ts';
import { answerJson, answerText } from '../loopback.ts';
import { cookieFor, cookieOf, NO_COOKIE } from './cookie.ts';
import { claimsOf } from './headers.ts';
import { PAGE_HEADERS, signInPage } from './page.ts';
import { placeOf } from './redirect.ts';
import type { Sessions } from './sessions.ts';

type AuthRoute = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

const CALLBACK = '/.auth/login/aad/callback';
/** Bytes of the form. */
const MOST_FORM = 8192;
/** What can stand in a header as it is. */
const NAME = /^[\w.+-]{1,64}@[\w.-]{1,100}$/;
const NOT_HERE = 'This leads to another place than a path of this page; it is not gone to.';

/** By method and path. */
export function authRoutes(sessions: Sessions): Readonly<Record<string, AuthRoute>> {
  return {
    'GET /.auth/login/aad': (_request, response, url) => {
      const target = url.searchParams.get('post_login_redirect_uri') ?? '/';
      if (placeOf(target, url) === undefined) return answerText(response, 400, NOT_HERE);
      response.writeHead(200, PAGE_HEADERS).end(signInPage(CALLBACK, target));
    },

    [`POST ${CALLBACK}`]: async (request, response, url) => {
      // Otherwise a page of somebody else could sign a person in as whom it likes.
      const { origin } = request.headers;
      if (origin !== undefined && origin !== url.origin) return answerText(response, 403, 'This form is not ours.');
      const body = await readBody(request, MOST_FORM);
      const form = new URLSearchParams(body === 'tooLarge' ? '' : body.toString());
      const place = placeOf(form.get('post_login_redirect_uri') ?? '/', url);
      if (place === undefined) return answerText(response, 400, NOT_HERE);
      const name = form.get('name') ?? '';
      if (!NAME.test(name)) return answerText(response, 400, 'The name wants the form anna@contoso.example.');
      const roles = ROLES.filter((role) => form.getAll('roles').includes(role));
      const cookie = await sessions.begin({ name, roles });
      response.writeHead(302, { location: place, 'set-cookie': cookieFor(cookie), 'cache-control': 'no-store' }).end();
    },

    'GET /.auth/me': (request, response) => {
      const session = sessions.find(cookieOf(request));
      if (!session) return answerText(response, 401, 'Nobody is signed in.');
      const { accessToken, idToken, expiresOn, person } = session;
      answerJson(response, [
        {
          access_token: accessToken,
          expires_on: expiresOn,
          id_token: idToken,
          provider_name: 'aad',
          user_claims: claimsOf(session),
          user_id: person.name,
        },
      ]);
    },

    'GET /.auth/refresh': async (request, response) => {
      const isRenewed = await sessions.refresh(cookieOf(request));
      if (isRenewed) answerText(response, 200, 'The token is renewed.');
      else answerText(response, 401, 'There is no session that could be renewed.');
    },

    'GET /.auth/logout': (request, response, url) => {
      const place = placeOf(url.searchParams.get('post_logout_redirect_uri') ?? '/', url);
      if (place === undefined) return answerText(response, 400, NOT_HERE);
      sessions.end(cookieOf(request));
      response.writeHead(302, { location: place, 'set-cookie': NO_COOKIE, 'cache-control': 'no-store' }).end();
    },
  };
}
