/** Whether a caller may: the table of routes decides, and nothing is allowed that it does not say. */
import type { HttpRequest } from '@azure/functions';
import type { Caller } from '../access/caller.ts';
import { Problem } from './problem.ts';
import type { Access } from './route.ts';

/** @throws Problem 403 that names the role and how to get it. */
export function authorise(access: Access, caller: Caller | undefined): void {
  if (access === 'public' || access === 'anyCaller' || !caller || caller.roles.includes(access)) return;
  const has = caller.roles.length > 0 ? `has ${caller.roles.join(', ')}` : 'has none';
  const detail =
    `This needs the app role ${access}; the token ${has}. An administrator assigns it in Entra ID: Enterprise ` +
    'applications, this app, Users and groups; sign in again afterwards.';
  throw new Problem(403, 'Role needed', detail, { role: access });
}

const SAFE: readonly string[] = ['GET', 'HEAD'];
/** What the archive's page sends; a page of another origin cannot send it without being asked first, which is refused. */
const OWN_PAGE = ['x-requested-with', 'entra-log-archive'] as const;

/**
 * A browser sends its cookie along whoever wrote the page, so what changes something has to come from our own.
 * @throws Problem 403 for an unsafe method with the token of a browser's session from anywhere else.
 */
export function refuseForeign({ method, headers }: HttpRequest, { origin }: URL, caller: Caller | undefined): void {
  if (!caller?.cookie || SAFE.includes(method)) return;
  const site = headers.get('sec-fetch-site');
  const isOurs = site === null ? headers.get('origin') === origin : site === 'same-origin';
  if (isOurs && headers.get(OWN_PAGE[0]) === OWN_PAGE[1]) return;
  const detail =
    `With a browser's sign-in this is done from the archive's own page only, with '${OWN_PAGE.join(': ')}'. A script sends ` +
    'its token in Authorization.';
  throw new Problem(403, 'Not from this page', detail);
}
