/** What a person does after a deployment. */
import type { Outputs } from './infrastructure.ts';

export function nextSteps({
  hostName,
  appId,
  resourceGroup,
}: Outputs & { appId: string; resourceGroup: string }): string {
  return `
The archive runs at https://${hostName}.

1. Give people roles: Entra admin center > Enterprise applications > the one with application id
   ${appId} > Users and groups. Archive.Read to look, Archive.Export to take out,
   Archive.Verify for proofs, Archive.Admin for re-reads and holds. Nobody has any yet.
2. Watch the first run: it begins within 15 minutes and reads what Entra still has, the oldest first.
   https://${hostName}/api/status says how far it is.
3. Check what only Azure can show:  npm run acceptance -- --resource-group ${resourceGroup}
4. When the days of retention are settled, make them final:
     npm run lock-immutability -- --resource-group ${resourceGroup}
   Until then an administrator can still take the protection off.

docs/OPERATIONS.md explains each.
`;
}
