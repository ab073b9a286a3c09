/** Whether the signed-in user may grant what the app lacks of Microsoft Graph: asked before anything is changed. Reads only. */
import { AzFailure } from './az.ts';
import type { Directory } from './directory.ts';
import { textAt } from './json.ts';
import { DeployProblem } from './problem.ts';

/**
 * Who may grant application permissions of Microsoft Graph; no other built-in role may (Microsoft Graph, "Grant an
 * appRoleAssignment"). By the ids of their templates (Microsoft Entra, "Built-in roles"), the same in every tenant.
 */
const MAY_GRANT = new Set([
  'e8611ab8-c189-46e8-94a1-60213ab1f814', // Privileged Role Administrator
  '62e90394-69f5-4237-9190-012177145e10', // Global Administrator
]);

/**
 * @param missing permissions that are to be granted; where there are none nobody needs a right.
 * @param isPerson whether a user is signed in; of an application the roles are not looked at.
 * @throws DeployProblem where the user's roles do not allow it.
 */
export async function checkDirectoryRights(
  directory: Directory,
  missing: readonly string[],
  isPerson: boolean,
  say: (line: string) => void,
): Promise<void> {
  if (missing.length === 0) return;
  if (!isPerson) return say('signed in as an application: whether it may grant permissions, step 3 shows');
  let roles: readonly string[];
  try {
    roles = await activeRoles(directory);
  } catch (error) {
    if (!(error instanceof AzFailure)) throw error;
    // Not known is not forbidden: the directory itself decides when it is asked to grant.
    return say(
      `your roles in Entra ID cannot be read (${error.message.split('\n')[0]}): step 3 shows whether they suffice`,
    );
  }
  if (roles.some((role) => MAY_GRANT.has(role))) return;
  throw new DeployProblem(
    `You may not grant ${missing.join(', ')}: none of your active roles in Entra ID is Privileged Role Administrator or ` +
      'Global Administrator.',
    "Activate one if you are eligible (Privileged Identity Management) and run 'az login' again, or have somebody with it, or " +
      'with a custom role, run infra/identity once, and this again with --no-identity --auth-client-id <id>.',
  );
}

/** Built-in roles, by group too (Microsoft Graph, "List a user's memberships, transitive"), by the id of their template. */
async function activeRoles(directory: Directory): Promise<string[]> {
  const roles = await directory.list('me/transitiveMemberOf/microsoft.graph.directoryRole?$select=id,roleTemplateId');
  return roles.map((role) => textAt(role, 'roleTemplateId'));
}
