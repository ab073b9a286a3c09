/** The deployment that is looked at, and questions to its app. */
import type { Az } from '../deploy/az.ts';
import { textAt } from '../deploy/json.ts';

export interface Site {
  readonly az: Az;
  readonly resourceGroup: string;
  readonly host: string;
  readonly account: string;
  readonly vault: string;
  /** Id of the signing key with its version. */
  readonly signingKeyId: string;
  readonly workspace: string;
  readonly appPrincipalId: string;
  /** Application id that tokens are for. */
  readonly audience: string;
}

const WITHIN_MS = 60_000;

/** Reads what the last `npm run deploy` said. */
export async function readSite(az: Az, resourceGroup: string): Promise<Site> {
  const named = ['--resource-group', resourceGroup, '--name', 'entra-log-archive'];
  const deployment = await az(['deployment', 'group', 'show', ...named]);
  const output = (name: string) => textAt(deployment, 'properties', 'outputs', name, 'value');
  return {
    az,
    resourceGroup,
    host: output('hostName'),
    account: output('archiveStorageName'),
    vault: output('vaultName'),
    signingKeyId: output('signingKeyId'),
    workspace: output('workspaceCustomerId'),
    appPrincipalId: output('appPrincipalId'),
    audience: textAt(deployment, 'properties', 'parameters', 'authClientId', 'value'),
  };
}

/** Asks the app; redirects are answers. A host on this machine, as tests have it, speaks plain HTTP. */
export async function ask(site: Site, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const scheme = /^127\.0\.0\.1:\d+$/.test(site.host) ? 'http' : 'https';
  const options = { headers, redirect: 'manual', signal: AbortSignal.timeout(WITHIN_MS) } as const;
  return fetch(`${scheme}://${site.host}${path}`, options);
}

/** A token of the signed-in user for the archive, as a header. */
export async function signedIn({ az, audience }: Site): Promise<Record<string, string>> {
  const token = await az(['account', 'get-access-token', '--resource', `api://${audience}`]);
  return { authorization: `Bearer ${textAt(token, 'accessToken')}` };
}
