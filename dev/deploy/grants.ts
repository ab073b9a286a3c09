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

/** The user-assigned identity `id-<name>` of infra/modules/identities.bicep, if it is there. Reads only. */
export async function findIdentity(az: Az, group: string, name: string): Promise<Identity | undefined> {
  const identities = listAt(await az(['identity', 'list', '--resource-group', group]));
  const there = identities.find((identity) => at(identity, 'name') === `id-${name}`);
  return there === undefined ? undefined : { principalId: textAt(there, 'principalId') };
}

/** That identity, made here because grants name it. */
export async function ensureIdentity(az: Az, group: string, name: string, location: string): Promise<Identity> {
  const create = ['identity', 'create', '--resource-group', group, '--name', `id-${name}`, '--location', location];
  return (await findIdentity(az, group, name)) ?? { principalId: textAt(await az(create), 'principalId') };
}

export interface Missing {
  /** Permission and its id, of those that are not granted. */
  readonly grants: readonly (readonly [permission: string, appRoleId: string])[];
  /** Permissions that this cloud's Graph does not know. */
  readonly unknown: readonly string[];
  /** Microsoft Graph's own service principal. */
  readonly resourceId: string;
}

/** What an identity, one that is yet to be made too, lacks. Reads only. */
export async function missingGrants(
  directory: Directory,
  identity: Identity | undefined,
  clock: Pick<Clock, 'sleep'>,
): Promise<Missing> {
  const [graph] = await directory.list(`servicePrincipals?$filter=appId eq '${MICROSOFT_GRAPH}'&$select=id,appRoles`);
  const roles = new Map(listAt(graph, 'appRoles').map((role) => [at(role, 'value'), textAt(role, 'id')]));
  const there = identity ? await patiently(() => directory.list(grantsOf(identity)), clock) : [];
  const held = new Set(there.map((grant) => at(grant, 'appRoleId')));
  const needed = permissionsNeeded();
  return {
    grants: needed.flatMap((permission) => {
      const appRoleId = roles.get(permission);
      return appRoleId === undefined || held.has(appRoleId) ? [] : [[permission, appRoleId] as const];
    }),
    unknown: needed.filter((permission) => !roles.has(permission)),
    resourceId: textAt(graph, 'id'),
  };
}

/** Grants what is missing. */
export async function ensureGrants(
  directory: Directory,
  identity: Identity,
  clock: Pick<Clock, 'sleep'>,
): Promise<Missing> {
  const missing = await missingGrants(directory, identity, clock);
  const { principalId } = identity;
  for (const [, appRoleId] of missing.grants) {
    const body = { principalId, resourceId: missing.resourceId, appRoleId };
    await patiently(() => directory.post(grantsOf(identity), body), clock);
  }
  return missing;
}

function grantsOf({ principalId }: Identity): string {
  return `servicePrincipals/${principalId}/appRoleAssignments`;
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
