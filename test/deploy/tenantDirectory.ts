/** Microsoft Graph of a tenant that remembers: registrations, their principals and credentials, and grants. */
import { AzFailure } from '../../dev/deploy/az.ts';
import { permissionsNeeded } from '../../dev/deploy/grants.ts';

type Json = Record<string, unknown>;

const MICROSOFT_GRAPH = {
  id: 'graph',
  appId: '00000003-0000-0000-c000-000000000000',
  appRoles: permissionsNeeded().map((value) => ({ value, id: `role-of-${value}` })),
};

export interface TenantDirectory {
  /** What is in it, in the order in which it came. */
  readonly content: {
    readonly applications: Json[];
    readonly servicePrincipals: Json[];
    readonly credentials: Json[];
    readonly grants: Json[];
  };
  /** Directory roles of whoever is signed in, by the id of their template. */
  readonly roles: string[];
  /** Answers a request as Graph does; what is made twice is refused where Graph refuses it. */
  answer(method: string, path: string, body: Json): unknown;
}

export function createTenantDirectory(): TenantDirectory {
  const content: TenantDirectory['content'] = { applications: [], servicePrincipals: [], credentials: [], grants: [] };
  const roles = ['62e90394-69f5-4237-9190-012177145e10'];

  /** In a collection below an object `of`; `keys` are what no two may share. */
  const add = (list: Json[], item: Json, keys: readonly string[]) => {
    const same = (other: Json) => keys.length > 0 && keys.every((key) => other[key] === item[key]);
    if (list.some(same)) throw new AzFailure('az rest', 'Conflict: the object exists already');
    list.push(item);
    return item;
  };
  const below = (list: readonly Json[], of: string | undefined) => ({ value: list.filter((item) => item.of === of) });

  const routes: readonly (readonly [RegExp, (match: RegExpExecArray, body: Json) => unknown])[] = [
    [
      /^GET applications\?.*displayName eq '(.+)'$/,
      ([, name]) => ({ value: content.applications.filter(({ displayName }) => displayName === name) }),
    ],
    [
      /^POST applications$/,
      (_, body) =>
        add(
          content.applications,
          { id: `object-${content.applications.length}`, appId: appIdOf(content.applications.length), ...body },
          [],
        ),
    ],
    [
      /^PATCH applications\/([^/]+)$/,
      ([, id], body) => void Object.assign(content.applications.find((each) => each.id === id) ?? {}, body),
    ],
    [
      /^GET servicePrincipals\?.*appId eq '([^']+)'/,
      ([, appId]) => ({
        value: [MICROSOFT_GRAPH, ...content.servicePrincipals].filter((each) => each.appId === appId),
      }),
    ],
    [
      /^POST servicePrincipals$/,
      (_, body) =>
        add(content.servicePrincipals, { id: `principal-${content.servicePrincipals.length}`, ...body }, ['appId']),
    ],
    [
      /^PATCH servicePrincipals\/([^/]+)$/,
      ([, id], body) => void Object.assign(content.servicePrincipals.find((each) => each.id === id) ?? {}, body),
    ],
    [/^GET applications\/([^/]+)\/federatedIdentityCredentials$/, ([, of]) => below(content.credentials, of)],
    [
      /^POST applications\/([^/]+)\/federatedIdentityCredentials$/,
      ([, of], body) => add(content.credentials, { of, ...body }, ['of', 'name']),
    ],
    [/^GET servicePrincipals\/([^/]+)\/appRoleAssignments$/, ([, of]) => below(content.grants, of)],
    [
      /^POST servicePrincipals\/([^/]+)\/appRoleAssignments$/,
      ([, of], body) => add(content.grants, { of, ...body }, ['of', 'appRoleId']),
    ],
    [
      /^GET me\/transitiveMemberOf\/microsoft\.graph\.directoryRole/,
      () => ({ value: roles.map((roleTemplateId) => ({ roleTemplateId })) }),
    ],
  ];
  return {
    content,
    roles,
    answer(method, path, body) {
      for (const [pattern, does] of routes) {
        const match = pattern.exec(`${method} ${path}`);
        if (match) return does(match, body);
      }
      throw new Error(`the tenant's directory does not know: ${method} ${path}`);
    },
  };
}

function appIdOf(count: number): string {
  return `22222222-2222-4222-8222-${String(count).padStart(12, '2')}`;
}
