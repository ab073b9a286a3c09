/** The app's identity and the permissions of Microsoft Graph that it reads with. Grants what is missing, nothing more. */
import type { Clock } from '../../shared/clock.ts';
import { LOG_TYPES } from '../../shared/logTypes.ts';
import { type Az, AzFailure } from './az.ts';
import type { Directory } from './directory.ts';
import { at, listAt, textAt } from './json.ts';

/** Microsoft Graph's own app id, the same in every tenant. */
const MICROSOFT_GRAPH = '00000003-0000-0000-c000-000000000000';
/** Without it Graph leaves Conditional Access policies out of sign-ins, without a word. */
const POLICIES = 'Policy.Read.ConditionalAccess';
/** A new identity takes a while to be known everywhere in the directory. */
const TRIES = 12;
const WAIT_MS = 10_000;

export interface Identity {
  readonly principalId: string;
}

/** The permissions for all log types that are on by default, sorted. */
export function permissionsNeeded(): string[] {
  const wanted = [...LOG_TYPES.values()].filter(({ optional, path }) => !optional && path !== undefined);
  return [...new Set([...wanted.map(({ permission }) => permission), POLICIES])].filter(Boolean).sort();
}

/** The user-assigned identity `id-<name>` of infra/modules/identities.bicep, made here because grants name it. */
export async function ensureIdentity(az: Az, group: string, name: string, location: string): Promise<Identity> {
  const identities = listAt(await az(['identity', 'list', '--resource-group', group]));
  const there = identities.find((identity) => at(identity, 'name') === `id-${name}`);
  const create = ['identity', 'create', '--resource-group', group, '--name', `id-${name}`, '--location', location];
  return { principalId: textAt(there ?? (await az(create)), 'principalId') };
}

/** @returns the permissions that were granted now, and those that this cloud's Graph does not know. */
export async function ensureGrants(
  directory: Directory,
  { principalId }: Identity,
  clock: Pick<Clock, 'sleep'>,
): Promise<{ granted: string[]; unknown: string[] }> {
  const [graph] = await directory.list(`servicePrincipals?$filter=appId eq '${MICROSOFT_GRAPH}'&$select=id,appRoles`);
  const roles = new Map(listAt(graph, 'appRoles').map((role) => [at(role, 'value'), textAt(role, 'id')]));
  const path = `servicePrincipals/${principalId}/appRoleAssignments`;
  const held = new Set((await patiently(() => directory.list(path), clock)).map((grant) => at(grant, 'appRoleId')));
  const [granted, unknown]: [string[], string[]] = [[], []];
  for (const permission of permissionsNeeded()) {
    const appRoleId = roles.get(permission);
    if (appRoleId === undefined) unknown.push(permission);
    if (appRoleId === undefined || held.has(appRoleId)) continue;
    const body = { principalId, resourceId: textAt(graph, 'id'), appRoleId };
    await patiently(() => directory.post(path, body), clock);
    granted.push(permission);
  }
  return { granted, unknown };
}

/** Asks again while the directory does not know the identity yet. */
async function patiently<T>(ask: () => Promise<T>, clock: Pick<Clock, 'sleep'>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const isNew = error instanceof AzFailure && /ResourceNotFound|does not exist/i.test(error.message);
      if (!isNew || tries === TRIES) throw error;
      await clock.sleep(WAIT_MS);
    }
  }
}
