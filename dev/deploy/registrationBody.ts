/** What a registration lacks of what it should have. What is there and is not ours stays; nothing is removed. */
import { at } from './json.ts';
import { AZURE_CLI, ROLES, SCOPE } from './registrationTable.ts';

export type Json = Record<string, unknown>;

/**
 * The body of the PATCH that completes a registration; empty when it is complete.
 * @param host of the app, without https://.
 */
export function whatIsMissing(existing: Json, appId: string, host: string): Json {
  return {
    ...rolesOf(listOf(existing, 'appRoles')),
    ...identifiersOf(listOf(existing, 'identifierUris'), `api://${appId}`),
    ...apiOf(existing),
    ...webOf(existing, `https://${host}`),
  };
}

function rolesOf(existing: readonly Json[]): Json {
  const missing = ROLES.filter(({ value }) => !existing.some((role) => role.value === value));
  if (missing.length === 0) return {};
  const added = missing.map((role) => ({
    ...role,
    displayName: role.value,
    isEnabled: true,
    allowedMemberTypes: ['User', 'Application'],
  }));
  return { appRoles: [...existing, ...added] };
}

function identifiersOf(existing: readonly unknown[], uri: string): Json {
  return existing.includes(uri) ? {} : { identifierUris: [...existing, uri] };
}

function apiOf(registration: Json): Json {
  const scopes = listOf(registration, 'api', 'oauth2PermissionScopes');
  const trusted = listOf(registration, 'api', 'preAuthorizedApplications');
  const isComplete =
    at(registration, 'api', 'requestedAccessTokenVersion') === 2 &&
    scopes.some(({ id }) => id === SCOPE.id) &&
    trusted.some(({ appId }) => appId === AZURE_CLI);
  if (isComplete) return {};
  const cli = { appId: AZURE_CLI, delegatedPermissionIds: [SCOPE.id] };
  return {
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [...scopes.filter(({ id }) => id !== SCOPE.id), SCOPE],
      preAuthorizedApplications: [...trusted.filter(({ appId }) => appId !== AZURE_CLI), cli],
    },
  };
}

function webOf(registration: Json, address: string): Json {
  const redirect = `${address}/.auth/login/aad/callback`;
  const redirects: readonly unknown[] = listOf(registration, 'web', 'redirectUris');
  const issuesIdTokens = at(registration, 'web', 'implicitGrantSettings', 'enableIdTokenIssuance') === true;
  if (redirects.includes(redirect) && issuesIdTokens) return {};
  return {
    web: {
      redirectUris: [...new Set([...redirects, redirect])],
      logoutUrl: `${address}/.auth/logout`,
      implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false },
    },
  };
}

function listOf(value: unknown, ...path: string[]): readonly Json[] {
  return (at(value, ...path) ?? []) as readonly Json[];
}
