/** The app registration that callers get tokens for, and its service principal: found by its name, made, completed. */
import type { Directory } from './directory.ts';
import { at, textAt } from './json.ts';
import { DeployProblem } from './problem.ts';
import { type Json, whatIsMissing } from './registrationBody.ts';

export interface Registration {
  readonly objectId: string;
  readonly appId: string;
}

/** The registration of the app of this name, if there is one. Reads only. */
export async function findRegistration(directory: Directory, name: string): Promise<Json | undefined> {
  const displayName = displayNameOf(name);
  const found = await directory.list(`applications?$filter=displayName eq '${displayName}'`);
  if (found.length > 1) {
    throw new DeployProblem(
      `There are ${found.length} app registrations named '${displayName}'.`,
      'Delete all but the one in use, or name it with --no-identity --auth-client-id <id>.',
    );
  }
  return found[0] as Json | undefined;
}

/** Makes or completes the registration and its service principal. @param host of the app, without https://. */
export async function ensureRegistration(directory: Directory, name: string, host: string): Promise<Registration> {
  const firstForm = { displayName: displayNameOf(name), signInAudience: 'AzureADMyOrg' };
  const found = (await findRegistration(directory, name)) ?? (await directory.post('applications', firstForm));
  const registration = { objectId: textAt(found, 'id'), appId: textAt(found, 'appId') };
  // A crash after this line leaves a registration that the next run finds by its name and completes.
  const missing = whatIsMissing(found as Json, registration.appId, host);
  if (Object.keys(missing).length > 0) await directory.patch(`applications/${registration.objectId}`, missing);
  await ensurePrincipal(directory, registration.appId);
  return registration;
}

/** Nobody gets a token who has not been given a role. */
async function ensurePrincipal(directory: Directory, appId: string): Promise<void> {
  const [principal] = await directory.list(`servicePrincipals?$filter=appId eq '${appId}'`);
  const wanted = { appRoleAssignmentRequired: true };
  if (principal === undefined) await directory.post('servicePrincipals', { appId, ...wanted });
  else if (at(principal, 'appRoleAssignmentRequired') !== true)
    await directory.patch(`servicePrincipals/${textAt(principal, 'id')}`, wanted);
}

/** Lets the app's identity stand for the registration at sign-in, so that no secret exists. */
export async function ensureTrust(
  directory: Directory,
  { objectId }: Registration,
  issuer: string,
  subject: string,
): Promise<void> {
  const path = `applications/${objectId}/federatedIdentityCredentials`;
  const there = await directory.list(path);
  if (there.some((credential) => at(credential, 'subject') === subject && at(credential, 'issuer') === issuer)) return;
  // A credential of an identity that was deleted keeps its name: the new one's is its own.
  const name = there.length === 0 ? 'sign-in' : `sign-in-${subject.slice(0, 8)}`;
  await directory.post(path, { name, issuer, subject, audiences: ['api://AzureADTokenExchange'] });
}

/** What the registration of an app is called. */
export function displayNameOf(name: string): string {
  return `Entra Log Archive (${name})`;
}
