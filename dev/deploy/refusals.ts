/**
 * What Azure's refusals mean and what to do: the first row whose pattern fits the CLI's words.
 *
 * Codes are those of Azure Resource Manager (learn.microsoft.com/azure/azure-resource-manager/troubleshooting), of the
 * services' own error pages and of Microsoft Graph.
 */
import { AzFailure } from './az.ts';
import { DeployProblem } from './problem.ts';

interface Refusal {
  readonly says: RegExp;
  readonly what: string;
  readonly next: string;
}

export const REFUSALS: readonly Refusal[] = [
  {
    says: /az login|AADSTS(50173|70043|700082|50078|50076|50079)|InvalidAuthenticationToken|No subscription found/i,
    what: 'The Azure CLI is not signed in, or its sign-in has run out.',
    next: "Run 'az login' (with --tenant, if you have several) and run this again.",
  },
  {
    says: /Authorization_RequestDenied|Insufficient privileges to complete/i,
    what: 'You may not register apps or grant permissions of Microsoft Graph in this tenant.',
    next:
      'Have somebody with the roles Application Administrator and Privileged Role Administrator run this command, or ' +
      'have them run infra/identity once and deploy with --no-identity --auth-client-id <id>.',
  },
  {
    says: /RequestDisallowedByPolicy/i,
    what: 'A policy of your organisation forbids a resource of the archive.',
    next: 'The words below name the policy. Ask its owner for an exemption, or set the parameter that it wants with --parameters.',
  },
  {
    says: /AuthorizationFailed|LinkedAuthorizationFailed|does not have (authorization|permission)/i,
    what: 'You lack rights on the resource group or the subscription.',
    next:
      'Ask for the role Owner on the resource group, or Contributor with User Access Administrator; for a resource group ' +
      'that does not exist yet, on the subscription. A new role takes some minutes to count.',
  },
  {
    says: /deleted (but recoverable )?state|soft[- ]?deleted/i,
    what: 'A Key Vault of this name was deleted and is still kept.',
    next: "Bring it back, key included, with 'az keyvault recover --name <vault>' and run this again, or choose another --name.",
  },
  {
    says: /VaultAlreadyExists|vault name .* (already in use|is not available)/i,
    what: 'The name of the Key Vault is taken by somebody else.',
    next: 'Choose another --name.',
  },
  {
    says: /StorageAccount(Name)?AlreadyTaken|AccountNameInvalid|storage account named .* already taken/i,
    what: 'The name of a storage account is taken by somebody else.',
    next: 'Choose another --name.',
  },
  {
    says: /WebsiteAlreadyExists|Website with given name .* already exists|hostname .* already (in use|exists)/i,
    what: 'The name of the app is taken by somebody else.',
    next:
      'Choose another --name: it is part of the address https://<name>.azurewebsites.net. Delete the app registration ' +
      "'Entra Log Archive (<name>)': it trusts that address.",
  },
  {
    says: /ImmutabilityPolicy\w*(Locked|NotAllowed|Prohibited)|immutability polic\w+ .*locked/i,
    what: 'An immutability policy is locked, and the deployment wanted to change it.',
    next: "Run this again: what is locked by then is left alone. A locked policy can be extended ('az storage container immutability-policy extend'), never shortened.",
  },
  {
    says: /LocationNotAvailableForResourceType|(flex ?consumption|FC1).*(not (available|supported)|location)/i,
    what: 'This region does not offer the Flex Consumption plan.',
    next: "Choose another --location: 'az functionapp list-flexconsumption-locations --output table' lists them.",
  },
  {
    says: /quota|SubscriptionIsOverQuotaForSku|SkuNotAvailable|exceed\w* .*limit/i,
    what: 'A quota of the subscription in this region is used up.',
    next: 'The words below name it. Ask for more in the portal (Quotas), or choose another --location or --subscription.',
  },
  {
    says: /RoleAssignment(Exists|UpdateNotPermitted)/i,
    what: 'A role assignment is left over from an identity that was deleted.',
    next:
      "Find it with 'az role assignment list --all --query \"[?principalName=='']\"', delete it with " +
      "'az role assignment delete --ids <id>' and run this again.",
  },
  {
    says: /MissingSubscriptionRegistration|not registered to use namespace/i,
    what: 'The subscription has never used one of the services.',
    next: "The words below name its namespace: 'az provider register --namespace <namespace> --wait', then run this again.",
  },
  {
    says: /DeploymentActive|is being (deployed|updated)|AnotherOperationInProgress/i,
    what: 'Another deployment is at work on the same resources.',
    next: "Wait for its end, or stop it with 'az deployment group cancel', and run this again.",
  },
  {
    says: /bicep.*(download|install|not found)|(download|install).*bicep/i,
    what: 'The Azure CLI has no Bicep compiler and could not fetch one.',
    next: "Run 'az bicep install' where there is a network, or install Bicep by hand, and run this again.",
  },
  {
    says: /Could not resolve host|Max retries exceeded|ConnectionError|getaddrinfo/i,
    what: 'Azure cannot be reached from here.',
    next: 'Check network and proxy (HTTPS_PROXY) and run this again: it goes on where it stopped.',
  },
];

/** Longest part of the CLI's words that is shown. */
const MOST_CHARACTERS = 1500;

/** The lines that a person reads when `step` failed. An error that nothing here knows is shown as it is. */
export function explain(step: string, error: unknown): string {
  if (error instanceof DeployProblem) return `${step}: ${error.message}\n  ${error.next}`;
  if (!(error instanceof AzFailure))
    return `${step}: ${error instanceof Error ? (error.stack ?? error.message) : error}`;
  const known = REFUSALS.find(({ says }) => says.test(error.message));
  const what = known?.what ?? `'${error.command}' failed.`;
  const next = known?.next ?? 'Mend what it says and run this again: it goes on where it stopped.';
  const words = error.message.slice(0, MOST_CHARACTERS).replaceAll('\n', '\n    ');
  return `${step}: ${what}\n  ${next}\n  '${error.command}' said:\n    ${words}`;
}
