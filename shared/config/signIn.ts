/** Settings of sign-in: whose tokens count. */
import { isLoopback, SETTINGS } from '../settings.ts';
import type { Reader } from './reader.ts';

export interface SignInSettings {
  readonly tenantId: string;
  readonly authMode: 'entra' | 'none';
  /** Who issues tokens, as in their claim `iss`: `<authority>/<tenant>/v2.0`. */
  readonly authIssuer: string;
  /** Whom tokens are for, as in their claim `aud`; there is one where `authMode` is `entra`. */
  readonly authAudience: string | undefined;
}

export function readSignIn({ get, isGiven, require, isInAzure, problems }: Reader): SignInSettings {
  const mode = get('AUTH_MODE');
  const authMode = mode ?? 'entra';
  if (authMode === 'none' && isInAzure) {
    problems.push("AUTH_MODE is 'none', which would open the archive to everybody; in Azure it wants 'entra'.");
  }
  const tenantId = get('TENANT_ID') ?? '';
  require('TENANT_ID');
  const authIssuer = get('AUTH_ISSUER') ?? `https://login.microsoftonline.com/${tenantId}/v2.0`;
  const authAudience = get('AUTH_AUDIENCE');
  // Of a mode that is malformed enough has been said.
  const isMalformed = mode === undefined && isGiven('AUTH_MODE');
  if (authMode === 'entra' && !isMalformed) {
    require('AUTH_AUDIENCE');
    problems.push(...wrongIssuer(authIssuer, tenantId, isInAzure));
  }
  return { tenantId, authMode, authIssuer, authAudience };
}

/** An issuer of another tenant would have every token refused; one on this machine would let anybody in who starts one. */
function wrongIssuer(issuer: string, tenantId: string, isInAzure: boolean): string[] {
  const { hostname, pathname } = new URL(issuer);
  if (isInAzure && isLoopback(hostname)) {
    return ["AUTH_ISSUER is on this machine, which is for a developer's; in Azure it wants the tenant's own issuer."];
  }
  if (tenantId === '' || pathname.toLowerCase() === `/${tenantId}/v2.0`) return [];
  return [
    `AUTH_ISSUER got '${issuer.slice(0, 80)}', which is not of TENANT_ID; it wants ${SETTINGS.AUTH_ISSUER.wants}.`,
  ];
}
