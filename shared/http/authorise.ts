/** Whether a caller may: the table of routes decides, and nothing is allowed that it does not say. */
import type { Caller } from '../access/caller.ts';
import { Problem } from './problem.ts';
import type { Access } from './route.ts';

/** @throws Problem 403 that names the role and how to get it. */
export function authorise(access: Access, caller: Caller | undefined): void {
  if (access === 'public' || !caller || caller.roles.includes(access)) return;
  const has = caller.roles.length > 0 ? `has ${caller.roles.join(', ')}` : 'has none';
  const detail =
    `This needs the app role ${access}; the token ${has}. An administrator assigns it in Entra ID: Enterprise ` +
    'applications, this app, Users and groups; sign in again afterwards.';
  throw new Problem(403, 'Role needed', detail, { role: access });
}
