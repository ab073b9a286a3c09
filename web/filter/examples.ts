/** A filter as it may look, by log type. */
const EXAMPLES: readonly (readonly [logTypes: RegExp, filter: string])[] = [
  [/^(interactive|nonInteractive)SignIns$/, "status/errorCode ne 0 and startswith(userPrincipalName,'anna')"],
  [/SignIns$/, "status/errorCode ne 0 and contains(servicePrincipalName,'backup')"],
  [/Audits$/, "result eq 'failure' and startswith(activityDisplayName,'Add')"],
  [/^provisioning$/, "provisioningStatusInfo/status eq 'failure' and provisioningAction eq 'create'"],
  [/risk/i, "riskLevel eq 'high' and riskState eq 'atRisk'"],
  [/^archiveAccess$/, "outcome ne 'complete' and method eq 'GET'"],
];

/** @param log name of a log type. */
export function exampleFor(log: string): string {
  return EXAMPLES.find(([logTypes]) => logTypes.test(log))?.[1] ?? "id eq 'x'";
}
