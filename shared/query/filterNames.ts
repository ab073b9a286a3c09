/**
 * What the names of Graph's fields tell about their values. Records carry no schema; this much is needed of it to refuse
 * what would otherwise be false of every record without a word.
 *
 * Source: the CSDL of signIn, directoryAudit, provisioningObjectSummary and the risk types (beta), microsoft-graph-docs.
 */
import type { Path } from './filterTree.ts';

/** Fields of a record that hold a list. */
const LISTS_OF_RECORDS = names(`
  appliedConditionalAccessPolicies appliedEventListeners authenticationAppPolicyEvaluationDetails
  authenticationContextClassReferences authenticationDetails authenticationMethodsUsed authenticationProcessingDetails
  authenticationRequirementPolicies conditionalAccessAudiences networkLocationDetails riskEventTypes riskEventTypes_v2
  sessionLifetimePolicies signInEventTypes targetResources additionalDetails modifiedProperties provisioningSteps keyIds`);

/** Fields of an element of such a list that hold a list themselves. */
const LISTS_OF_ELEMENTS = names(`
  modifiedProperties enforcedGrantControls enforcedSessionControls includeRulesSatisfied excludeRulesSatisfied
  sessionControlsNotSatisfied networkNames`);

/** The list that a path starts with, when it is known to be one. */
export function listOf({ scope, steps }: Path): string | undefined {
  const [first = ''] = steps;
  return (scope === 0 ? LISTS_OF_RECORDS : LISTS_OF_ELEMENTS).has(first.toLowerCase()) ? first : undefined;
}

/** Whether a path leads to a time: Graph's names of times end in `DateTime`; our own access log has `time`. */
export function isTime({ steps }: Path): boolean {
  const last = steps.at(-1)?.toLowerCase() ?? '';
  return last === 'time' || last.endsWith('datetime');
}

function names(list: string): ReadonlySet<string> {
  return new Set(list.toLowerCase().trim().split(/\s+/));
}
